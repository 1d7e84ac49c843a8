import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type PairsAnswer, pairGroups, pairSorts, type Totals } from '@weir/contract/queries.ts'
import { foldPairs } from '../../../server/answers/pairs.ts'
import { priceAt } from '../pricing/price-at.ts'
import * as naive from './naive.ts'
import { anEnd, aSeries, type Row, randomRows, worldOf, zoneA, zoneB } from './world.ts'

const price = priceAt(0.01, 2 ** 30)
const all = { sort: 'crossZoneBytes', limit: 10_000 } as const

function fold(rows: readonly Row[], group: PairsAnswer['group'], limit: number = all.limit) {
  const { sums, catalogue } = worldOf(rows)
  return foldPairs(sums, catalogue, undefined, { ...all, group, limit }, price)
}

/** Every number of some totals, by name. */
const flat = ({ byCrossing, ...rest }: Totals): number[] => [
  rest.bytesToResponder,
  rest.bytesToInitiator,
  rest.wireToResponder,
  rest.wireToInitiator,
  rest.connections,
  rest.bytes,
  rest.wireBytes,
  rest.costMicroUsd,
  ...Object.values(byCrossing).flatMap(({ bytes, wireBytes }) => [bytes, wireBytes]),
]
const sumOf = (totals: readonly Totals[]): number[] =>
  totals.map(flat).reduce((sum, one) => sum.map((number, i) => number + (one[i] ?? 0)), flat(fold([], 'service').total))

for (const group of pairGroups)
  test(`by ${group}: the same sums as a second implementation finds, over random series`, () => {
    const rows = randomRows(1, 2_000)
    const { rows: found, total } = fold(rows, group)
    const wanted = naive.pairs(rows, group)
    const shape = (sums: Iterable<readonly number[]>) => [...sums].sort((a, b) => (a.join() < b.join() ? -1 : 1))
    deepEqual(
      shape(found.map(row => [row.bytes, row.wireBytes, row.byCrossing['cross-zone'].wireBytes, row.connections])),
      shape([...wanted.values()].map(sum => [sum.bytes, sum.wire, sum.crossZoneWire, sum.connections])),
    )
    const billed = [...wanted.values()].reduce((sum, one) => sum + one.billed, 0)
    equal(total.costMicroUsd, naive.cost(billed))
  })

for (const group of pairGroups)
  for (const limit of [1, 7, 10_000])
    test(`by ${group}, ${limit} rows: rows + rest = total in every figure, and all crossings add up`, () => {
      for (let seed = 2; seed < 12; seed++) {
        const { rows, rest, total } = fold(randomRows(seed, 500), group, limit)
        deepEqual(sumOf([...rows, rest]), flat(total))
        for (const one of [...rows, rest, total]) {
          const crossings = Object.values(one.byCrossing)
          equal(
            crossings.reduce((sum, { bytes }) => sum + bytes, 0),
            one.bytes,
          )
          equal(
            crossings.reduce((sum, { wireBytes }) => sum + wireBytes, 0),
            one.wireBytes,
          )
        }
      }
    })

test('the sum by namespace is the sum by zone pair is the sum by service, costs included', () => {
  for (let seed = 20; seed < 40; seed++) {
    const rows = randomRows(seed, 300)
    const [first, ...others] = pairGroups.map(group => sumOf(fold(rows, group).rows))
    for (const other of others) deepEqual(other, first)
  }
})

const web = anEnd('pod', 'web', zoneA, 'shop')
const cart = anEnd('pod', 'cart', zoneB, 'data')
const viaService = { serviceNamespace: 'shop', serviceName: 'cart', dialled: 'cluster-ip' } as const
const amounts = [1, 2, 3, 4, 5] as const

