import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { type Last, lasts, rangeOfLast, stepFor } from '../../web/past.ts'

const now = Date.UTC(2026, 2, 1, 0, 7, 24)
const ranges: readonly [last: Last, from: number, to: number][] = [
  ['1h', Date.UTC(2026, 1, 28, 23, 7), Date.UTC(2026, 2, 1, 0, 7)],
  ['24h', Date.UTC(2026, 1, 28, 0, 7), Date.UTC(2026, 2, 1, 0, 7)],
  ['7d', Date.UTC(2026, 1, 22), Date.UTC(2026, 2, 1)],
  ['last-month', Date.UTC(2026, 1, 1), Date.UTC(2026, 2, 1)],
]
for (const [last, from, to] of ranges)
  test(`${last} ends with what is whole`, () => deepEqual(rangeOfLast(last, now), { from, to }))

test('this month begins with its first day in UTC', () =>
  deepEqual(rangeOfLast('month', Date.UTC(2026, 11, 31, 23, 59)), {
    from: Date.UTC(2026, 11, 1),
    to: Date.UTC(2026, 11, 31, 23, 45),
  }))

test('live is no range', () => equal(rangeOfLast('live', now), undefined))

test('a chart has at most 120 steps, and their beginnings are the same on every day', () => {
  for (const last of lasts) {
    const range = rangeOfLast(last, Date.UTC(2026, 9, 31, 23, 59))
    if (range === undefined) continue
    const step = stepFor(range)
    equal((range.to - range.from) / step <= 120, true, last)
    equal(86_400_000 % step, 0, last)
  }
  equal(stepFor({ from: epochMs(0), to: epochMs(400 * 86_400_000) }) % 86_400_000, 0)
})
