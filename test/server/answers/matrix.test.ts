import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { foldMatrix } from '../../../server/answers/matrix.ts'
import { foldPairs } from '../../../server/answers/pairs.ts'
import { priceAt } from '../pricing/price-at.ts'
import * as naive from './naive.ts'
import { anEnd, aSeries, randomRows, worldOf, zoneA, zoneB, zoneOther } from './world.ts'

const price = priceAt(0.01, 2 ** 30)

test('the cells are those a second implementation finds, over random series', () => {
  const rows = randomRows(3, 2_000)
  const { sums, catalogue } = worldOf(rows)
  const { cells } = foldMatrix(sums, catalogue, undefined, price)
  const wanted = new Map<string, number>()
  for (const { key, amounts } of rows) {
    const [near, far] = naive.hop(key)
    for (const [from, to, bytes] of [
      [near, far, amounts[0]],
      [far, near, amounts[1]],
    ] as const) {
      const cell = `${from.label} > ${to.label}: ${naive.crossing(key)}`
      wanted.set(cell, (wanted.get(cell) ?? 0) + bytes)
    }
  }
  deepEqual(
    new Map(cells.map(cell => [`${cell.source} > ${cell.destination}: ${cell.crossing}`, cell.bytes])),
    new Map([...wanted].filter(([, bytes]) => bytes > 0).sort()),
  )
})

test('the cells add up to the total, and that is the total of the pairs', () => {
  for (let seed = 40; seed < 60; seed++) {
    const { sums, catalogue } = worldOf(randomRows(seed, 300))
    const { cells, total } = foldMatrix(sums, catalogue, undefined, price)
    const sum = (of: (cell: (typeof cells)[number]) => number) => cells.reduce((all, cell) => all + of(cell), 0)
    equal(
      sum(cell => cell.bytes),
      total.bytes,
    )
    equal(
      sum(cell => cell.wireBytes),
      total.wireBytes,
    )
    equal(
      sum(cell => cell.costMicroUsd),
      total.costMicroUsd,
    )
    const question = { group: 'service', sort: 'bytes', limit: 10 } as const
    deepEqual(total, foldPairs(sums, catalogue, undefined, question, price).total)
  }
})

test('it is directed: what the responder sends runs the other way', () => {
  const key = aSeries(anEnd('pod', 'web', zoneA, 'shop'), anEnd('pod', 'cart', zoneB, 'shop'))
  const { sums, catalogue } = worldOf([{ key, amounts: [10, 900, 10, 900, 1] }])
  const { cells } = foldMatrix(sums, catalogue, undefined, price)
  deepEqual(
    cells.map(cell => [cell.source, cell.destination, cell.bytes]),
    [
      ['us-east-1a', 'us-east-1b', 10],
      ['us-east-1b', 'us-east-1a', 900],
    ],
  )
})

test("two accounts' zones of one name are two rows, and their crossing is unknown: no zone map", () => {
  const key = aSeries(anEnd('pod', 'web', zoneA, 'shop'), anEnd('pod', 'cart', zoneOther, 'shop'))
  const { sums, catalogue } = worldOf([{ key, amounts: [10, 0, 10, 0, 1] }])
  const { cells, zones } = foldMatrix(sums, catalogue, undefined, price)
  deepEqual(zones, ['us-east-1a', 'us-east-1a (2)'])
  deepEqual(
    cells.map(cell => [cell.crossing, cell.why]),
    [['unknown', 'no zone map']],
  )
})

test('zones of the directory are there even when silent; the internet and the unknown stand last', () => {
  const rows = [
    {
      key: aSeries(anEnd('unplaced', 'gone', ''), anEnd('pod', 'cart', zoneB, 'shop')),
      amounts: [1, 1, 1, 1, 1] as const,
    },
    { key: aSeries(anEnd('internet', '', ''), anEnd('pod', 'cart', zoneB, 'shop')), amounts: [1, 1, 1, 1, 1] as const },
  ]
  const { sums, catalogue } = worldOf(rows)
  const { zones } = foldMatrix(sums, catalogue, undefined, price, ['us-east-1c'])
  deepEqual(zones, ['us-east-1b', 'us-east-1c', 'internet', 'unknown: end unplaced'])
})
