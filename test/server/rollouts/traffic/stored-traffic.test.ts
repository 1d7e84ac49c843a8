import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs, MINUTE_MS, minute } from '@weir/contract/units.ts'
import { SeriesCatalogue } from '../../../../server/answers/catalogue.ts'
import type { ServiceTraffic } from '../../../../server/rollouts/service-traffic.ts'
import { StoredTraffic } from '../../../../server/rollouts/traffic/stored-traffic.ts'
import type { SeriesKey } from '../../../../server/store/series.ts'
import { random } from '../../../random.ts'
import { cost, crossing, sides } from '../../answers/naive.ts'
import { anEnd, aSeries, type Row, randomRows, zoneA, zoneB } from '../../answers/world.ts'
import { priceAt } from '../../pricing/price-at.ts'
import { openEmbedded } from '../../store/embedded/open-embedded.ts'

const HOUR = 60
/** 2026-11-20T00:00Z, in minutes. */
const midnight = Date.UTC(2026, 10, 20) / MINUTE_MS

interface TimedRow extends Row {
  readonly minute: number
}

async function trafficOf(rows: readonly TimedRow[], watched: readonly number[] = []) {
  const opened = await openEmbedded()
  const { store } = opened
  const column = (i: number) => Float64Array.from(rows, ({ amounts }) => amounts[i] ?? 0)
  await store.commit({
    facts: [
      {
        count: rows.length,
        minute: Int32Array.from(rows, row => row.minute),
        series: Int32Array.from(rows, ({ key }) => store.seriesId(key)),
        ...{ bytesToResponder: column(0), bytesToInitiator: column(1) },
        ...{ wireToResponder: column(2), wireToInitiator: column(3), connections: column(4) },
      },
    ],
    ...{ batches: [], marks: [], promotions: [] },
    decisions: watched.map(at => ({
      ...{ cluster: 'main', node: 'node-a', minute: minute(at), counted: 'primary' },
      ...{ primaryBytes: 0, witnessBytes: 0, promotedBytes: 0, supersededBytes: 0 },
    })),
  })
  await store.maintain(epochMs((midnight + 60 * HOUR) * MINUTE_MS))
  const catalogue = new SeriesCatalogue(store)
  const traffic = new StoredTraffic({ store, catalogue, price: () => priceAt(0.01, 2 ** 30), now: () => at(60 * HOUR) })
  return { store, traffic, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

const at = (minutes: number) => epochMs((midnight + minutes) * MINUTE_MS)
const range = { from: at(0), to: at(48 * HOUR) }

function timed(seed: number, count: number): TimedRow[] {
  const next = random(seed + 1)
  return randomRows(seed, count).map(row => ({
    ...row,
    key: { ...row.key, generation: Math.floor(next() * 4) },
    minute: midnight + Math.floor(next() * 48 * HOUR),
  }))
}

const serviceOf = ({ cluster, serviceNamespace, serviceName }: SeriesKey) =>
  `${cluster}/${serviceNamespace}/${serviceName}`
const place: { readonly [crossing: string]: 'cross' | 'same' | 'unknown' } = {
  'cross-zone': 'cross',
  'same-zone': 'same',
  unknown: 'unknown',
}
const shareBytes = ({ flows }: ServiceTraffic) => ({
  bytes: flows.reduce((sum, flow) => sum + flow.bytes, 0),
  cross: flows.reduce((sum, flow) => sum + (flow.crosses ? flow.bytes : 0), 0),
})

for (const seed of [1, 2, 3])
  test(`every byte of every Service stands in one flow, or apart: rows of seed ${seed}`, async () => {
    const rows = timed(seed, 600)
    await using world = await trafficOf(rows)
    const wanted = new Map<
      string,
      { cross: number; same: number; unknown: number; elsewhere: number; connections: number }
    >()
    let billed = 0
    for (const { key, amounts } of rows) {
      if (key.serviceName === '') continue
      const sum = wanted.get(serviceOf(key)) ?? { cross: 0, same: 0, unknown: 0, elsewhere: 0, connections: 0 }
      wanted.set(serviceOf(key), sum)
      sum[place[crossing(key)] ?? 'elsewhere'] += amounts[0] + amounts[1]
      if (crossing(key).endsWith('-zone')) sum.connections += amounts[4]
      billed += (amounts[2] + amounts[3]) * sides(key)
    }
    const all = await world.traffic.all(range)
    deepEqual(
      all.map(one => {
        const { bytes, cross } = shareBytes(one)
        const connections = one.flows.reduce((sum, flow) => sum + flow.connections, 0)
        const apart = { unknown: one.unknownBytes, elsewhere: one.elsewhereBytes }
        return [`${one.cluster}/${one.namespace}/${one.name}`, { cross, same: bytes - cross, ...apart, connections }]
      }),
      [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)),
    )
    const costs = all.flatMap(({ flows }) => flows).reduce((sum, flow) => sum + flow.cost, 0)
    equal(costs, cost(billed), 'the costs of all flows add up to the cost of all')
    for (const one of all) deepEqual(shareBytes(await world.traffic.of(one, range)), shareBytes(one))
  })

test('steps of all generations add up to the flows, and two halves of the generations to all', async () => {
  const rows = timed(4, 400)
  await using world = await trafficOf(rows)
  const service = { cluster: 'main', namespace: 'shop', name: 'cart' }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0)
  for (const minutes of [15, 60, 24 * HOUR]) {
    const all = await world.traffic.steps([service], range, minutes * MINUTE_MS)
    equal(all.bytes.length, (48 * HOUR) / minutes)
    const traffic = await world.traffic.of(service, range)
    deepEqual(
      { bytes: sum(all.bytes), cross: sum(all.crossZoneBytes), unknown: sum(all.unknownBytes) },
      { ...shareBytes(traffic), unknown: traffic.unknownBytes },
    )
    const before = await world.traffic.steps([service], range, minutes * MINUTE_MS, (_, generation) => generation < 2)
    const after = await world.traffic.steps([service], range, minutes * MINUTE_MS, (_, generation) => generation >= 2)
    equal(sum(before.bytes) + sum(after.bytes), sum(all.bytes))
    ok(sum(before.bytes) > 0 && sum(after.bytes) > 0)
  }
})

