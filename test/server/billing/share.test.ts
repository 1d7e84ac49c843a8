import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { share, timesOver } from '../../../server/billing/share.ts'
import { random } from '../../random.ts'

const cases: [why: string, amount: bigint, weights: number[], parts: number[]][] = [
  ['thirds of a hundred: the first carries what is left', 100n, [1, 1, 1], [34, 33, 33]],
  ['what is left goes to the largest remainder', 10n, [5, 3, 3], [4, 3, 3]],
  ['a negative amount is split like its opposite', -100n, [1, 1, 1], [-34, -33, -33]],
  ['without any weight nothing is given out', 100n, [0, 0], [0, 0]],
  ['nobody there', 100n, [], []],
  ['who weighs nothing gets nothing', 7n, [0, 2, 0], [0, 7, 0]],
  [
    'a fraction that comes out too large gives nothing away',
    9_007_199_254_740_991n,
    [3, 2 ** 53 - 4],
    [3, 2 ** 53 - 4],
  ],
]
for (const [why, amount, weights, parts] of cases)
  test(why, () => deepEqual([...share(amount, Float64Array.from(weights))], parts))

test('parts add up to the amount, each within one of its own share (3,000 random cases)', () => {
  const next = random(11)
  for (let round = 0; round < 3000; round++) {
    const power = next() < 0.5 ? 6 : 0.01
    const weights = Float64Array.from({ length: 1 + Math.floor(next() * 30) }, () =>
      Math.floor(next() ** power * 2 ** 46),
    )
    const amount = BigInt(Math.floor((next() - 0.3) * 10 ** (3 + next() * 11)))
    const parts = share(amount, weights)
    const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
    if (total === 0n) continue
    equal(
      parts.reduce((sum, part) => sum + BigInt(part), 0n),
      amount,
    )
    for (const [i, part] of parts.entries()) {
      const off = (BigInt(part) * total - amount * BigInt(weights[i] ?? 0)) * 100n
      ok(off <= 101n * total && off >= -101n * total)
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
