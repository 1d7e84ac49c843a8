import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  daysTable,
  decisionsTable,
  firstDay,
  hoursTable,
  journalTable,
  lanesTable,
  minutesTable,
  openTable,
  type PartitionKind,
  parsePartition,
  pendingTable,
  promotionsTable,
  yearOf,
} from '../../../../server/store/embedded/partitions.ts'

const hour = Date.UTC(2026, 1, 28, 23) / 3_600_000
const day = Math.floor(hour / 24)
const cases: [table: string, want: string, kind: PartitionKind, at: number][] = [
  [openTable(hour), 'open_2026022823', 'open', hour],
  [minutesTable(hour), 'minutes_2026022823', 'minutes', hour],
  [promotionsTable(hour), 'promotions_2026022823', 'promotions', hour],
  [hoursTable(day), 'hours_20260228', 'hours', day],
  [decisionsTable(day), 'decisions_20260228', 'decisions', day],
  [daysTable(2026), 'days_2026', 'days', 2026],
  [lanesTable(2026), 'lanes_2026', 'lanes', 2026],
  [journalTable(7), 'journal_7', 'journal', 7],
  [pendingTable(29_521_000), 'pending_29521000', 'pending', 29_521_000],
]
for (const [table, want, kind, at] of cases)
  test(`${want} is made and read`, () => {
    equal(table, want)
    deepEqual(parsePartition(table), { kind, at })
  })

for (const table of ['series', 'marks', 'schema_version', 'batches_kept', 'open_', 'days_x', 'hours_20260228_1'])
  test(`${table} is no partition`, () => equal(parsePartition(table), undefined))

test('a year begins on its first day', () => {
  equal(yearOf(firstDay(2026)), 2026)
  equal(yearOf(firstDay(2026) - 1), 2025)
})
