import type { CoveragePart, Price } from '@weir/contract/queries.ts'
import { formatCount } from '../../words/bytes.ts'
import { formatShare } from '../../words/shares.ts'
import { clockTime, formatDuration } from '../../words/times.ts'
import type { Arrival } from './screen.ts'
import { dataAge } from './status.ts'

/** Below this a part of the coverage is coloured as a warning. */
const GOOD = 0.99

/** What the numbers on the page rest on: always in sight. */
export function TrustStrip({ arrival, now }: { readonly arrival: Arrival; readonly now: number }) {
  const { asOf, sealedUntil, coverage, price, scope } = arrival.frame
  const age = dataAge(arrival, now)
  return (
    <>
      <dl className="trust" aria-label="What the numbers rest on">
        {scope !== 'all' && (
          <div title="Rows with at least one end in these namespaces; totals, map and chart are of the same rows">
            <dt>Traffic of</dt>
            <dd>{scope.join(', ')}</dd>
          </div>
        )}
        <div>
          <dt>Data as of</dt>
          <dd>
            {asOf === null || age === undefined ? 'nothing yet' : `${clockTime(asOf)} UTC (${formatDuration(age)} ago)`}
          </dd>
        </div>
        <div title="Up to here every minute is decided and changes no more. Newer minutes may still rise.">
          <dt>Sealed until</dt>
          <dd>{sealedUntil === null ? 'not yet' : `${clockTime(sealedUntil)} UTC`}</dd>
        </div>
        {coverage.parts.map(part => (
          <div key={part.kind} title={`${formatCount(part.seen)} of ${formatCount(part.of)} ${part.unit}`}>
            <dt>{part.kind}</dt>
            <dd className={part.ratio !== null && part.ratio < GOOD ? 'short' : ''}>{coverageWords(part)}</dd>
          </div>
        ))}
        <div title={price.source}>
          <dt>Price</dt>
          <dd>{priceWords(price)}</dd>
        </div>
      </dl>
      {coverage.gaps.length > 0 && (
        <details className="gaps">
          <summary>
            {coverage.gaps.length === 1 ? '1 gap' : `${coverage.gaps.length} gaps`}: what the numbers do not hold
          </summary>
          <ul>
            {coverage.gaps.map(gap => (
              <li key={gap}>{gap}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function coverageWords({ ratio, seen, of, unit }: CoveragePart): string {
  if (ratio === null) return 'none seen'
  return unit === 'nodes' ? `${seen} of ${of}` : formatShare(seen, of)
}

function priceWords({ usdPerGb, bytesPerGb, currency, source }: Price): string {
  const gb = bytesPerGb === 2 ** 30 ? '1 GB = 2³⁰ B' : `1 GB = ${formatCount(bytesPerGb)} B`
  return `${currency} ${usdPerGb} per GB and billed side (${gb}; ${source})`
}
