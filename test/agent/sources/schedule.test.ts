import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { MINUTE_MS } from '@weir/contract/units.ts'
import {
  alignedAfter,
  alignedBefore,
  allowedIntervalsMs,
  checkInterval,
  isCut,
  nextIntervalMs,
} from '../../../agent/sources/schedule.ts'

test('every allowed interval divides a minute, so a minute always ends with a cut', () => {
  for (const dump of allowedIntervalsMs) {
    equal(MINUTE_MS % dump, 0)
    for (const window of allowedIntervalsMs) equal(isCut(alignedBefore(120_000, dump), window), true)
  }
})

test('the next instant is never now', () => {
  deepEqual([alignedBefore(10_000, 5000), alignedAfter(10_000, 5000)], [10_000, 15_000])
  deepEqual([alignedBefore(9999, 5000), alignedAfter(9999, 5000)], [5000, 10_000])
})

test('an interval that does not divide a minute is refused with those that do', () => {
  equal(checkInterval('the window', 10_000), 10_000)
  throws(() => checkInterval('the window', 7000), /one of 100, .*60000 ms/)
})

const steps: readonly [why: string, current: number, configured: number, cpuMs: number, want: number][] = [
  ['a cheap dump keeps the configured interval', 5000, 5000, 30, 5000],
  ['200 ms are 4 % of 5 s', 5000, 5000, 200, 5000],
  ['more than that takes the next allowed interval', 5000, 5000, 201, 6000],
  ['a dear dump takes the first that fits', 5000, 5000, 500, 15_000],
  ['a dump that never fits is made once a minute', 5000, 5000, 9000, 60_000],
  ['just a little cheaper does not shorten it again', 15_000, 5000, 399, 15_000],
  ['much cheaper does', 15_000, 5000, 100, 5000],
  ['never under the configured one', 10_000, 10_000, 1, 10_000],
]
for (const [why, current, configured, cpuMs, want] of steps)
  test(`dump interval: ${why}`, () => equal(nextIntervalMs(current, configured, cpuMs, 0.04), want))
