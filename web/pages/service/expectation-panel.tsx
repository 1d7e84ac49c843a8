import type { ShareExpectation, ZoneLoad } from '@weir/contract/rollout-queries.ts'
import { IntervalPlot } from '../../plots/interval-plot.tsx'
import type { TableColumn } from '../../tables/columns.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatCount } from '../../words/bytes.ts'
import { formatRatio } from '../../words/quantities.ts'

/** Beyond these an endpoint of the zone carries too much (contract/rollout-queries.ts). */
const HOT = 1.2
const CRITICAL = 1.5

/** What routing can reach at best with these endpoints and clients, and what it does reach. */
export function ExpectationPanel({ expectation }: { readonly expectation: ShareExpectation }) {
  const { achievedSaving, baseline, expected, observed, possibleSaving, zones } = expectation
  return (
    <section className="panel" aria-labelledby="expectation-title">
      <header>
        <h2 id="expectation-title">What routing can reach</h2>
        <span className="quiet small">shares of the Service’s bytes that cross zones</span>
      </header>
      <p className="sentence">
        At random <b>{formatRatio(baseline)}</b> would cross; where every client went where it is told to,{' '}
        <b>{formatRatio(expected)}</b>
        {observed === null ? '.' : ';'}
        {observed !== null && (
          <>
            {' '}
            observed is <b>{formatRatio(observed)}</b>.
          </>
        )}
        {possibleSaving !== null &&
          ` Routing saves at best ${formatRatio(possibleSaving)} of what crosses at random${achievedSaving === null ? '' : `, and saves ${formatRatio(achievedSaving)}`}.`}
      </p>
      <IntervalPlot
        rows={[
          { label: 'at random', value: baseline, interval: null },
          { label: 'as told', value: expected, interval: null },
          { label: 'observed', value: observed ?? undefined, interval: null },
        ]}
        from={0}
        to={1}
        words={share => `${Math.round(share * 100)} %`}
        summary={`Share across zones: at random ${formatRatio(baseline)}, as told ${formatRatio(expected)}, observed ${formatRatio(observed)}`}
      />
      <h3>Load by zone</h3>
      <DataTable
        label="Load by zone"
        columns={columns}
        rows={zones}
        keyOf={({ zone }) => zone}
        fileName="weir-zone-load"
      />
    </section>
  )
}

const columns: readonly TableColumn<ZoneLoad>[] = [
  {
    id: 'zone',
    label: 'Zone',
    means: 'Where clients and endpoints are',
    text: ({ zone }) => zone,
    order: ({ zone }) => zone,
  },
  {
    id: 'clients',
    label: 'Clients',
    means: 'Share of the traffic whose clients are here',
    isNumber: true,
    text: ({ clients }) => formatRatio(clients),
    order: ({ clients }) => clients,
    csv: ({ clients }) => clients,
  },
  {
    id: 'endpoints',
    label: 'Endpoints',
    means: 'Ready endpoints here',
    isNumber: true,
    text: ({ endpoints }) => formatCount(endpoints),
    order: ({ endpoints }) => endpoints,
    csv: ({ endpoints }) => endpoints,
  },
  {
    id: 'load',
    label: 'Load of an endpoint',
    means: `Against an even load, which is 1; above ${HOT} hot, above ${CRITICAL} critical`,
    isNumber: true,
    text: ({ loadFactor }) => loadWords(loadFactor),
    cell: ({ loadFactor }) => (
      <span className={loadFactor !== null && loadFactor > HOT ? 'hot' : ''}>{loadWords(loadFactor)}</span>
    ),
    order: ({ loadFactor }) => loadFactor ?? Number.NaN,
    csv: ({ loadFactor }) => loadFactor,
  },
]

export function loadWords(factor: number | null): string {
  if (factor === null) return '–'
  const word = factor > CRITICAL ? ', critical' : factor > HOT ? ', hot' : ''
  return `${factor.toFixed(2)} ×${word}`
}
