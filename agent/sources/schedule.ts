import { MINUTE_MS } from '@weir/contract/units.ts'

/** Lengths that divide a minute, so that every minute's end is a cut on every node whatever its interval is. */
export const allowedIntervalsMs: readonly number[] = [
  100, 200, 500, 1000, 2000, 3000, 4000, 5000, 6000, 10_000, 12_000, 15_000, 20_000, 30_000, 60_000,
]

/** @throws RangeError naming the setting and what it may be */
export function checkInterval(name: string, ms: number): number {
  if (allowedIntervalsMs.includes(ms)) return ms
  throw new RangeError(`${name} is ${ms} ms; it must divide a minute: one of ${allowedIntervalsMs.join(', ')} ms`)
}

/** The whole multiple of `everyMs` at or before `nowMs`. */
export const alignedBefore = (nowMs: number, everyMs: number): number => Math.floor(nowMs / everyMs) * everyMs

/** The next whole multiple of `everyMs`, never now. */
export const alignedAfter = (nowMs: number, everyMs: number): number => alignedBefore(nowMs, everyMs) + everyMs

/** Whether a window is cut at the dump of this instant. */
export const isCut = (atMs: number, windowMs: number): boolean => atMs % windowMs === 0

/** A cheaper dump must pay for a shorter interval with this margin, so that the interval does not swing. */
const EASE = 0.7

/**
 * The dump interval for the dumps to come: the shortest allowed one, not under the configured one, at which a dump that
 * costs `cpuMs` stays within `share` of one core. Longer at once, shorter only with some margin.
 */
export function nextIntervalMs(currentMs: number, configuredMs: number, cpuMs: number, share: number): number {
  const fits = (ms: number, margin: number): boolean => cpuMs <= ms * share * margin
  const candidates = allowedIntervalsMs.filter(ms => ms >= configuredMs)
  const chosen = candidates.find(ms => fits(ms, ms < currentMs ? EASE : 1))
  return chosen ?? MINUTE_MS
}
