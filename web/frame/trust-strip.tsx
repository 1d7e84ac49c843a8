import type { CoveragePart, Price, Provenance } from '@weir/contract/queries.ts'
import { formatCount } from '../words/bytes.ts'
import { formatShare } from '../words/shares.ts'
import { clockTime, dayMinute, formatDuration } from '../words/times.ts'

/** Below this a part of the coverage is coloured as a warning. */
const GOOD = 0.99

export interface Trust {
  readonly of: Provenance
  /** Of live data, ms; undefined where the range is past or nothing has come yet. */
  readonly age: number | undefined
  readonly isLive: boolean
}

/** What the numbers on the page rest on: always in sight. */
export function TrustStrip({ of: { asOf, sealedUntil, coverage, price, scope, range }, age, isLive }: Trust) {
  const time = isLive ? clockTime : dayMinute
  return (
    <section aria-label="What the numbers rest on">
      <dl className="trust">
        {scope !== 'all' && (
          <div title="Rows with at least one end in these namespaces; totals, map and chart are of the same rows">
            <dt>Traffic of</dt>
            <dd>{scope.join(', ')}</dd>
          </div>
        )}
        {!isLive && (
          <div>
            <dt>Range</dt>
            <dd>
              {dayMinute(range.from)} to {dayMinute(range.to)} UTC
            </dd>
          </div>
        )}
        <div>
          <dt>Data as of</dt>
          <dd>
            {asOf === null ? 'nothing yet' : `${time(asOf)} UTC`}
            {asOf !== null && age !== undefined && ` (${formatDuration(age)} ago)`}
          </dd>
        </div>
        <div title="Up to here every minute is decided and changes no more. Newer minutes may still rise.">
          <dt>Sealed until</dt>
          <dd>{sealedUntil === null ? 'not yet' : `${time(sealedUntil)} UTC`}</dd>
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
      <Gaps gaps={coverage.gaps} />
    </section>
  )
}

function Gaps({ gaps }: { readonly gaps: readonly string[] }) {
  if (gaps.length === 0) return null
  return (
    <details className="gaps">
      <summary>{gaps.length === 1 ? '1 gap' : `${gaps.length} gaps`}: what the numbers do not hold</summary>
      <ul>
        {gaps.map(gap => (
          <li key={gap}>{gap}</li>
        ))}
      </ul>
    </details>
  )
}

export function coverageWords({ ratio, seen, of, unit }: CoveragePart): string {
  if (ratio === null) return 'none seen'
  return unit === 'nodes' ? `${seen} of ${of}` : formatShare(seen, of)
}

function priceWords({ usdPerGb, bytesPerGb, currency, source }: Price): string {
  const gb = bytesPerGb === 2 ** 30 ? '1 GB = 2³⁰ B' : `1 GB = ${formatCount(bytesPerGb)} B`
  return `${currency} ${usdPerGb} per GB and billed side (${gb}; ${source})`
}
