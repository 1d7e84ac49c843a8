import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { apportion, costOf } from '../../../server/pricing/cost.ts'
import { random } from '../../random.ts'
import { priceAt } from './price-at.ts'

const price = priceAt(0.01, 2 ** 30)
const GB = 2 ** 30

// The figures are those of the AWS blog on NLB zones: 1 GB that crosses costs $0.01 at each end.
const costs: [why: string, billedBytes: number, microUsd: number][] = [
  ['nothing costs nothing', 0, 0],
  ['a GB that crosses and is billed at both ends costs two cents', 2 * GB, 20_000],
  ['a GB that is billed at one end costs one', GB, 10_000],
  ['100 GB at both ends cost two dollars', 200 * GB, 2_000_000],
  ['half a micro-dollar is rounded up', GB / 20_000, 1],
  ['less than half a micro-dollar is rounded down', 53_687 - 1, 0],
  ['8 PB, near the largest whole number, are exact', 2 ** 53 - GB, (2 ** 23 - 1) * 10_000],
]
for (const [why, billed, want] of costs) test(why, () => equal(costOf(billed, price), want))

test('a GB of 10^9 bytes is a setting', () => equal(costOf(1e9, priceAt(0.01, 1e9)), 10_000))

test('three equal thirds of a micro-dollar: one row carries it, the sum is exact', () => {
  const third = Float64Array.of(35_791, 35_791, 35_791) // 3 × 0.3333 micro-dollars
  deepEqual([...apportion(third, price)], [1, 0, 0])
})

test('rows add up to the cost of their total, each within a micro-dollar of its own cost (1,000 random cases)', () => {
  const next = random(7)
  for (let round = 0; round < 1000; round++) {
    const odd = priceAt(Math.floor(next() * 100_000) / 1e6, next() < 0.5 ? GB : 1e9)
    const wire = Float64Array.from({ length: Math.floor(next() * 20) }, () => Math.floor(next() ** 8 * 2 ** 44))
    const rows = apportion(wire, odd)
    const total = wire.reduce((sum, bytes) => sum + bytes, 0)
    equal(
      rows.reduce((sum, cost) => sum + cost, 0),
      costOf(total, odd),
    )
    for (const [i, cost] of rows.entries()) {
      const exact = ((wire[i] ?? 0) / odd.bytesPerGb) * odd.usdPerGb * 1e6
      ok(Math.abs(cost - exact) < 1.001 + exact * 1e-12)
    }
  }
})
