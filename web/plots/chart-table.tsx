import { formatRate } from '../words/bytes.ts'
import { clockFor } from '../words/times.ts'
import type { ChartLine } from './time-chart.tsx'

/** The chart as a table, newest first: for those who do not see it, and for exact reading. */
export function ChartTable({
  times,
  lines,
}: {
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
}) {
  const clock = clockFor((times.at(-1) ?? 0) - (times[0] ?? 0))
  const newestFirst = times.map((_, i) => times.length - 1 - i)
  return (
    <section
      className="twin"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label="The chart as a table"
    >
      <table>
        <thead>
          <tr>
            <th scope="col">UTC</th>
            {lines.map(line => (
              <th key={line.name} scope="col">
                <bdi>{line.name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {newestFirst.map(i => (
            <tr key={times[i]}>
              <th scope="row">{clock(times[i] ?? 0)}</th>
              {lines.map(line => {
                const rate = line.rates[i] ?? null
                return (
                  <td key={line.name} className="number">
                    {rate === null ? 'not watched' : formatRate(rate, 1000)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
