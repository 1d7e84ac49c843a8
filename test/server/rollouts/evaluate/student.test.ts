import { ok } from 'node:assert/strict'
import test from 'node:test'
import { beyond } from '../../../../server/rollouts/evaluate/student.ts'

// Two-sided 5 % points as printed tables of Student's t give them (five decimals).
const table: [freedom: number, point: number][] = [
  [1, 12.7062],
  [2, 4.30265],
  [4, 2.77645],
  [10, 2.22814],
  [30, 2.04227],
  [120, 1.97993],
]
for (const [freedom, point] of table)
  test(`with ${freedom} degrees of freedom 5 % lie beyond ±${point}`, () => {
    ok(Math.abs(beyond(point, freedom) - 0.05) < 1e-6)
  })

test('all lies beyond 0, nothing beyond infinity', () => {
  ok(Math.abs(beyond(0, 7) - 1) < 1e-12)
  ok(beyond(1e9, 7) < 1e-12)
})
