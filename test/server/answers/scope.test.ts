import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { pairGroups, seriesGroups } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { matchSeries } from '../../../server/answers/filter.ts'
import { foldLines } from '../../../server/answers/lines.ts'
import { foldMatrix } from '../../../server/answers/matrix.ts'
import { foldPairs } from '../../../server/answers/pairs.ts'
import { totalsOf } from '../../../server/answers/tally.ts'
import { unplacedBytes } from '../../../server/answers/unplaced.ts'
import { priceAt } from '../pricing/price-at.ts'
import { anEnd, aSeries, type Row, randomRows, worldOf, zoneA } from './world.ts'

const price = priceAt(0.01, 2 ** 30)
const rows = randomRows(7, 3_000)
const scope = new Set(['shop', 'gone-namespace'])

/** Told from the rows themselves: an end in shop, the responder's being its Service's where it has one. */
const own = rows.filter(({ key }) =>
  [key.initiator.namespace, key.serviceName === '' ? key.responder.namespace : key.serviceNamespace].includes('shop'),
)
const bytesOf = (some: readonly Row[]) => some.reduce((sum, { amounts }) => sum + amounts[0] + amounts[1], 0)

const world = worldOf(rows)
const match = matchSeries(world.catalogue, {}, scope)
/** What somebody would be told to whom only these rows belong. */
const alone = worldOf(own)

test('there is something to hide and something to show', () => {
  ok(own.length > 100 && own.length < rows.length - 100)
})

test('the total is that of the own rows', () => {
  const total = totalsOf([world.sums], world.catalogue, match, price)
  equal(total.bytes, bytesOf(own))
  deepEqual(total, totalsOf([alone.sums], alone.catalogue, undefined, price))
})

for (const group of pairGroups)
  test(`pairs by ${group} are as if there were no other rows`, () => {
    const question = { group, sort: 'name', limit: 10_000 } as const
    const shown = foldPairs(world.sums, world.catalogue, match, question, price)
    deepEqual(shown.total, foldPairs(alone.sums, alone.catalogue, undefined, question, price).total)
    equal(
      shown.rows.reduce((sum, row) => sum + row.bytes, 0),
      bytesOf(own),
    )
    if (group !== 'zone')
      for (const { initiator, responder } of shown.rows)
        ok([initiator, responder].some(end => end.namespace === 'shop') || group === 'workload')
  })

test('the matrix has no cell of others and no zone that is theirs alone', () => {
  const { cells, total } = foldMatrix(world.sums, world.catalogue, match, price)
  equal(
    cells.reduce((sum, cell) => sum + cell.bytes, 0),
    bytesOf(own),
  )
  equal(total.bytes, bytesOf(own))
})

for (const by of seriesGroups)
  test(`lines by ${by} add up to the own rows`, () => {
    const times = [epochMs(0)]
    const sums = [{ ...world.sums, at: epochMs(0) }]
    const lines = foldLines(sums, world.catalogue, match, { by, limit: 5 }, times, 60_000, () => true)
    equal(
      lines.reduce((sum, line) => sum + (line.bytes[0] ?? 0), 0),
      bytesOf(own),
    )
  })

test('unplaced bytes are those of the own rows', () => {
  deepEqual(
    unplacedBytes([world.sums], world.catalogue, match).reduce((sum, { bytes }) => sum + bytes, 0),
    unplacedBytes([alone.sums], alone.catalogue, undefined).reduce((sum, { bytes }) => sum + bytes, 0),
  )
})

test('a filter narrows a scope and never widens it', () => {
  const others = matchSeries(world.catalogue, { namespace: ['data'] }, scope)
  rows.forEach((row, id) => {
    if (others?.[id] === 1) ok(own.includes(row))
  })
})

test('an empty scope sees nothing, not even what is in no namespace', () => {
  const { catalogue, sums } = worldOf([
    { key: aSeries(anEnd('node', 'a', zoneA), anEnd('internet', '', '')), amounts: [5, 0, 5, 0, 1] },
  ])
  equal(totalsOf([sums], catalogue, matchSeries(catalogue, {}, new Set()), price).bytes, 0)
})
