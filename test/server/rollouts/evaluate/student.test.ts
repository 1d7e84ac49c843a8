import { ok, throws } from 'node:assert/strict'
import test from 'node:test'
import { studentOf } from '../../../../server/rollouts/evaluate/student.ts'

// Two-sided 5 % points as printed tables of Student's t give them (five decimals).
const table: [freedom: number, point: number][] = [
  [2, 4.30265],
  [4, 2.77645],
  [10, 2.22814],
  [30, 2.04227],
  [120, 1.97993],
]
for (const [freedom, point] of table)
  test(`with ${freedom} degrees of freedom 5 % lie beyond ±${point}`, () => {
    ok(Math.abs(studentOf(freedom).beyond(point) - 0.05) < 1e-6)
  })

test('all lies beyond 0, nothing beyond infinity', () => {
  ok(Math.abs(studentOf(8).beyond(0) - 1) < 1e-12)
  ok(studentOf(8).beyond(1e9) < 1e-12)
})

test('the density is how fast the chance of being beyond falls, on one side', () => {
  const { beyond, density } = studentOf(10)
  for (const t of [0.1, 1, 2.3, 5])
    ok(Math.abs((beyond(t - 1e-5) - beyond(t + 1e-5)) / 2e-5 - 2 * density(t)) < 1e-7, String(t))
})

test('odd degrees of freedom are refused', () => {
  throws(() => studentOf(7), /degrees of freedom: 7/)
})
