import { type LiveSpan, liveSpans } from '@weir/contract/live-wire.ts'
import {
  type PairGroup,
  type PairSort,
  pairGroups,
  pairSorts,
  type SeriesGroup,
  seriesGroups,
} from '@weir/contract/queries.ts'
import { type Chip, type CrossingChoice, chipFields, crossingChoices } from './filters.ts'

export const chartRanges = [900, 3600, 21_600, 86_400] as const
export type ChartRange = (typeof chartRanges)[number]
export const chartStyles = ['stack', 'lines', 'table'] as const
export type ChartStyle = (typeof chartStyles)[number]

/** Everything one can choose on the page. It lives in the address, so that a link or a reload shows the same view. */
export interface View {
  readonly chips: readonly Chip[]
  readonly crossing: CrossingChoice
  readonly group: PairGroup
  readonly sort: PairSort
  /** Seconds that the totals, the map and the table sum. */
  readonly span: LiveSpan
  /** Seconds that the chart shows. */
  readonly range: ChartRange
  readonly by: SeriesGroup
  readonly style: ChartStyle
  readonly paused: boolean
  /** Data made in the browser instead of a server's: '' for the plain demo, else the scene to play. */
  readonly demo: string | undefined
}

export const defaultView: View = {
  chips: [],
  crossing: 'cross-zone',
  group: 'service',
  sort: 'crossZoneBytes',
  span: 60,
  range: 3600,
  by: 'namespace',
  style: 'stack',
  paused: false,
  demo: undefined,
}

/** The view of a query string, and a sentence for each value that was not understood (its default is used). */
export function readAddress(search: string): { readonly view: View; readonly problems: readonly string[] } {
  const query = new URLSearchParams(search)
  const problems: string[] = []
  const choose = <T extends string | number>(name: string, allowed: readonly T[], fallback: T): T => {
    const text = query.get(name)
    if (text === null) return fallback
    const found = allowed.find(one => String(one) === text)
    if (found === undefined) problems.push(`${name}=${text} is not one of ${allowed.join(', ')}; ${fallback} is shown.`)
    return found ?? fallback
  }
  const chips = chipFields.flatMap(field =>
    query
      .getAll(field)
      .filter(text => text.replace(/^!/, '') !== '')
      .map(text => ({ field, value: text.replace(/^!/, ''), exclude: text.startsWith('!') })),
  )
  const view: View = {
    chips,
    crossing: choose('crossing', crossingChoices, defaultView.crossing),
    group: choose('group', pairGroups, defaultView.group),
    sort: choose('sort', pairSorts, defaultView.sort),
    span: choose('span', liveSpans, defaultView.span),
    range: choose('range', chartRanges, defaultView.range),
    by: choose('by', seriesGroups, defaultView.by),
    style: choose('style', chartStyles, defaultView.style),
    paused: query.has('paused'),
    demo: query.get('demo') ?? undefined,
  }
  return { view, problems }
}

/** The query string of a view: only what differs from the default, in a fixed order. "" for the default view. */
export function writeAddress(view: View): string {
  const query = new URLSearchParams()
  for (const field of chipFields)
    for (const chip of view.chips)
      if (chip.field === field) query.append(field, `${chip.exclude ? '!' : ''}${chip.value}`)
  for (const name of ['crossing', 'group', 'sort', 'span', 'range', 'by', 'style'] as const)
    if (view[name] !== defaultView[name]) query.set(name, String(view[name]))
  if (view.paused) query.set('paused', '')
  if (view.demo !== undefined) query.set('demo', view.demo)
  // "paused=" and "demo=" read better without the sign; URLSearchParams always writes it.
  const text = query.toString().replace(/\b(paused|demo)=(?=&|$)/g, '$1')
  return text === '' ? '' : `?${text}`
}
