import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { halfWidthOfSum, ofHours, ofMinutes } from '../../../../server/rollouts/evaluate/long-run.ts'
import { fading, normals } from '../../../bench/verdicts/draws.ts'
import { random } from '../../../random.ts'

const series = (phi: number, length: number, seed: number) => {
  const next = fading(normals(random(seed)), phi)
  return Float64Array.from({ length }, next)
}
const close = (found: number, want: number) => Math.abs(found / want - 1) < 1e-3

for (const [name, memory] of [
  ['hours', ofHours],
  ['minutes', ofMinutes],
] as const) {
  test(`${name}: a series twice as high has an interval twice as wide`, () => {
    const one = series(0.7, 168, 1)
    ok(
      close(
        halfWidthOfSum(
          one.map(value => value * 2),
          memory,
        ),
        2 * halfWidthOfSum(one, memory),
      ),
    )
  })
  test(`${name}: backwards in time it is as wide`, () => {
    const one = series(0.7, 168, 2)
    ok(close(halfWidthOfSum(one.toReversed(), memory), halfWidthOfSum(one, memory)))
  })
  test(`${name}: a series that does not vary has none`, () => {
    equal(halfWidthOfSum(new Float64Array(168), memory), 0)
  })
  test(`${name}: four thousand values without memory have that of a known variance, nearly`, () => {
    // 1.96 √n, and what the estimate of the variance from 100 and more swings may be off: √(1 ÷ 500) each way, thrice.
    const found = halfWidthOfSum(series(0, 4000, 3), memory) / Math.sqrt(4000)
    ok(found > 1.7 && found < 2.3, String(found))
  })
}

test('long memory makes it wider: at φ 0.9 by √19 of the variance of a step', () => {
  const found = halfWidthOfSum(series(0.9, 4000, 4), ofHours) / Math.sqrt(4000 * 19)
  ok(found > 1.6 && found < 2.5, String(found))
})
