import { type SeriesAnswer, seriesGroups, type TimeRange } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { useState } from 'react'
import { chartRanges, chartStyles, type View } from '../../address.ts'
import { Choice, ListChoice } from '../../frame/choice.tsx'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { ChangeView } from '../../frame/use-address.ts'
import type { Answered } from '../../frame/use-answer.ts'
import { ChartTable } from '../../plots/chart-table.tsx'
import { lineVariable } from '../../plots/colour.ts'
import { perSecond } from '../../plots/stack.ts'
import { type ChartLine, TimeChart } from '../../plots/time-chart.tsx'
import { formatRate } from '../../words/bytes.ts'
import { spanWords } from '../../words/spans.ts'
import { clockFor, formatSpan } from '../../words/times.ts'

interface Props {
  readonly series: Answered<SeriesAnswer>
  readonly isLive: boolean
  /** No agent has reported: there is nothing to ask for. */
  readonly waiting: boolean
  readonly view: View
  readonly theme: string
  readonly change: ChangeView
}

export function TimePanel({ series: { answer, error, retry }, isLive, waiting, view, theme, change }: Props) {
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
        {isLive && (
          <ListChoice
            label="last"
            options={chartRanges}
            value={view.range}
            words={formatSpan}
            onChange={range => change({ range })}
          />
        )}
        <Choice
          label="as"
          options={chartStyles}
          value={view.style}
          words={style => style}
          onChange={style => change({ style })}
        />
      </header>
      <ErrorBanner what="The chart" error={error} retry={retry} />
      {answer !== undefined && lines.length === 0 && (
        <div className="message">
          <p>
            None of these bytes {isLive ? `in the last ${formatSpan(view.range)}` : spanWords(view).long}. The chart
            ends with the last whole minute.
          </p>
        </div>
      )}
      {answer === undefined && error === undefined && (
        <p className="message quiet loading">{waiting ? 'No data yet.' : 'Loading…'}</p>
      )}
      {answer !== undefined && lines.length > 0 && (
        <Drawn times={answer.times} stepMs={answer.stepMs} lines={lines} view={view} theme={theme} change={change} />
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
  readonly change: ChangeView
}

function Drawn({ times, stepMs, lines, view, theme, change }: DrawnProps) {
  const [pointed, setPointed] = useState<number>()
  if (view.style === 'table') return <ChartTable times={times} lines={lines} />
  const clock = clockFor((times.at(-1) ?? 0) - (times[0] ?? 0))
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
        onZoom={(from, to) => change({ between: wholeSteps(from, to, stepMs) })}
      />
      <ul className="lines" aria-label={`Bytes per second at ${clock(times[step] ?? 0)} UTC`}>
        <li className="quiet number">{clock(times[step] ?? 0)} UTC</li>
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

/** The steps that a stretch touches. */
const wholeSteps = (from: number, to: number, stepMs: number): TimeRange => ({
  from: epochMs(Math.floor(from / stepMs) * stepMs),
  to: epochMs(Math.ceil(to / stepMs) * stepMs),
})

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
