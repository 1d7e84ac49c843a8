import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { share, timesOver } from '../../../server/billing/share.ts'
import { random } from '../../random.ts'

const cases: [why: string, amount: bigint, weights: bigint[], parts: bigint[]][] = [
  ['thirds of a hundred: the first carries what is left', 100n, [1n, 1n, 1n], [34n, 33n, 33n]],
  ['what is left goes to the largest remainder', 10n, [5n, 3n, 3n], [4n, 3n, 3n]],
  ['a negative amount is split like its opposite', -100n, [1n, 1n, 1n], [-34n, -33n, -33n]],
  ['without any weight nothing is given out', 100n, [0n, 0n], [0n, 0n]],
  ['nobody there', 100n, [], []],
  ['who weighs nothing gets nothing', 7n, [0n, 2n, 0n], [0n, 7n, 0n]],
]
for (const [why, amount, weights, parts] of cases) test(why, () => deepEqual(share(amount, weights), parts))

test('parts add up to the amount, each within one of its own share (1,000 random cases)', () => {
  const next = random(11)
  for (let round = 0; round < 1000; round++) {
    const weights = Array.from({ length: 1 + Math.floor(next() * 30) }, () => BigInt(Math.floor(next() ** 6 * 2 ** 50)))
    const amount = BigInt(Math.floor((next() - 0.3) * 1e12))
    const parts = share(amount, weights)
    const total = weights.reduce((sum, weight) => sum + weight, 0n)
    if (total === 0n) continue
    equal(
      parts.reduce((sum, part) => sum + part, 0n),
      amount,
    )
    for (const [i, part] of parts.entries()) {
      const off = part * total - amount * (weights[i] ?? 0n)
      ok(off < total && off > -total)
    }
  }
})

const rounded: [a: bigint, b: bigint, c: bigint, result: bigint][] = [
  [5n, 1n, 2n, 3n],
  [4n, 1n, 3n, 1n],
  [-5n, 1n, 2n, -3n],
  [-4n, 1n, 3n, -1n],
  [0n, 7n, 3n, 0n],
]
for (const [a, b, c, result] of rounded)
  test(`${a} × ${b} ÷ ${c} is ${result}: halves go away from zero`, () => equal(timesOver(a, b, c), result))
