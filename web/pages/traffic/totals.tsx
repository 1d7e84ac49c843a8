import type { Crossing } from '@weir/contract/zones.ts'
import { Tile } from '../../frame/tile.tsx'
import { formatBytes, formatRate } from '../../words/bytes.ts'
import { formatMoney, formatMoneyPerHour, signOf } from '../../words/money.ts'
import { formatShare } from '../../words/shares.ts'
import type { ZoneSums } from './traffic.ts'

const crossings: readonly Crossing[] = ['cross-zone', 'same-zone', 'cross-region', 'internet', 'unknown']

/** The answer in ten seconds: how much crosses, what part of all that is, what it costs, where the rest went. */
export function Totals({ sums, isLive }: { readonly sums: ZoneSums; readonly isLive: boolean }) {
  const { total, price, spanMs, words } = sums
  const crossed = total.byCrossing['cross-zone'].bytes
  return (
    <dl className="tiles" aria-label="Totals">
      <Tile name="Cross-zone" figure={formatRate(crossed, spanMs)} note={`${formatBytes(crossed)} ${words.long}`} />
      <Tile
        name="Share of all bytes"
        figure={formatShare(crossed, total.bytes)}
        note={`of ${formatRate(total.bytes, spanMs)} seen`}
      />
      <Tile
        name="Estimated cost"
        figure={
          isLive
            ? formatMoneyPerHour(total.costMicroUsd, spanMs, price.currency)
            : formatMoney(total.costMicroUsd, price.currency)
        }
        note={`${isLive ? '' : `${words.long}, `}at ${signOf(price.currency)}${price.usdPerGb} per GB and billed side`}
      />
      <div className="panel tile wide">
        <dt>Where the bytes went</dt>
        <dd>
          <div className="split" aria-hidden="true">
            {crossings.map(crossing => (
              <i
                key={crossing}
                className={crossing}
                style={{
                  flexGrow: total.byCrossing[crossing].bytes,
                  display: total.byCrossing[crossing].bytes > 0 ? 'block' : 'none',
                }}
              />
            ))}
          </div>
          <ul className="parts">
            {crossings.map(crossing => (
              <li key={crossing}>
                <span className={`swatch ${crossing}`} aria-hidden="true" />
                {crossing} <span className="number">{formatShare(total.byCrossing[crossing].bytes, total.bytes)}</span>
              </li>
            ))}
          </ul>
        </dd>
      </div>
    </dl>
  )
}
