import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { View } from '../../address.ts'
import type { SeriesQuestion } from '../../feed/feed.ts'
import { filterOf } from '../../filters.ts'
import { stepFor } from '../../past.ts'

/** There are eight colours that one can tell apart; the rest is one line, "other". */
const MOST_LINES = 8

/** Step of the live chart by its range: facts are kept per minute, and about 60 to 100 steps fit a screen. */
export const stepMsOf = (range: View['range']): number => (range <= 3600 ? 60_000 : range <= 21_600 ? 300_000 : 900_000)

/**
 * The chart ends with the last whole step that data has reached: a step half full would look like a fall.
 * By crossing it shows everything; else it follows the choice of the table. `past`: the range in place of the newest.
 */
export function chartQuestion(view: View, asOf: EpochMs, past?: TimeRange): SeriesQuestion {
  const stepMs = past === undefined ? stepMsOf(view.range) : stepFor(past)
  const whole = (at: number) => epochMs(Math.floor(at / stepMs) * stepMs)
  const to = whole(past === undefined ? asOf : Math.max(Math.min(past.to, asOf), past.from + stepMs))
  return {
    range: { from: past === undefined ? epochMs(to - view.range * 1000) : whole(past.from), to },
    stepMs,
    by: view.by,
    limit: MOST_LINES,
    filter: filterOf(view.chips, view.by === 'crossing' ? 'all' : view.crossing),
  }
}
