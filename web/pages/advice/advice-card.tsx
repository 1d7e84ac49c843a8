import type { AdviceRow, Patch } from '@weir/contract/advice-queries.ts'
import { useState } from 'react'
import { Fact } from '../../frame/fact.tsx'
import { Link } from '../../frame/link.tsx'
import { pathOf } from '../../route.ts'
import { formatBytes } from '../../words/bytes.ts'
import { formatMoney } from '../../words/money.ts'
import { formatRatio } from '../../words/quantities.ts'
import { loadWords } from '../service/expectation-panel.tsx'
import { serviceOf } from './service-of.ts'

interface Props {
  readonly row: AdviceRow
  readonly rank: number
  /** All of them: an alternative names the one it stands for. */
  readonly rows: readonly AdviceRow[]
  readonly currency: string
  /** What a link to another page carries along. */
  readonly query: string
}

export function AdviceCard({ row, rank, rows, currency, query }: Props) {
  const service = serviceOf(row)
  const first = rows.find(({ id }) => id === row.alternativeTo)
  const title = `advice-${rank}`
  return (
    <article className="panel advice" aria-labelledby={title}>
      <header>
        <h3 id={title}>
          {rank}. {row.remedy}: <bdi>{row.subject}</bdi>
        </h3>
        <b className="number saving">
          {formatMoney(row.savedPerMonth, currency)} <span className="quiet">/ month</span>
        </b>
      </header>
      {row.alternativeTo !== null && (
        <p className="quiet">
          Instead of {first === undefined ? 'another row' : `“${first.remedy}: ${first.subject}”`}: it moves some of the
          same bytes. Do one of them.
        </p>
      )}
      <p>{row.problem}</p>
      <dl className="facts">
        <Fact name="Keeps in its zone">
          {formatBytes(row.savedBytes)} of {formatBytes(row.crossZoneBytes)} that cross now
          {row.shareBefore !== null &&
            row.shareAfter !== null &&
            `: from ${formatRatio(row.shareBefore)} to ${formatRatio(row.shareAfter)} of its bytes`}
        </Fact>
        {row.ownCostPerMonth > 0 && (
          <Fact name="Costs itself">
            {formatMoney(row.ownCostPerMonth, currency)} a month, taken off the saving above
          </Fact>
        )}
        {row.loadFactor !== null && <Fact name="Busiest endpoint then">{loadWords(row.loadFactor)} an even load</Fact>}
        {row.dropsOn.length > 0 && (
          <Fact name="Drops connections on">
            <span className="hot">{row.dropsOn.join(', ')}</span>
          </Fact>
        )}
        {row.risk !== '' && <Fact name="Risk">{row.risk}</Fact>}
        {row.precondition !== '' && <Fact name="Before it">{row.precondition}</Fact>}
      </dl>
      {row.patches.map(patch => (
        <PatchText key={patch.kind + patch.text} patch={patch} />
      ))}
      {service !== undefined && (
        <p>
          <Link to={pathOf('service', service) + query}>Its routing now →</Link>
        </p>
      )}
    </article>
  )
}

function PatchText({ patch: { kind, text } }: { readonly patch: Patch }) {
  const [says, setSays] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSays('copied')
    } catch {
      setSays('not copied: the browser does not allow it here')
    }
  }
  return (
    <figure className="patch">
      <figcaption>
        {kind}
        <span role="status" className="quiet">
          {says}
        </span>
        <button type="button" className="button" onClick={() => void copy()}>
          Copy
        </button>
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        <code>{text}</code>
      </pre>
    </figure>
  )
}
