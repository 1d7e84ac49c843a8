import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { SeriesCatalogue } from '../../../server/answers/catalogue.ts'
import { ZoneCounters } from '../../../server/answers/zone-counters.ts'
import { facts, T } from '../live/facts.ts'
import * as naive from './naive.ts'
import { anEnd, aSeries, randomRows, zoneA, zoneB } from './world.ts'

const rows = randomRows(17, 300)
const catalogue = () => new SeriesCatalogue({ series: id => rows[id]?.key ?? fail(), seriesCount: () => rows.length })
const fail = (): never => {
  throw new RangeError('no such series')
}
/** Costs are billed bytes then. */
const microDollarPerByte = { usdPerGb: 0.01, bytesPerGb: 10_000, currency: 'USD', source: 'test' }
const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, one) => all + one, 0)

for (const cap of [3, 10_000])
  test(`with room for ${cap} counters every byte is in exactly one`, () => {
    const counters = new ZoneCounters(catalogue(), cap)
    const amounts = Object.fromEntries(rows.map((_, id) => [id, id + 1]))
    counters.add(facts(T, amounts))
    counters.add(facts(T, { 0: 1_000 }))
    const all = [...counters.bytes()]
    equal(sum(all.map(({ bytes }) => bytes)), sum(Object.values(amounts)) + 1_000)
    if (cap === 3) deepEqual(all.filter(({ sourceZone }) => sourceZone === 'other').length, 1)
    const billed = rows.map(({ key }, id) => naive.sides(key) * (id + 11))
    const first = naive.sides(rows[0]?.key ?? fail()) * 1_010
    equal(sum(counters.costs(microDollarPerByte).values()), sum(billed) + first)
  })

test('counters only grow, and are the same when read twice', () => {
  const counters = new ZoneCounters(catalogue())
  counters.add(facts(T, { 5: 7 }))
  const total = () => sum([...counters.bytes()].map(({ bytes }) => bytes))
  equal(total(), 7)
  equal(total(), 7)
  counters.add(facts(T, { 5: 1 }))
  equal(total(), 8)
})

test('a million namespaces are a bounded number of counters, and no byte is lost', () => {
  const count = 1_000_000
  const far = anEnd('pod', 'cart', zoneB, 'shop')
  const many = new SeriesCatalogue({
    series: id => aSeries(anEnd('pod', 'web', zoneA, `team-${id}`), far),
    seriesCount: () => count,
  })
  const counters = new ZoneCounters(many)
  const column = new Float64Array(count).fill(3)
  const none = new Float64Array(count)
  counters.add({
    count,
    minute: new Int32Array(count),
    series: Int32Array.from(none, (_, id) => id),
    bytesToResponder: column,
    bytesToInitiator: none,
    wireToResponder: column,
    wireToInitiator: none,
    connections: none,
  })
  const all = [...counters.bytes()]
  equal(sum(all.map(({ bytes }) => bytes)), 3 * count)
  equal(all.length, 2_001)
  equal(sum(counters.costs(microDollarPerByte).values()), 2 * 3 * count)
  ok(counters.costs(microDollarPerByte).size <= 2_001)
})

test('a lower price does not take back what was read at the one before: a cost only grows', () => {
  const key = aSeries(anEnd('pod', 'web', zoneA, 'shop'), anEnd('pod', 'cart', zoneB, 'shop'))
  const counters = new ZoneCounters(new SeriesCatalogue({ series: () => key, seriesCount: () => 1 }))
  const cost = (usdPerGb: number) => counters.costs({ ...microDollarPerByte, usdPerGb }).get('shop')
  counters.add(facts(T, { 0: 90 }))
  equal(cost(0.01), 200)
  equal(cost(0.005), 200)
  counters.add(facts(T, { 0: 90 }))
  equal(cost(0.005), 300)
  equal(cost(0.01), 300)
})
