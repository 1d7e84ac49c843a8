import { type LiveSpan, liveSpans } from '@weir/contract/live-wire.ts'
import {
  type PairGroup,
  type PairSort,
  pairGroups,
  pairSorts,
  type SeriesGroup,
  seriesGroups,
  type TimeRange,
} from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { type Chip, type CrossingChoice, chipFields, crossingChoices } from './filters.ts'
import { type Last, lasts } from './past.ts'

export const chartRanges = [900, 3600, 21_600, 86_400] as const
export type ChartRange = (typeof chartRanges)[number]
export const chartStyles = ['stack', 'lines', 'table'] as const
export type ChartStyle = (typeof chartStyles)[number]

/**
 * What one can choose on the pages about traffic, and what all pages share. It lives in the address, so that a link or a
 * reload shows the same view.
 */
export interface View {
  readonly chips: readonly Chip[]
  readonly crossing: CrossingChoice
  readonly group: PairGroup
  readonly sort: PairSort
  /** Live, or how far back. */
  readonly last: Last
  /** A stretch of time by hand; it wins over `last`. */
  readonly between: TimeRange | undefined
  /** Live: seconds that the totals, the map and the table sum. */
  readonly span: LiveSpan
  /** Live: seconds that the chart shows. */
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
  last: 'live',
  between: undefined,
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
    last: choose('last', lasts, defaultView.last),
    between: readBetween(query, problems),
    span: choose('span', liveSpans, defaultView.span),
    range: choose('range', chartRanges, defaultView.range),
    by: choose('by', seriesGroups, defaultView.by),
    style: choose('style', chartStyles, defaultView.style),
    paused: query.has('paused'),
    demo: query.get('demo') ?? undefined,
  }
  return { view, problems }
}

/** `from` and `to` are read together: ISO 8601 in UTC, as the API takes them. */
function readBetween(query: URLSearchParams, problems: string[]): TimeRange | undefined {
  const [from, to] = [query.get('from'), query.get('to')]
  if (from === null && to === null) return undefined
  const [start, end] = [Date.parse(from ?? ''), Date.parse(to ?? '')]
  if (start < end) return { from: epochMs(start), to: epochMs(end) }
  problems.push(`from=${from ?? ''}&to=${to ?? ''} is no stretch of time such as 2026-11-20T14:00Z; it is left out.`)
  return undefined
}

/** "2026-11-20T14:00Z": the minute is the grain of what is kept. */
const isoMinute = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`

/** What the pages share, and hence a link from one to another carries along. */
const shared: readonly string[] = [...chipFields, 'last', 'from', 'to', 'span', 'demo']
const ofView: readonly string[] = [...shared, 'crossing', 'group', 'sort', 'range', 'by', 'style', 'paused']

/**
 * The query string of a view: only what differs from the default, in a fixed order. "" for the default view. What else is
 * in `before`, the query as it is, is a page's own and stays.
 */
export function writeAddress(view: View, before = ''): string {
  const query = new URLSearchParams()
  for (const field of chipFields)
    for (const chip of view.chips)
      if (chip.field === field) query.append(field, `${chip.exclude ? '!' : ''}${chip.value}`)
  if (view.between !== undefined) {
    query.set('from', isoMinute(view.between.from))
    query.set('to', isoMinute(view.between.to))
  }
  for (const name of ['crossing', 'group', 'sort', 'last', 'span', 'range', 'by', 'style'] as const)
    if (view[name] !== defaultView[name]) query.set(name, String(view[name]))
  for (const [name, value] of new URLSearchParams(before)) if (!ofView.includes(name)) query.append(name, value)
  if (view.paused) query.set('paused', '')
  if (view.demo !== undefined) query.set('demo', view.demo)
  return queryText(query)
}

/** The query for a link to another page: what the pages share, and nothing of this one's own. */
export function sharedQuery(search: string): string {
  const query = new URLSearchParams()
  for (const [name, value] of new URLSearchParams(search)) if (shared.includes(name)) query.append(name, value)
  return queryText(query)
}

/** The query with some of a page's own parameters changed; undefined takes one out. */
export function withParameters(search: string, change: { readonly [name: string]: string | undefined }): string {
  const query = new URLSearchParams(search)
  for (const [name, value] of Object.entries(change))
    if (value === undefined) query.delete(name)
    else query.set(name, value)
  return queryText(query)
}

/** "paused" and "demo" read better without the sign, and times with their colons; URLSearchParams always escapes. */
function queryText(query: URLSearchParams): string {
  const text = query
    .toString()
    .replace(/\b(paused|demo)=(?=&|$)/g, '$1')
    .replace(/(?<=\b(?:from|to)=[\dT-]+)%3A/g, ':')
  return text === '' ? '' : `?${text}`
}
