import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { type Parameter, quoted } from './parameters.ts'
import type { BadParameter } from './problem.ts'

const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
/** Days are kept for three years; a little more asks for everything. */
const MAX_RANGE_MS = 1100 * DAY_MS

/** 2026-11-21, 2026-11-21T10:00Z, 2026-11-21T10:00:00.5+01:00. A time without its zone would be a guess. */
const iso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** As parameters and bodies may give one. */
export const MOMENTS =
  'ISO 8601 with Z or an offset (2026-11-21T10:00:00Z), a day (2026-11-21, UTC) or epoch milliseconds'

/** @throws Error that says what was given. */
export function moment(given: string): EpochMs {
  const ms = /^\d{1,15}$/.test(given) ? Number(given) : iso.test(given) ? Date.parse(given) : Number.NaN
  // The calendar ends at 9999 for those who read the answer; beyond it lies a typing error (seconds × 10^6).
  if (Number.isFinite(ms) && ms < 253_402_300_800_000) return epochMs(ms)
  throw new Error(`${quoted(given)} is no moment`)
}

export function momentParameter(means: string, fallback: string): Parameter<EpochMs | undefined> {
  return {
    means,
    allowed: `${MOMENTS} (default ${fallback})`,
    parse: ([given]) => (given === undefined ? undefined : moment(given)),
  }
}

export const rangeParameters = {
  from: momentParameter('Beginning of the range, included; rounded down to the minute.', 'one hour before to'),
  to: momentParameter('End of the range, excluded; rounded up to the minute.', 'now'),
} as const

/** Half-open and of whole minutes, the grain of storage; the answer's `range` says what was summed. */
export function rangeOf(
  query: { readonly from: EpochMs | undefined; readonly to: EpochMs | undefined },
  now: EpochMs,
): { readonly ok: true; readonly range: TimeRange } | { readonly ok: false; readonly bad: BadParameter } {
  const asked = { to: query.to ?? now, from: query.from ?? Math.max(0, (query.to ?? now) - HOUR_MS) }
  const bad = (detail: string, allowed: string) => ({ ok: false, bad: { parameter: 'from', detail, allowed } }) as const
  if (asked.from >= asked.to) return bad('the range is empty: from is not before to', 'a moment before to')
  if (asked.to - asked.from > MAX_RANGE_MS)
    return bad('the range is too long', `at most ${MAX_RANGE_MS / DAY_MS} days before to`)
  const from = epochMs(Math.floor(asked.from / MINUTE_MS) * MINUTE_MS)
  return { ok: true, range: { from, to: epochMs(Math.ceil(asked.to / MINUTE_MS) * MINUTE_MS) } }
}