test('the responder is its Service where it has one, else its workload', () => {
  const { rows } = fold(
    [
      { key: aSeries(web, cart, viaService), amounts },
      { key: aSeries(web, cart), amounts },
    ],
    'service',
  )
  deepEqual(rows.map(({ responder: { kind, namespace, name } }) => [kind, namespace, name]).sort(), [
    ['pod', 'data', 'cart'],
    ['service', 'shop', 'cart'],
  ])
})

test('a pair names all zones its ends are in, the nodes in between and how it was dialled', () => {
  const elsewhere = anEnd('pod', 'cart', zoneA, 'data')
  const second = { ...viaService, dialled: 'node-port', leg: 'second', via: 'node-b', viaZone: zoneB } as const
  const { rows } = fold(
    [
      { key: aSeries(web, cart, viaService), amounts },
      { key: aSeries(web, elsewhere, second), amounts },
    ],
    'service',
  )
  equal(rows.length, 1)
  deepEqual(rows[0]?.initiator.zones, ['us-east-1a'])
  deepEqual(rows[0]?.responder.zones, ['us-east-1a', 'us-east-1b'])
  deepEqual(rows[0]?.via, ['node-b'])
  deepEqual(rows[0]?.dialled, ['cluster-ip', 'node-port'])
})

test('the second leg of a forwarded connection crosses from the node in between, not from the initiator', () => {
  const key = aSeries(web, cart, { leg: 'second', via: 'node-b', viaZone: zoneB })
  const { rows } = fold([{ key, amounts }], 'zone')
  deepEqual(
    rows.map(row => [row.initiator.name, row.responder.name, row.byCrossing['same-zone'].bytes]),
    [['us-east-1b', 'us-east-1b', 3]],
  )
})

test('ends outside namespaces are grouped by what they are', () => {
  const rows = (['node', 'internet', 'unplaced', 'aws', 'subnet'] as const).map(kind => ({
    key: aSeries(anEnd(kind, 'x', ''), cart),
    amounts,
  }))
  deepEqual(
    fold(rows, 'namespace')
      .rows.map(row => row.initiator.name)
      .sort(),
    ['AWS', 'internet', 'nodes', 'subnets', 'unplaced'],
  )
})

test('what of the internet is a service of AWS is the internet in every row', () => {
  const [mb] = [2 ** 20]
  const rows = ['s3', ''].map(name => ({
    key: aSeries(anEnd('pod', 'a', zoneA, 'n'), anEnd('internet', name, '')),
    amounts: [mb, 0, mb, 0, 1] as const,
  }))
  for (const group of ['service', 'workload', 'namespace', 'zone'] as const)
    deepEqual(
      fold(rows, group).rows.map(row => [row.responder.name, row.bytes]),
      [['internet', 2 * mb]],
    )
})

const sorted: { readonly [sort in (typeof pairSorts)[number]]: readonly string[] } = {
  bytes: ['c', 'b', 'a'],
  crossZoneBytes: ['b', 'a', 'c'],
  costMicroUsd: ['a', 'b', 'c'],
  connections: ['a', 'c', 'b'],
  name: ['a', 'b', 'c'],
}
for (const sort of pairSorts)
  test(`sorted by ${sort}, and cut off there`, () => {
    const [mb, gb] = [2 ** 20, 2 ** 30]
    const { sums, catalogue } = worldOf([
      { key: aSeries(anEnd('pod', 'a', zoneA, 'n'), cart), amounts: [mb, 0, 5 * mb, 0, 9] },
      { key: aSeries(anEnd('pod', 'b', zoneA, 'n'), cart), amounts: [2 * mb - 5, 0, 4 * mb, 0, 1] },
      { key: aSeries(anEnd('pod', 'c', zoneB, 'n'), cart), amounts: [gb, 0, gb, 0, 2] },
    ])
    const names = (limit: number) =>
      foldPairs(sums, catalogue, undefined, { group: 'service', sort, limit }, price).rows.map(
        row => row.initiator.name,
      )
    deepEqual(names(10), sorted[sort])
    deepEqual(names(2), sorted[sort].slice(0, 2))
  })
