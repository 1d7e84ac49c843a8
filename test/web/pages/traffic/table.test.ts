import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { pairSorts } from '@weir/contract/queries.ts'
import { microUsd } from '@weir/contract/units.ts'
import { crossingChoices } from '../../../../web/filters.ts'
import { barOf, columnsFor } from '../../../../web/pages/traffic/columns.ts'
import { knownClusters, knownValues } from '../../../../web/pages/traffic/known-values.ts'
import { inOrderOf } from '../../../../web/pages/traffic/row-order.ts'
import { totalsLessRows } from '../../../../web/pages/traffic/table-sums.ts'
import { someRow, someTotals } from '../../frames.ts'

const total = someTotals(3_000_000, 1_000_000)
const rows = [someRow('web', someTotals(2_000_000)), someRow('api', someTotals(600_000, 900_000))]
const texts = (choice: Parameters<typeof columnsFor>[0]) =>
  columnsFor(choice).map(
    column => `${column.id} ${column.text(rows[1] ?? total, { spanMs: 10_000, currency: 'USD', total })}`,
  )

test('cross-zone only: bytes, rate and share are of what crossed, and the share is of all that crossed', () =>
  deepEqual(texts('cross-zone').slice(0, 5), [
    'crossZone 586 KiB',
    'toResponder 0 B',
    'toInitiator 1.43 MiB',
    'rate 58.6 KiB/s',
    'share 20.0 %',
  ]))

test('all crossings: the share tells how much of the pair itself crosses', () => {
  equal(texts('all').includes('ownCrossing 40.0 %'), true)
  equal(texts('all').includes('bytes 1.43 MiB'), true)
})

for (const choice of crossingChoices)
  test(`${choice}: every number has a sentence, and rates never stand under the heading of bytes`, () => {
    for (const { means, heading, text } of columnsFor(choice)) {
      equal(means.length > 10, true)
      equal(text(total, { spanMs: 1000, currency: 'USD', total }).endsWith('/s'), heading === 'rate')
    }
  })

test('a column sorts by something the server sorts by', () => {
  const sorts = crossingChoices.flatMap(choice => columnsFor(choice).flatMap(column => column.sort ?? []))
  deepEqual(
    [...new Set(sorts)].filter(sort => !pairSorts.includes(sort)),
    [],
  )
})

test('the bar shows the number beside it', () => {
  equal(barOf(rows[1] ?? someRow('', total), 'cross-zone', total), 0.2)
  equal(barOf(rows[1] ?? someRow('', total), 'all', total), 0.4)
  equal(barOf(someRow('none', someTotals(0)), 'cross-zone', someTotals(0)), 0)
})

test('rows and what is not listed add up to the total', () => {
  const rest = totalsLessRows(total, rows)
  equal(rest.byCrossing['cross-zone'].bytes, 400_000)
  equal(rest.bytes, 500_000)
  equal(rest.costMicroUsd, total.costMicroUsd - 4_000_000 - 1_200_000)
})

test('while rows are held they keep their order, new ones come last', () => {
  const [web, api, late] = [...rows, someRow('late', someTotals(9_000_000))]
  if (web === undefined || api === undefined || late === undefined) throw new Error('three rows')
  deepEqual(
    inOrderOf(['web', 'api'], [late, api, web]).map(row => row.key),
    ['web', 'api', 'late'],
  )
})

test('suggestions are the names on screen, each once, zones first', () =>
  deepEqual(
    knownValues(rows, ['a', 'b']).map(chip => `${chip.field}:${chip.value}`),
    [
      'zone:a',
      'zone:b',
      'namespace:shop',
      'namespace:pay',
      'responder:web-service',
      'responder:api-service',
      'initiator:web',
      'initiator:api',
    ],
  ))

test('clusters to choose from are those of both ends, and the one that is chosen', () => {
  const [row] = rows
  if (row === undefined) throw new Error('a row')
  const far = { ...row, responder: { ...row.responder, cluster: 'far' } }
  deepEqual(knownClusters([row, far], []), ['far', 'test'])
  deepEqual(knownClusters([row], [{ field: 'cluster', value: 'gone', exclude: false }]), ['gone', 'test'])
})

test('of a range of the past a row has its cost in all, and what 30 days would cost', () => {
  const cost = columnsFor('cross-zone', false).filter(({ heading }) => heading === 'cost')
  const context = { spanMs: 86_400_000, currency: 'USD', total }
  deepEqual(
    cost.map(column => column.text({ ...total, costMicroUsd: microUsd(2_000_000) }, context)),
    ['$2.00', '$60.00'],
  )
  equal(
    columnsFor('all', false).some(({ heading }) => heading === 'rate'),
    false,
  )
})
