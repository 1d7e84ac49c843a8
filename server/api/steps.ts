import type { TimeRange } from '@weir/contract/queries.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { type Parameter, quoted } from './parameters.ts'
import type { BadParameter } from './problem.ts'
import { DAY_MS } from './time-range.ts'

const units: { readonly [unit: string]: number } = { s: 1000, m: MINUTE_MS, h: 60 * MINUTE_MS, d: DAY_MS }
/** What people read off an axis. */
const NICE_MS = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440, 10_080].map(minutes => minutes * MINUTE_MS)
const WANTED_STEPS = 120
const MAX_STEPS = 2_000
const allowed = `a whole number of minutes as 1m, 5m, 1h, 1d or in milliseconds, at most ${MAX_STEPS} steps in the range (default: about ${WANTED_STEPS} steps)`

export const stepParameter: Parameter<number | undefined> = {
  means: 'Length of a step; steps begin at whole multiples of it since 1970 (UTC).',
  allowed,
  parse: ([given]) => {
    if (given === undefined) return undefined
    const [, digits, unit] = /^(\d{1,12})([smhd]?)$/.exec(given) ?? []
    const ms = Number(digits) * (unit === '' ? 1 : (units[unit ?? ''] ?? Number.NaN))
    if (!(ms >= MINUTE_MS) || ms % MINUTE_MS !== 0) throw new Error(`${quoted(given)} is no whole number of minutes`)
    return ms
  },
}

/** The step to sum by: the given one, else the smallest nice one that gives about 120 steps. */
export function stepOf(
  given: number | undefined,
  range: TimeRange,
): { readonly ok: true; readonly stepMs: number } | { readonly ok: false; readonly bad: BadParameter } {
  const length = range.to - range.from
  const stepMs = given ?? NICE_MS.find(ms => length / ms <= WANTED_STEPS) ?? Math.max(...NICE_MS)
  const steps = Math.ceil(length / stepMs)
  if (steps <= MAX_STEPS) return { ok: true, stepMs }
  return { ok: false, bad: { parameter: 'step', detail: `${steps} steps in the range are too many`, allowed } }
}
