import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'

export const DAY_MS = 86_400_000

/** A calendar month in UTC, as bills have them: "2026-11" → its half-open range. undefined: not a month. */
export function monthOf(text: string): TimeRange | undefined {
  const [, year, month] = /^((?:19|20)\d{2})-(0[1-9]|1[0-2])$/.exec(text) ?? []
  if (year === undefined || month === undefined) return undefined
  const start = (months: number) => epochMs(Date.UTC(Number(year), months, 1))
  return { from: start(Number(month) - 1), to: start(Number(month)) }
}

/** "2026-11" of any moment in it. */
export const monthText = (at: EpochMs): string => new Date(at).toISOString().slice(0, 7)
export const dayText = (day: EpochMs): string => new Date(day).toISOString().slice(0, 10)

export const startOfDay = (at: EpochMs): EpochMs => epochMs(Math.floor(at / DAY_MS) * DAY_MS)

/** Starts of the UTC days that overlap the range and have begun by `now`. */
export function daysOf(range: TimeRange, now: EpochMs): EpochMs[] {
  const days: EpochMs[] = []
  const end = Math.min(range.to, now)
  for (let day = startOfDay(range.from); day < end; day = epochMs(day + DAY_MS)) days.push(day)
  return days
}
