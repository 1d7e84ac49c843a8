import { epochMs } from '@weir/contract/units.ts'
import { Choice } from '../../frame/choice.tsx'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { AgentsPanel } from './agents-panel.tsx'
import { AuditPanel } from './audit-panel.tsx'
import { SeenPanel } from './seen-panel.tsx'

const HOUR_MS = 3_600_000
const overs = ['1', '24', '168'] as const
const overWords: { readonly [over in (typeof overs)[number]]: string } = {
  '1': '1 hour',
  '24': '24 hours',
  '168': '7 days',
}

/** What is seen, what is lost, and who says so: the page that support asks for first. */
export function HealthPage({ feed, address, screen, now }: PageProps) {
  const asked = new URLSearchParams(address.search).get('over')
  const over = overs.find(one => one === asked) ?? '1'
  const to = Math.floor(now / 60_000) * 60_000
  const range = { from: epochMs(to - Number(over) * HOUR_MS), to: epochMs(to) }
  const isAll = screen.viewer?.scope === 'all'
  const coverage = useAnswer(feed, 'coverage', { range })
  const agents = useAnswer(feed, 'agents', isAll ? {} : undefined, Math.floor(now / 10_000))
  const audit = useAnswer(feed, 'audit', isAll ? { range } : undefined)
  return (
    <>
      <search className="filters" aria-label="Range">
        <Choice
          label="Last"
          options={overs}
          value={over}
          words={one => overWords[one]}
          onChange={one => address.set({ over: one === '1' ? undefined : one })}
        />
      </search>
      <ErrorBanner what="What was seen" error={coverage.error} retry={coverage.retry} />
      {coverage.answer === undefined
        ? coverage.error === undefined && <p className="message panel quiet loading">Loading…</p>
        : coverage.answer !== undefined && <SeenPanel answer={coverage.answer} />}
      {isAll ? (
        <>
          <AgentsPanel agents={agents} />
          <AuditPanel audit={audit} />
        </>
      ) : (
        screen.viewer !== undefined && (
          <p className="message panel quiet">
            Agents and the audit are of whole nodes: they are shown to viewers of all namespaces only.
          </p>
        )
      )}
    </>
  )
}
