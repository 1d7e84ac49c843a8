import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Bills } from '../../../server/billing/bill-line.ts'
import { daysOf, monthOf, monthText } from '../../../server/billing/months.ts'
import { projectionOf } from '../../../server/billing/projection.ts'
import { type ObservedDay, statementOf } from '../../../server/billing/statement.ts'
import { aBill, billsOf, dayAt, GB, list, november, observedOn } from './samples.ts'

const project = (observed: readonly ObservedDay[], now: EpochMs, bills: Bills = billsOf()) =>
  projectionOf(statementOf(observed, bills, list, GB).days, dayAt(31), now)
const noon = (number: number) => (dayAt(number) + 43_200_000) as EpochMs
/** A dollar each. */
const dollars = (...gb: number[]) => gb.map((one, i) => observedOn(i + 1, [one * 100]))

test('complete days as they are, the days to come and today like their mean', () => {
  const days = [...dollars(1, 2, 3), observedOn(4, [50], { isSealed: false })]
  deepEqual(project(days, noon(4)), {
    microUsd: 6_000_000n + 27n * 2_000_000n,
    method: 'complete days as they are, 27 more like the mean of the newest complete 3 days (2026-11-01 to 2026-11-03)',
  })
})

test('the mean is of the newest seven: every weekday once', () => {
  const days = [...dollars(100, 1, 1, 1, 1, 1, 1, 1), observedOn(9, [0], { isSealed: false })]
  equal(project(days, noon(9))?.microUsd, 107_000_000n + 22n * 1_000_000n)
})

test('no day is complete: nothing is projected', () => {
  equal(project([observedOn(1, [5], { isSealed: false })], noon(1)), null)
})

test('days of which nothing is known (before Weir came) do not pull the mean down', () => {
  const days = [...dollars(0, 0, 0, 5), observedOn(5, [0], { isSealed: false })]
  equal(project(days, noon(5))?.microUsd, 5_000_000n + 29n * 5_000_000n)
})

test('a provisional bill below what was observed is not complete: what was observed counts', () => {
  const bills = billsOf(aBill(1, [100, 1]), aBill(2, [10, 0.1], { state: 'provisional' }))
  const days = [...dollars(1, 1), observedOn(3, [0], { isSealed: false })]
  equal(project(days, noon(3), bills)?.microUsd, 2_000_000n + 28n * 1_000_000n)
})

test('when the month is over, its total', () => {
  deepEqual(project(dollars(1, 2), dayAt(31)), { microUsd: 3_000_000n, method: 'the month is over: its total' })
})

const months: [text: string, from: string | undefined, days: number][] = [
  ['2026-11', '2026-11-01', 30],
  ['2026-02', '2026-02-01', 28],
  ['2028-02', '2028-02-01', 29],
  ['2026-12', '2026-12-01', 31],
  ['2026-13', undefined, 0],
  ['2026-00', undefined, 0],
  ['2026-1', undefined, 0],
  ['November', undefined, 0],
]
for (const [text, from, days] of months)
  test(`${text} ${from === undefined ? 'is no month' : `has ${days} days`}`, () => {
    const range = monthOf(text)
    equal(range === undefined ? undefined : new Date(range.from).toISOString().slice(0, 10), from)
    if (range === undefined) return
    equal(daysOf(range, range.to).length, days)
    equal(monthText(range.from), text)
  })

test('days that have not begun are not there', () => {
  const range = monthOf('2026-11')
  if (range === undefined) throw new Error('no month')
  equal(daysOf(range, noon(3)).length, 3)
  equal(daysOf(range, november).length, 0)
})
