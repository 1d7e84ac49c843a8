import { seriesGroups } from '@weir/contract/queries.ts'
import { useState } from 'react'
import { chartRanges, chartStyles, type View } from '../../address.ts'
import { ChartTable } from '../../plots/chart-table.tsx'
import { lineVariable } from '../../plots/colour.ts'
import { perSecond } from '../../plots/stack.ts'
import { type ChartLine, TimeChart } from '../../plots/time-chart.tsx'
import { formatRate } from '../../words/bytes.ts'
import { clockMinute, formatSpan } from '../../words/times.ts'
import { Choice, ListChoice } from './choice.tsx'
import type { ChangeView } from './use-address.ts'
import type { SeriesState } from './use-series.ts'

interface Props {
  readonly series: SeriesState
  /** No agent has reported: there is nothing to ask for. */
  readonly waiting: boolean
  readonly view: View
  readonly theme: string
  readonly change: ChangeView
}

export function TimePanel({ series: { answer, error, retry }, waiting, view, theme, change }: Props) {
  const what = view.by === 'crossing' || view.crossing === 'all' ? 'All bytes' : `${capital(view.crossing)} bytes`
  const lines = answer?.lines.map(line => ({ name: line.name, rates: perSecond(line.bytes, answer.stepMs) })) ?? []
  return (
    <section className="panel" aria-labelledby="time-title">
      <header>
        <h2 id="time-title">{what} over time</h2>
        <ListChoice
          label="by"
          options={seriesGroups}
          value={view.by}
          words={by => by}
          onChange={by => change({ by })}
        />
        <ListChoice
          label="last"
          options={chartRanges}
          value={view.range}
          words={formatSpan}
          onChange={range => change({ range })}
        />
        <Choice
          label="as"
          options={chartStyles}
          value={view.style}
          words={style => style}
          onChange={style => change({ style })}
        />
      </header>
      {error !== undefined && (
        <p className="banner error" role="alert">
          <span>
            The chart could not be loaded: {error.message}
            {error.requestId !== undefined && <span className="small"> Request {error.requestId}.</span>}
          </span>
          <button type="button" className="button" onClick={retry}>
            Try again
          </button>
        </p>
      )}
      {answer !== undefined && lines.length === 0 && (
        <div className="message">
          <p>None of these bytes in the last {formatSpan(view.range)}. The chart ends with the last whole minute.</p>
        </div>
      )}
      {answer === undefined && error === undefined && (
        <p className="message quiet loading">{waiting ? 'No data yet.' : 'Loading…'}</p>
      )}
      {answer !== undefined && lines.length > 0 && (
        <Drawn times={answer.times} stepMs={answer.stepMs} lines={lines} view={view} theme={theme} />
      )}
    </section>
  )
}

interface DrawnProps {
  readonly times: readonly number[]
  readonly stepMs: number
  readonly lines: readonly ChartLine[]
  readonly view: View
  readonly theme: string
}

function Drawn({ times, stepMs, lines, view, theme }: DrawnProps) {
  const [pointed, setPointed] = useState<number>()
  if (view.style === 'table') return <ChartTable times={times} lines={lines} />
  const step = pointed !== undefined && pointed < times.length ? pointed : times.length - 1
  return (
    <>
      <TimeChart
        times={times}
        stepMs={stepMs}
        lines={lines}
        stacked={view.style === 'stack'}
        theme={theme}
        onPoint={setPointed}
      />
      <ul className="lines" aria-label={`Bytes per second at ${clockMinute(times[step] ?? 0)} UTC`}>
        <li className="quiet number">{clockMinute(times[step] ?? 0)} UTC</li>
        {lines.map(({ name, rates }, i) => {
          const rate = rates[step] ?? null
          return (
            <li key={name}>
              <span className="swatch" style={{ background: `var(${lineVariable(i, name)})` }} aria-hidden="true" />
              <bdi>{name}</bdi>
              <span className="number">{rate === null ? 'not watched' : formatRate(rate, 1000)}</span>
            </li>
          )
        })}
      </ul>
    </>
  )
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
