import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { alignedAfter, alignedBefore, checkInterval, isCut, nextIntervalMs } from '../../../agent/sources/schedule.ts'

test('whatever interval is allowed, a minute always ends with a cut', () => {
  const allowed = Array.from({ length: 60_000 }, (_, i) => i + 1).filter(ms => ms >= 100 && MINUTE_MS % ms === 0)
  for (const ms of allowed) {
    equal(checkInterval('the window', ms), ms)
    equal(isCut(alignedBefore(120_000, 5000), ms), true)
  }
})

test('the next instant is never now', () => {
  deepEqual([alignedBefore(10_000, 5000), alignedAfter(10_000, 5000)], [10_000, 15_000])
  deepEqual([alignedBefore(9999, 5000), alignedAfter(9999, 5000)], [5000, 10_000])
})

test('an interval that does not divide a minute is refused', () => {
  for (const ms of [7000, 50, 0, -5000, 1000.5, 120_000, Number.NaN])
    throws(() => checkInterval('the window', ms), /the window is .* ms; it must divide a minute/)
})

const steps: readonly [
  why: string,
  current: number,
  configured: number,
  window: number,
  cpuMs: number,
  want: number,
][] = [
  ['a cheap dump keeps the configured interval', 5000, 5000, 10_000, 30, 5000],
  ['200 ms are 4 % of 5 s', 5000, 5000, 10_000, 200, 5000],
  ['more takes the next that goes with the window', 5000, 5000, 10_000, 201, 10_000],
  ['a dear dump takes the first that fits', 5000, 5000, 10_000, 700, 20_000],
  ['windows of 1 s go with every second', 1000, 1000, 1000, 45, 2000],
  ['a dump that never fits is made once a minute', 5000, 5000, 10_000, 9000, 60_000],
  ['just a little cheaper does not shorten it again', 20_000, 5000, 10_000, 399, 20_000],
  ['much cheaper does', 20_000, 5000, 10_000, 100, 5000],
  ['never under the configured one', 10_000, 10_000, 10_000, 1, 10_000],
]
for (const [why, current, configured, window, cpuMs, want] of steps)
  test(`dump interval: ${why}`, () => equal(nextIntervalMs(current, configured, window, cpuMs, 0.04), want))
