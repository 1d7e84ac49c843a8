import type { TimeRange } from '@weir/contract/queries.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { Layout } from './layout.ts'
import {
  DAY_MINUTES,
  daysTable,
  firstDay,
  HOUR_MINUTES,
  hoursTable,
  lanesTable,
  minutesTable,
  openTable,
} from './partitions.ts'

/** Rows of one table whose `t` (whole units since the epoch) lies in [from, to). */
export interface Segment {
  readonly table: string
  /** Length of the table's unit in minutes: 1, 60 or 1440. */
  readonly unit: number
  readonly from: number
  readonly to: number
}

/**
 * Which tables answer for a range so that every fact is read exactly once: whole closed days from days_, whole closed
 * hours from hours_, the rest from minutes. What is committed and not folded in yet is in none of them (arrivals.ts).
 *
 * Where the finer rows are gone (retention, space), a coarser row counts at the moment its hour or day begins: two
 * ranges that touch still add up to the range that spans them.
 *
 * @param grain the coarsest unit that may be used, in minutes: a step of 15 min cannot be told from hours.
 */
export function planSums(range: TimeRange, layout: Layout, grain: number = DAY_MINUTES): readonly Segment[] {
  const from = Math.ceil(range.from / MINUTE_MS)
  const to = Math.ceil(range.to / MINUTE_MS)
  if (from >= to) return []
  const segments: Segment[] = []
  const days = coarse(from, to, DAY_MINUTES, grain >= DAY_MINUTES ? layout.closedDay : 0, layout.hoursFrom)
  for (const year of layout.all('days'))
    pushOverlap(segments, daysTable(year), DAY_MINUTES, days, { from: firstDay(year), to: firstDay(year + 1) })
  for (const part of around(from, to, days, DAY_MINUTES, layout.hoursFrom)) {
    const hours = coarse(
      part.from,
      part.to,
      HOUR_MINUTES,
      grain >= HOUR_MINUTES ? layout.closedHour : 0,
      layout.minutesFrom,
    )
    for (const day of layout.all('hours'))
      pushOverlap(segments, hoursTable(day), HOUR_MINUTES, hours, { from: day * 24, to: (day + 1) * 24 })
    for (const edge of around(part.from, part.to, hours, HOUR_MINUTES, layout.minutesFrom))
      pushMinutes(segments, edge, layout)
  }
  return segments
}

interface Span {
  readonly from: number
  readonly to: number
}

/**
 * The whole units of [from, to) (minutes) that are read from the coarse table: those closed, and those whose finer rows
 * are gone, for which the start decides. Units.
 */
function coarse(from: number, to: number, unit: number, closedBefore: number, finerGoneBefore: number): Span {
  const first = Math.ceil(from / unit)
  const closed = Math.min(Math.floor(to / unit), closedBefore)
  const onlyCoarse = Math.min(Math.ceil(to / unit), finerGoneBefore)
  return { from: first, to: Math.max(first, closed, onlyCoarse) }
}

/** What is left of [from, to) (minutes) around the coarse units, without what has no finer rows any more. */
function around(from: number, to: number, units: Span, unit: number, finerGoneBefore: number): readonly Span[] {
  const begin = Math.max(from, finerGoneBefore * unit)
  if (units.from === units.to) return begin < to ? [{ from: begin, to }] : []
  const spans = [
    { from: begin, to: units.from * unit },
    { from: units.to * unit, to },
  ]
  return spans.filter(span => span.from < span.to)
}

function pushMinutes(segments: Segment[], minutes: Span, layout: Layout): void {
  const ofHour = (hour: number) => ({ from: hour * HOUR_MINUTES, to: (hour + 1) * HOUR_MINUTES })
  for (const hour of layout.all('minutes')) pushOverlap(segments, minutesTable(hour), 1, minutes, ofHour(hour))
  for (const hour of layout.all('open')) pushOverlap(segments, openTable(hour), 1, minutes, ofHour(hour))
}

function pushOverlap(segments: Segment[], table: string, unit: number, wanted: Span, held: Span): void {
  const from = Math.max(wanted.from, held.from)
  const to = Math.min(wanted.to, held.to)
  if (from < to) segments.push({ table, unit, from, to })
}

/** The lanes of the closed days among whole UTC days; those of the others are in memory (open-days.ts). */
export function planLanes(range: TimeRange, layout: Layout): readonly Segment[] {
  const dayOf = (moment: number) => Math.ceil(moment / (MINUTE_MS * DAY_MINUTES))
  const closed = { from: dayOf(range.from), to: Math.min(dayOf(range.to), layout.closedDay) }
  const segments: Segment[] = []
  for (const year of layout.all('lanes'))
    pushOverlap(segments, lanesTable(year), DAY_MINUTES, closed, { from: firstDay(year), to: firstDay(year + 1) })
  return segments
}