const web = anEnd('pod', 'web', zoneA, 'shop')
const cart = anEnd('pod', 'cart', zoneB, 'shop')
const ofCart = { serviceNamespace: 'shop', serviceName: 'cart', dialled: 'node-port' } as const
const service = { cluster: 'main', namespace: 'shop', name: 'cart' }

test('steps of several Services are those of each, added up', async () => {
  await using world = await trafficOf(timed(5, 400))
  const services = (await world.traffic.all(range)).map(({ cluster, namespace, name }) => ({
    cluster,
    namespace,
    name,
  }))
  ok(services.length > 3)
  const each = await world.traffic.stepsOfEach(services, range, HOUR * MINUTE_MS)
  const { bytes, crossZoneBytes } = await world.traffic.steps(services, range, HOUR * MINUTE_MS)
  const sumAt = (step: number, column: 'bytes' | 'crossZoneBytes') =>
    each.reduce((sum, one) => sum + (Number.isNaN(one[column][step]) ? 0 : (one[column][step] ?? 0)), 0)
  for (let step = 0; step < bytes.length; step++) {
    if (Number.isNaN(bytes[step])) ok(each.every(one => Number.isNaN(one.bytes[step])))
    else deepEqual([bytes[step], crossZoneBytes[step]], [sumAt(step, 'bytes'), sumAt(step, 'crossZoneBytes')])
  }
})

test('a path by a node in between is two hops, each between its own zones, and one connection', async () => {
  const via = { via: 'node-1', viaZone: zoneA, ...ofCart }
  await using world = await trafficOf([
    { minute: midnight, key: aSeries(web, cart, { ...via, leg: 'first' }), amounts: [60, 40, 60, 40, 1] },
    { minute: midnight, key: aSeries(web, cart, { ...via, leg: 'second' }), amounts: [60, 40, 60, 40, 0] },
  ])
  const { flows } = await world.traffic.of(service, range)
  deepEqual(
    flows.map(({ leg, clientZone, endpointZone, crosses, bytes, connections }) => [
      ...[leg, clientZone, endpointZone, crosses, bytes, connections],
    ]),
    [
      ['first', 'us-east-1a', 'us-east-1a', false, 100, 1],
      ['second', 'us-east-1a', 'us-east-1b', true, 100, 0],
    ],
  )
})

