import type { Interval } from '@weir/contract/rollout-queries.ts'

export interface IntervalRow {
  readonly label: string
  /** undefined: nothing can be drawn of it. */
  readonly value: number | undefined
  readonly interval: Interval | null
}

interface Props {
  readonly rows: readonly IntervalRow[]
  /** The axis, in the unit of the values. */
  readonly from: number
  readonly to: number
  /** Where a line stands across: a zero, say. */
  readonly mark?: number
  readonly words: (value: number) => string
  /** The same in a sentence: what a screen reader says of the picture. */
  readonly summary: string
  readonly isSmall?: boolean
}

const ROW_PX = 30
const SMALL_ROW_PX = 13
const AXIS_PX = 20

/** A dot for each figure, and whiskers as far as its interval reaches. */
export function IntervalPlot({ rows, from, to, mark, words, summary, isSmall = false }: Props) {
  const rowPx = isSmall ? SMALL_ROW_PX : ROW_PX
  const height = rows.length * rowPx + (isSmall ? 0 : AXIS_PX)
  const ticks = isSmall ? [from, to] : ticksOf(from, to)
  const place = (value: number) => `${(Math.min(1, Math.max(0, (value - from) / (to - from))) * 96 + 2).toFixed(2)}%`
  return (
    <div className={`intervals ${isSmall ? 'little' : ''}`}>
      {!isSmall && (
        <ol aria-hidden="true">
          {rows.map(({ label }) => (
            <li key={label}>{label}</li>
          ))}
        </ol>
      )}
      <svg width="100%" height={height} role="img" aria-label={summary}>
        <title>{summary}</title>
        {ticks.map(tick => (
          <g key={tick}>
            <line className="grid" x1={place(tick)} x2={place(tick)} y1={0} y2={rows.length * rowPx} />
            {!isSmall && (
              <text x={place(tick)} y={height - 5} textAnchor="middle">
                {words(tick)}
              </text>
            )}
          </g>
        ))}
        {mark !== undefined && (
          <line className="mark" x1={place(mark)} x2={place(mark)} y1={0} y2={rows.length * rowPx} />
        )}
        {rows.map(({ label, value, interval }, i) => {
          const y = i * rowPx + rowPx / 2
          return (
            <g key={label} className={`row-${i}`}>
              {interval !== null && (
                <>
                  <line className="whisker" x1={place(interval.low)} x2={place(interval.high)} y1={y} y2={y} />
                  {[interval.low, interval.high].map(end => (
                    <line key={end} className="whisker" x1={place(end)} x2={place(end)} y1={y - 4} y2={y + 4} />
                  ))}
                </>
              )}
              {value !== undefined && <circle cx={place(value)} cy={y} r={isSmall ? 3.5 : 5.5} />}
            </g>
          )
        })}
      </svg>
    </div>
  )
}

/** Five ticks at most, at round tenths or halves of a tenth. */
function ticksOf(from: number, to: number): number[] {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5].find(one => (to - from) / one <= 5) ?? 1
  const first = Math.ceil(from / step - 1e-9)
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step)
}
