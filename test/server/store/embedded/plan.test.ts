import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { type Progress, Tables } from '../../../../server/store/embedded/layout.ts'
import { planLanes, planSums } from '../../../../server/store/embedded/plan.ts'

/**
 * The store of all rows: 2026-03-01 and 02 are closed days, of 03-03 the hours up to 10:00 are closed, 10:00 and 11:00
 * are open. Minutes are kept from 03-02 22:00 on, hours from 03-02 on.
 */
const store = new Tables()
for (const table of [
  'days_2026',
  'lanes_2026',
  'hours_20260302',
  'hours_20260303',
  'minutes_2026030222',
  'minutes_2026030309',
  'open_2026030310',
  'open_2026030311',
  'pending_12345',
])
  store.add(table)
const hour = (text: string) => Date.parse(`${text}:00Z`) / 3_600_000
const progress: Progress = {
  closedHour: hour('2026-03-03T10:00'),
  closedDay: hour('2026-03-03T00:00') / 24,
  minutesFrom: hour('2026-03-02T22:00'),
  hoursFrom: hour('2026-03-02T00:00') / 24,
}
store.advance(progress)

const range = (from: string, to: string) => ({
  from: epochMs(Date.parse(`${from}Z`)),
  to: epochMs(Date.parse(`${to}Z`)),
})
/** "table from – to" in UTC, as short as it tells. */
const told = (segments: ReturnType<typeof planSums>) =>
  segments
    .map(({ table, unit, from, to }) => {
      const at = (units: number) => new Date(units * unit * 60_000).toISOString().slice(5, 16)
      return `${table} ${at(from)} ${at(to)}`
    })
    .sort()

const cases: [why: string, from: string, to: string, want: string[]][] = [
  [
    'whole closed days come from the days',
    '2026-03-01T00:00',
    '2026-03-03T00:00',
    ['days_2026 03-01T00:00 03-03T00:00'],
  ],
  [
    'whole closed hours come from the hours, the edges from minutes',
    '2026-03-02T22:30',
    '2026-03-03T09:20',
    [
      'hours_20260302 03-02T23:00 03-03T00:00',
      'hours_20260303 03-03T00:00 03-03T09:00',
      'minutes_2026030222 03-02T22:30 03-02T23:00',
      'minutes_2026030309 03-03T09:00 03-03T09:20',
    ],
  ],
  [
    'open hours come from minutes also when they are whole',
    '2026-03-03T09:00',
    '2026-03-03T12:00',
    [
      'hours_20260303 03-03T09:00 03-03T10:00',
      'open_2026030310 03-03T10:00 03-03T11:00',
      'open_2026030311 03-03T11:00 03-03T12:00',
    ],
  ],
  [
    'a day that is not closed comes from its hours',
    '2026-03-02T00:00',
    '2026-03-03T10:00',
    ['days_2026 03-02T00:00 03-03T00:00', 'hours_20260303 03-03T00:00 03-03T10:00'],
  ],
  [
    'an hour without minutes counts when its start is in the range',
    '2026-03-02T20:30',
    '2026-03-02T21:10',
    ['hours_20260302 03-02T21:00 03-02T22:00'],
  ],
  ['… and does not when its start is before it', '2026-03-02T20:30', '2026-03-02T20:50', []],
  [
    'a day without hours counts when its start is in the range',
    '2026-03-01T00:00',
    '2026-03-01T06:00',
    ['days_2026 03-01T00:00 03-02T00:00'],
  ],
  ['… and does not when its start is before it', '2026-03-01T06:00', '2026-03-01T18:00', []],
  [
    'a part of a minute at an edge counts with the minute that begins in the range',
    '2026-03-03T10:00:30',
    '2026-03-03T10:02:30',
    ['open_2026030310 03-03T10:01 03-03T10:03'],
  ],
  ['times before the first and after the last table cost nothing', '1970-01-01T00:00', '1999-01-01T00:00', []],
  ['an empty range has no tables', '2026-03-03T10:00', '2026-03-03T10:00', []],
]
for (const [why, from, to, want] of cases)
  test(why, () => deepEqual(told(planSums(range(from, to), store)), want.sort()))

test('steps of minutes are not taken from hours where minutes are there', () => {
  const plan = planSums(range('2026-03-02T21:00', '2026-03-03T00:00'), store, 1)
  deepEqual(told(plan), ['hours_20260302 03-02T21:00 03-02T22:00', 'minutes_2026030222 03-02T22:00 03-02T23:00'])
})

test('steps of hours are not taken from days where hours are there', () => {
  const plan = planSums(range('2026-03-01T00:00', '2026-03-03T00:00'), store, 60)
  deepEqual(told(plan), ['days_2026 03-01T00:00 03-02T00:00', 'hours_20260302 03-02T00:00 03-03T00:00'])
})

test('lanes are read of closed days: those of the others are in memory', () => {
  const plan = planLanes(range('2026-03-01T00:00', '2026-03-04T00:00'), store)
  deepEqual(told(plan), ['lanes_2026 03-01T00:00 03-03T00:00'])
})
