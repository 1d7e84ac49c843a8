import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { distribution } from './distribution.ts'

test('percentiles are by nearest rank, in whatever order the samples came', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i)
  deepEqual(distribution(hundred), { samples: 100, p50: 50, p95: 95, p99: 99, max: 100 })
})

test('of one sample every percentile is that sample', () => {
  deepEqual(distribution([7]), { samples: 1, p50: 7, p95: 7, p99: 7, max: 7 })
})

test('nothing measured is an error, not a zero', () => {
  throws(() => distribution([]), /no samples/)
})
