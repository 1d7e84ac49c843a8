const MINUTE_S = 60

/** AWS sums at most 10 minutes into one record; what claims more than an hour is no record. */
export const LONGEST_RECORD_S = 3_600

/** The minutes a record touches, from its first to its last: its seconds are [start, max(end, start + 1)). */
export const firstMinute = (start: number): number => Math.floor(start / MINUTE_S)
export const lastMinute = (start: number, end: number): number => Math.floor((Math.max(end, start + 1) - 1) / MINUTE_S)

/**
 * Of an amount that came evenly from `start` to `end` what had come by the end of a minute, rounded. The differences of
 * two minutes are the minute's share; together they are the amount exactly.
 * @param start seconds since the epoch. @param minute one the record touches
 */
export function cameBy(amount: number, start: number, end: number, minute: number): number {
  const length = Math.max(end - start, 1)
  const until = Math.min((minute + 1) * MINUTE_S - start, length)
  return Math.round(amount * (until / length))
}
