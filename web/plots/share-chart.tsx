interface Props {
  readonly times: readonly number[]
  /** 0 to 1 a step; null: nobody watched, or there was nothing. */
  readonly shares: readonly (number | null)[]
  /** The moment of the change. */
  readonly at: number
  readonly stepMs: number
  /** What a screen reader says of the picture; the table beside it has the figures. */
  readonly summary: string
}

const HEIGHT = 170
const [TOP, BOTTOM] = [10, 6]

/** Shares over time as level steps, with a line where the change was. */
export function ShareChart({ times, shares, at, stepMs, summary }: Props) {
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const length = Math.max(1, last + stepMs - first)
  const x = (time: number) => ((time - first) / length) * 1000
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
  return (
    <div className="share-chart">
      <ol aria-hidden="true">
        <li>100 %</li>
        <li>50 %</li>
        <li>0 %</li>
      </ol>
      <svg
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 1000 ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
      >
        <title>{summary}</title>
        {[0, 0.5, 1].map(share => (
          <line key={share} className="grid" x1={0} x2={1000} y1={y(share)} y2={y(share)} />
        ))}
        {steps(times, shares).map(({ time, share }) => (
          <line key={time} className="step" x1={x(time)} x2={x(time + stepMs)} y1={y(share)} y2={y(share)} />
        ))}
        <line className="mark" x1={x(at)} x2={x(at)} y1={0} y2={HEIGHT} />
      </svg>
    </div>
  )
}

const steps = (times: readonly number[], shares: readonly (number | null)[]) =>
  times.flatMap((time, i) => {
    const share = shares[i] ?? null
    return share === null ? [] : [{ time, share }]
  })
