import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Interval } from '@weir/contract/rollout-queries.ts'
import { savedPerMonth } from '../../../../server/rollouts/evaluate/saved.ts'
import { settledReading } from '../../../../server/rollouts/evaluate/settled.ts'
import type { Judged } from '../../../../server/rollouts/evaluate/verdict.ts'
import { hours, seen } from './made-steps.ts'

const week = { hours: 168, share: 0.5 }
const reading = settledReading({ ...hours(week, week), coverage: seen })
/** 30 days of 10 GB an hour, $0.02 a GB that crosses: 7,200 GB, $144 if all of it does. */
const worth = (verdict: Judged['verdict'], change: Interval | null) =>
  savedPerMonth(
    { ...reading, verdict, change, after: { ...reading.after, bytes: 168 * 10e9 } },
    (0.02 * 1e6) / 1e9,
    'USD',
  )

test('a month of 30 days is worth its fall in share, the least and the most of it', () => {
  deepEqual(worth('reduced', { estimate: -0.25, low: -0.5, high: -0.125 }), {
    estimate: 36_000_000,
    low: 18_000_000,
    high: 72_000_000,
    currency: 'USD',
  })
})

test('what rose costs: below zero, low before high', () => {
  deepEqual(worth('increased', { estimate: 0.25, low: 0.125, high: 0.5 }), {
    estimate: -36_000_000,
    low: -72_000_000,
    high: -18_000_000,
    currency: 'USD',
  })
})

const unworthy: [why: string, verdict: Judged['verdict'], change: Interval | null][] = [
  ['no clear change', 'no clear change', { estimate: -0.01, low: -0.02, high: 0.01 }],
  ['a change too small to be called one', 'no clear change', { estimate: -0.01, low: -0.012, high: -0.008 }],
  ['coverage that changed', 'coverage changed', { estimate: -0.3, low: -0.4, high: -0.2 }],
  ['no interval', 'not enough data', null],
]
for (const [why, verdict, change] of unworthy)
  test(`${why} is worth no money`, () => {
    equal(worth(verdict, change), null)
  })
