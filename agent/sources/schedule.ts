import { MINUTE_MS } from '@weir/contract/units.ts'

const SHORTEST_MS = 100
/** What an interval grows to when dumps are dear: of these, those that go with the window. */
const longerMs = [1000, 2000, 3000, 4000, 5000, 6000, 10_000, 12_000, 15_000, 20_000, 30_000, MINUTE_MS]

/**
 * An interval divides a minute, so that every minute's end is a cut on every node whatever its interval is.
 * @throws RangeError naming the setting and what it may be
 */
export function checkInterval(name: string, ms: number): number {
  if (Number.isInteger(ms) && ms >= SHORTEST_MS && MINUTE_MS % ms === 0) return ms
  throw new RangeError(`${name} is ${ms} ms; it must divide a minute and be at least ${SHORTEST_MS} ms, such as 5000`)
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
 * The dump interval for the dumps to come: the shortest, not under the configured one, at which a dump that costs `cpuMs`
 * stays within `share` of one core, and that divides the window or is a multiple of it: with any other, both would fall
 * together rarely, and windows grow long. Longer at once, shorter only with some margin.
 */
export function nextIntervalMs(
  currentMs: number,
  configuredMs: number,
  windowMs: number,
  cpuMs: number,
  share: number,
): number {
  const fits = (ms: number): boolean => cpuMs <= ms * share * (ms < currentMs ? EASE : 1)
  const suits = (ms: number): boolean => ms > configuredMs && (windowMs % ms === 0 || ms % windowMs === 0)
  return [configuredMs, ...longerMs.filter(suits)].find(fits) ?? MINUTE_MS
}
