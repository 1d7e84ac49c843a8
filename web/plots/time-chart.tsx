import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { formatRate } from '../words/bytes.ts'
import { clockFor } from '../words/times.ts'
import { lineVariable, resolvedColour, withOpacity } from './colour.ts'
import { byteTicks, type Line, levelled, stackLines, stepEdges } from './stack.ts'

export interface ChartLine {
  readonly name: string
  /** Bytes per second a step. */
  readonly rates: Line
}

interface Props {
  /** Starts of the steps. */
  readonly times: readonly number[]
  readonly stepMs: number
  readonly lines: readonly ChartLine[]
  readonly stacked: boolean
  /** Changes when the theme does: a canvas has to be painted anew. */
  readonly theme: string
  /** The step under the pointer, for the legend; undefined when it leaves. */
  onPoint(step: number | undefined): void
  /** A stretch was drawn with the pointer: whole steps. */
  onZoom(from: number, to: number): void
}

const HEIGHT = 272

/** The only file that knows uPlot. The canvas is decoration to a screen reader: the table twin has the same numbers. */
export function TimeChart({ times, stepMs, lines, stacked, theme, onPoint, onZoom }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const heard = useRef({ onPoint, onZoom })
  heard.current = { onPoint, onZoom }
  const names = lines.map(line => line.name).join('\n')
  const data = alignedData(stepEdges(times, stepMs), lines, stacked)
  const newest = useRef(data)
  newest.current = data

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, so `theme` is one of them.
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const options = chartOptions(element, names === '' ? [] : names.split('\n'), stacked, {
      onPoint: step => heard.current.onPoint(step),
      onZoom: (from, to) => heard.current.onZoom(from, to),
    })
    const made = new uPlot(options, newest.current, element)
    plot.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    resize.observe(element)
    return () => {
      resize.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [names, stacked, theme])

  useEffect(() => plot.current?.setData(data), [data])
  return <div ref={host} className="plot" aria-hidden="true" />
}

function alignedData(edges: readonly number[], lines: readonly ChartLine[], stacked: boolean): uPlot.AlignedData {
  const rates = lines.map(line => line.rates)
  const values = stacked ? stackLines(rates) : rates
  return [edges.map(at => at / 1000), ...values.map(levelled)]
}

function chartOptions(
  host: HTMLElement,
  names: readonly string[],
  stacked: boolean,
  { onPoint, onZoom }: Pick<Props, 'onPoint' | 'onZoom'>,
): uPlot.Options {
  const quiet = resolvedColour(host, '--quiet')
  const edge = resolvedColour(host, '--edge')
  const axis = { stroke: quiet, grid: { stroke: edge, width: 1 }, ticks: { stroke: edge, width: 1 } }
  return {
    width: host.clientWidth,
    height: HEIGHT,
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { show: !stacked } },
    scales: { x: { time: true }, y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.05 : 1] } },
    axes: [
      { ...axis, space: 90, values: (plot, ticks) => ticks.map(tick => clockFor(lengthOf(plot) * 1000)(tick * 1000)) },
      {
        ...axis,
        size: 78,
        splits: (_plot, _axis, _least, most) => byteTicks(most, 5),
        values: (_plot, ticks) => ticks.map(tick => formatRate(tick, 1000).replace(/\.0+ /, ' ')),
      },
    ],
    series: [{}, ...names.map((name, i) => lineOptions(resolvedColour(host, lineVariable(i, name)), stacked))],
    // Each band is filled with the colour of its upper line, down to the line below it.
    bands: stacked ? names.slice(1).map((_, i) => ({ series: [i + 2, i + 1] as [number, number] })) : [],
    hooks: {
      setCursor: [plot => onPoint(stepAt(plot.cursor.idx))],
      setSelect: [
        ({ select, posToVal }) => {
          if (select.width > 0)
            onZoom(posToVal(select.left, 'x') * 1000, posToVal(select.left + select.width, 'x') * 1000)
        },
      ],
    },
  }
}

const lengthOf = ({ scales: { x } }: uPlot): number => (x?.max ?? 0) - (x?.min ?? 0)

/** Two points are one step: see stepEdges. */
const stepAt = (point: number | null | undefined): number | undefined => (point == null ? undefined : point >> 1)

function lineOptions(colour: string, stacked: boolean): uPlot.Series {
  const look = { stroke: colour, width: stacked ? 0 : 1.5, points: { show: false } }
  return stacked ? { ...look, fill: withOpacity(colour, 0.82) } : look
}
