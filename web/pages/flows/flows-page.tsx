import type { PageProps } from '../../frame/page-props.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatCount } from '../../words/bytes.ts'
import { formatSpan } from '../../words/times.ts'
import { FilterBar } from '../traffic/filter-bar.tsx'
import { knownValues } from '../traffic/known-values.ts'
import { flowColumns, flowKey } from './flow-columns.tsx'
import { useHeld } from './use-held.ts'

/** The newest hops by address, as agents report them: to look at, not to sum. */
export function FlowsPage({ address: { view, change }, screen, status }: PageProps) {
  const flows = screen.arrivals.flows?.frame
  const zones = screen.arrivals.zones?.frame
  const { rows, waiting, hold, release } = useHeld(flows?.flows ?? [], flowKey)
  return (
    <>
      <FilterBar view={view} known={knownValues([], zones?.zones ?? [])} isLive={true} change={change} />
      <section
        className={`panel ${status.kind === 'disconnected' ? 'faded' : ''}`}
        aria-labelledby="flows-title"
        onPointerEnter={hold}
        onPointerLeave={release}
      >
        <header>
          <h2 id="flows-title">Newest hops</h2>
          {waiting > 0 && (
            <span className="pill paused">{formatCount(waiting)} new; they show when the pointer leaves</span>
          )}
          <span className="quiet small">
            At most 200 of the last {formatSpan(view.span)}. A hop that both ends report is here twice: do not add them
            up.
          </span>
        </header>
        {flows === undefined ? (
          <p className="message quiet loading">Loading…</p>
        ) : rows.length === 0 ? (
          <Nothing hasData={flows.asOf !== null} isFiltered={view.chips.length > 0 || view.crossing !== 'all'} />
        ) : (
          <DataTable label="Newest hops" columns={flowColumns} rows={rows} keyOf={flowKey} fileName="weir-flows" />
        )}
      </section>
    </>
  )
}

function Nothing({ hasData, isFiltered }: { readonly hasData: boolean; readonly isFiltered: boolean }) {
  const [title, detail] = !hasData
    ? ['No agent has reported yet', 'Hops show with the first window of the first agent.']
    : isFiltered
      ? ['No hop matches', 'None of the newest hops matches the filter and the crossing chosen above.']
      : ['No hops', 'Agents report, but counted no bytes between machines in this time.']
  return (
    <div className="message">
      <h2>{title}</h2>
      <p>{detail}</p>
    </div>
  )
}
