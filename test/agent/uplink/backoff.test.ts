import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { pause, retryAfter, waitAfter } from '../../../agent/uplink/backoff.ts'

test('waits double from one second to a minute, and jitter takes any part of them', () => {
  deepEqual(
    [1, 2, 3, 6, 7, 50].map(failures => waitAfter(failures, 0.999999)),
    [1000, 2000, 4000, 32_000, 60_000, 60_000],
  )
  equal(waitAfter(9, 0), 0)
  equal(waitAfter(3, 0.5), 2000)
})

const now = Date.UTC(2026, 10, 21, 12, 0, 0)
const cases: readonly [why: string, header: string | undefined, want: number | undefined][] = [
  ['no header', undefined, undefined],
  ['seconds', '7', 7000],
  ['a date', 'Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
  ['a date that has passed: now', 'Sat, 21 Nov 2026 11:00:00 GMT', 0],
  ['more than an hour is an hour', '86400', 3_600_000],
  ['nonsense', 'soon', undefined],
]
for (const [why, header, want] of cases) test(`Retry-After: ${why}`, () => equal(retryAfter(header, now), want))

test('a pause ends at once when the signal comes, and when it has come before', async () => {
  const stop = new AbortController()
  const waiting = pause(3_600_000, stop.signal)
  stop.abort()
  await waiting
  await pause(3_600_000, stop.signal)
})
