import type { Verdict } from '@weir/contract/rollout-queries.ts'
import { verdictSigns } from '../words/changes.ts'

export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span className={`verdict ${verdict.replaceAll(' ', '-')}`}>
      <span aria-hidden="true">{verdictSigns[verdict]}</span> {verdict}
    </span>
  )
}
