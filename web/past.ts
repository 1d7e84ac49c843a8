import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/** live: what comes in now. The others end now, but for the months, which are those of the bill: in UTC. */
export const lasts = ['live', '1h', '6h', '24h', '7d', '30d', 'month', 'last-month'] as const
export type Last = (typeof lasts)[number]

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const lengths: { readonly [last in Exclude<Last, 'live' | 'month' | 'last-month'>]: number } = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
}

/**
 * The range of a choice; undefined: live. It ends with a whole minute, of longer ranges with a whole quarter of an hour,
 * so that the same question is asked again only when its answer can differ.
 */
export function rangeOfLast(last: Last, now: number): TimeRange | undefined {
  switch (last) {
    case 'live':
      return undefined
    case 'month':
      return { from: startOfMonth(now, 0), to: floor(now, 15 * MINUTE_MS) }
    case 'last-month':
      return { from: startOfMonth(now, -1), to: startOfMonth(now, 0) }
    case '1h':
    case '6h':
    case '24h':
    case '7d':
    case '30d': {
      const length = lengths[last]
      const to = floor(now, length > DAY_MS ? 15 * MINUTE_MS : MINUTE_MS)
      return { from: epochMs(to - length), to }
    }
  }
}

export const lastWords: { readonly [last in Last]: string } = {
  live: 'live',
  '1h': '1 hour',
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  month: 'this month',
  'last-month': 'last month',
}

/** Steps of a chart: whole divisors of a day, so that they begin at the same times on every day. */
const steps = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS]

/** The shortest step of which at most 120 make the range. */
export const stepFor = ({ from, to }: TimeRange): number =>
  steps.find(step => (to - from) / step <= 120) ?? Math.ceil((to - from) / 120 / DAY_MS) * DAY_MS

/** In UTC; `ahead` months from the one that `at` lies in. */
function startOfMonth(at: number, ahead: number): EpochMs {
  const date = new Date(at)
  return epochMs(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead))
}

const floor = (at: number, grain: number): EpochMs => epochMs(Math.floor(at / grain) * grain)
