import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { costsQuestion, readCosts } from './costs-address.ts'
import { CostsBar } from './costs-bar.tsx'
import { DaysPanel } from './days-panel.tsx'
import { MonthTotals } from './month-totals.tsx'
import { NotesPanel } from './notes-panel.tsx'
import { ReconciliationPanel } from './reconciliation-panel.tsx'
import { StatementPanel } from './statement-panel.tsx'

const FIVE_MINUTES_MS = 300_000

/** Whose share of the bill it is, month by month, and how the observed and the billed compare. */
export function CostsPage({ feed, address, screen, now }: PageProps) {
  const { view, problems } = readCosts(address.search, now)
  const tick = Math.floor(now / FIVE_MINUTES_MS)
  const { answer, error, awaited, retry } = useAnswer(feed, 'costs', costsQuestion(view), tick)
  const isAll = answer?.scope === 'all'
  const reconciliation = useAnswer(feed, 'reconciliation', isAll ? { range: answer.range } : undefined, tick)
  const bytesPerGb = screen.arrivals.zones?.frame.price.bytesPerGb ?? 2 ** 30
  return (
    <>
      {problems.map(problem => (
        <p key={problem} className="banner note">
          In the address: {problem}
        </p>
      ))}
      <CostsBar view={view} now={now} set={address.set} />
      <ErrorBanner what="The statement" error={error} retry={retry} />
      {answer === undefined ? (
        error === undefined &&
        (view.payer === 'label' && view.key === '' ? (
          <p className="message panel quiet">Give the key of a label that the server keeps (--pod-labels).</p>
        ) : (
          <p className="message panel quiet loading">Loading…</p>
        ))
      ) : (
        <div className={`stack ${awaited ? 'awaited' : ''}`}>
          <MonthTotals answer={answer} />
          <StatementPanel
            answer={answer}
            bytesPerGb={bytesPerGb}
            hasData={screen.arrivals.zones?.frame.asOf !== null}
          />
          <DaysPanel answer={answer} />
          <ReconciliationPanel reconciliation={reconciliation} answer={answer} />
          <NotesPanel answer={answer} />
        </div>
      )}
    </>
  )
}
