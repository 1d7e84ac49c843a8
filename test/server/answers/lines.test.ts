import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { seriesGroups } from '@weir/contract/queries.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { foldLines, stepsOf } from '../../../server/answers/lines.ts'
import { random } from '../../random.ts'
import { anEnd, aSeries, type Row, randomRows, sumsOf, worldOf, zoneA, zoneB } from './world.ts'

/** Rows, the n-th of them in step `steps[n]`. */
function fold(
  rows: readonly Row[],
  steps: readonly number[],
  by: (typeof seriesGroups)[number],
  limit: number,
  count: number,
) {
  const { catalogue } = worldOf(rows)
  const byStep = Map.groupBy(rows.entries(), ([row]) => steps[row] ?? 0)
  const parts = Array.from(byStep, ([step, some]) => ({ ...sumsOf(some), at: epochMs(step * MINUTE_MS) }))
  const times = stepsOf(0, count * MINUTE_MS, MINUTE_MS)
  return foldLines(parts, catalogue, undefined, { by, limit }, times, MINUTE_MS, step => step % 2 === 1)
}

for (const by of seriesGroups)
  for (const limit of [1, 5, 100])
    test(`by ${by}, ${limit} lines: in every step the lines add up to all bytes`, () => {
      const rows = randomRows(11, 400)
      const next = random(12)
      const steps = rows.map(() => Math.floor(next() * 10))
      const lines = fold(rows, steps, by, limit, 10)
      for (let step = 0; step < 10; step++) {
        const wanted = rows.reduce((sum, row, i) => sum + (steps[i] === step ? row.amounts[0] + row.amounts[1] : 0), 0)
        equal(
          lines.reduce((sum, line) => sum + (line.bytes[step] ?? 0), 0),
          wanted,
        )
      }
    })

const web = anEnd('pod', 'web', zoneA, 'shop')
const row: Row = { key: aSeries(web, anEnd('pod', 'db', zoneB, 'data')), amounts: [10, 900, 10, 900, 1] }

const names: [by: (typeof seriesGroups)[number], wanted: [string, number][]][] = [
  ['crossing', [['cross-zone', 910]]],
  ['namespace', [['shop → data', 910]]],
  ['service', [['shop/web → data/db', 910]]],
  [
    'zone',
    [
      ['us-east-1b → us-east-1a', 900],
      ['us-east-1a → us-east-1b', 10],
    ],
  ],
]
for (const [by, wanted] of names)
  test(`by ${by} a line is called ${wanted[0]?.[0]}`, () =>
    deepEqual(
      fold([row], [0], by, 10, 1).map(line => [line.name, line.bytes[0]]),
      wanted,
    ))

test('a step without bytes is 0 where it was watched and null where not', () =>
  deepEqual(fold([row], [0], 'crossing', 10, 4), [{ name: 'cross-zone', bytes: [910, 0, null, 0] }]))

test('without any bytes one line tells silence from absence', () =>
  deepEqual(fold([], [], 'crossing', 10, 2), [{ name: 'other', bytes: [null, 0] }]))

test('steps begin at whole multiples, also before the range', () => {
  deepEqual(stepsOf(7, 31, 10), [0, 10, 20, 30])
  deepEqual(stepsOf(10, 30, 10), [10, 20])
})

test('more lines and steps than are summed in one pass tell the same', () => {
  const rows = randomRows(13, 60)
  const steps = rows.map((_, i) => i % 10)
  const few = fold(rows, steps, 'service', 3, 10)
  const many = fold(rows, steps, 'service', 3, 200_000)
  deepEqual(
    many.map(line => ({ ...line, bytes: line.bytes.slice(0, 10) })),
    few,
  )
})