test('a step that nobody watched is not a number, one that was watched and silent is 0', async () => {
  const row: TimedRow = { minute: midnight + HOUR, key: aSeries(web, cart, ofCart), amounts: [60, 40, 60, 40, 1] }
  await using world = await trafficOf([row], [midnight + 3 * HOUR + 59])
  const { bytes, crossZoneBytes } = await world.traffic.steps([service], { from: at(0), to: at(5 * HOUR) }, 3_600_000)
  deepEqual([...bytes], [Number.NaN, 100, Number.NaN, 0, Number.NaN])
  deepEqual([...crossZoneBytes], [Number.NaN, 100, Number.NaN, 0, Number.NaN])
})

test('a Service of another cluster is found in the cluster that it is of', async () => {
  const key = aSeries(web, cart, { ...ofCart, responderCluster: 'spare' })
  await using world = await trafficOf([{ minute: midnight, key, amounts: [60, 40, 60, 40, 1] }])
  equal((await world.traffic.of(service, range)).flows.length, 0)
  equal((await world.traffic.of({ ...service, cluster: 'spare' }, range)).flows.length, 1)
})

test('a Service that nobody knows has no traffic, and its steps tell what was watched', async () => {
  await using world = await trafficOf([], [midnight])
  const nobody = { cluster: 'main', namespace: 'x', name: 'y' }
  deepEqual((await world.traffic.of(nobody, range)).flows, [])
  const { bytes } = await world.traffic.steps([nobody], { from: at(0), to: at(2 * HOUR) }, 3_600_000)
  deepEqual([...bytes], [0, Number.NaN])
})

test('a summary tells what crossed, what it cost, and how much of the truth that is', async () => {
  const onNode = anEnd('node', 'node-9', zoneB)
  const at = midnight + 5
  const rows: TimedRow[] = [
    { minute: at, key: aSeries(web, cart, ofCart), amounts: [60, 40, 2 ** 29, 2 ** 29, 1] },
    { minute: at, key: aSeries(cart, cart, ofCart), amounts: [200, 100, 200, 100, 1] },
    // Of a sender without an agent: its Service is not known. What an internet client sent needs no agent there.
    { minute: at, key: aSeries(onNode, cart, { basis: 'witness', port: 0 }), amounts: [60, 40, 60, 40, 1] },
    { minute: at, key: aSeries(anEnd('internet', '', ''), cart, { basis: 'witness' }), amounts: [9, 9, 9, 9, 1] },
    {
      minute: at,
      key: aSeries(web, anEnd('pod', 'db', zoneB, 'data'), { basis: 'witness' }),
      amounts: [9, 9, 9, 9, 1],
    },
    { minute: at, key: aSeries(web, anEnd('pod', 'cart', '', 'shop'), ofCart), amounts: [50, 50, 50, 50, 1] },
  ]
  await using world = await trafficOf(rows, [at])
  deepEqual(await world.traffic.summary([service], range), {
    bytes: 400,
    crossZoneBytes: 100,
    cost: 20_000,
    nodesWatching: 1,
    toldBySenders: 500 / 600,
    zonesKnown: 400 / 500,
  })
  deepEqual(await world.traffic.summary([{ ...service, name: 'nobody' }], range), {
    ...{ bytes: 0, crossZoneBytes: 0, cost: 0 },
    ...{ nodesWatching: 1, toldBySenders: null, zonesKnown: null },
  })
})

test('a summary of minutes counts what was watched of these minutes, not of their hour', async () => {
  const unwatched = {
    primaryBytes: 1,
    witnessBytes: 1,
    promotedBytes: 1,
    supersededBytes: 0,
    cluster: 'main',
    node: 'node-b',
  }
  await using world = await trafficOf([], [midnight + 5, midnight + 40])
  await world.store.commit({
    ...{ facts: [], batches: [], marks: [], promotions: [] },
    decisions: [{ ...unwatched, minute: minute(midnight + 40), counted: 'witness' }],
  })
  const half = (from: number) => world.traffic.summary([service], { from: at(from), to: at(from + 30) })
  deepEqual([(await half(0)).nodesWatching, (await half(30)).nodesWatching], [1, 1 / 2])
})
