import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { windowOf } from '@weir/contract/batch-codec.ts'
import type { Peer } from '@weir/contract/peers.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { ZoneBook } from '../../../server/answers/zone-book.ts'
import type { Placed } from '../../../server/directory/directory.ts'
import type { CountedBatch } from '../../../server/ingest/feed.ts'
import { FlowRing } from '../../../server/live/flow-ring.ts'
import { batchOf, type TestRow } from '../ingest/batches.ts'
import { facts, SECOND, T } from './facts.ts'

const zoneA: Zone = { region: 'r', name: 'r-1a', id: 'r1-az1' }
const zoneB: Zone = { region: 'r', name: 'r-1b', id: 'r1-az2' }
const pod = (namespace: string, name: string): Peer => ({
  kind: 'pod',
  namespace,
  name: `${name}-0`,
  workload: { kind: 'Deployment', name },
  hostNetwork: false,
})
const placed = (peer: Peer, zone?: Zone): Placed => ({ peer, zone, node: undefined, label: undefined })

const town: { readonly [address: string]: Placed } = {
  '10.0.1.1': placed(pod('shop', 'web'), zoneA),
  '10.0.2.1': placed(pod('shop', 'cart'), zoneB),
  '10.9.0.1': placed({ kind: 'node', name: 'b' }, zoneB),
  '8.8.8.8': placed({ kind: 'internet' }),
}

function arrived(rows: readonly TestRow[], to = 10): CountedBatch {
  const window = windowOf(T + to * SECOND - 10 * SECOND, T + to * SECOND, 'live')
  const batch = batchOf({ rows, from: window.from, to: window.to })
  const ends = batch.ends.map(end => town[String(end)] ?? placed({ kind: 'unplaced', reason: 'never listed' }))
  return { cluster: 'main', node: 'a', window, facts: facts(T, {}), batch, placedAt: index => ends[index] }
}

const cart = {
  id: 7,
  namespace: 'shop',
  name: 'cart',
  addresses: [],
  ports: [],
  generations: [{ generation: 0, from: epochMs(0) }],
  to: null,
}
const ring = () =>
  new FlowRing(new ZoneBook(), {
    service: id => (id === 7 ? cart : undefined),
    servicesBehind: (_, address) => (address === '10.0.2.1' ? [cart] : []),
  })
const call = (bytes: number, more: Partial<TestRow> = {}): TestRow => ({
  initiator: '10.0.1.1',
  responder: '10.0.2.1',
  bytes: [bytes, 0],
  ...more,
})

test('a row shows both ends with address, peer and zone, the Service and what it crossed', () => {
  const flows = ring()
  flows.counted(arrived([call(5, { port: 8080, service: 7, dialled: 'cluster-ip' })]))
  const [row] = flows.recent('all', 60, T + 10 * SECOND, {}, 10).rows
  deepEqual(row?.initiator, { address: '10.0.1.1', peer: pod('shop', 'web'), zone: 'r-1a' })
  equal(row?.responder.zone, 'r-1b')
  deepEqual(row?.service, { namespace: 'shop', name: 'cart' })
  equal(row?.crossing, 'cross-zone')
  equal(row?.dialled, 'cluster-ip')
  equal(row?.bytesToResponder, 5)
})

test('a pod that was dialled directly is shown under the Service it answers for, as in the pairs', () => {
  const flows = ring()
  flows.counted(arrived([call(5)]))
  equal(flows.recent('all', 60, T + 10 * SECOND, {}, 10).rows[0]?.service?.name, 'cart')
})

test('the hop of a first leg ends at the node in between', () => {
  const flows = ring()
  flows.counted(arrived([call(5, { responder: '8.8.8.8', via: '10.9.0.1', leg: 'first' })]))
  const [row] = flows.recent('all', 60, T + 10 * SECOND, {}, 10).rows
  equal(row?.via?.zone, 'r-1b')
  equal(row?.crossing, 'cross-zone')
})

test('an end nobody knows is unplaced, and so is the crossing', () => {
  const flows = ring()
  flows.counted(arrived([call(5, { initiator: '10.200.0.1' })]))
  const [row] = flows.recent('all', 60, T + 10 * SECOND, {}, 10).rows
  equal(row?.crossing, 'unknown')
  equal(row?.why, 'end unplaced')
  equal(row?.initiator.address, '10.200.0.1')
})

test('newest first, within the span, up to the limit', () => {
  const flows = ring()
  for (const to of [10, 20, 30]) flows.counted(arrived([call(to), call(to + 1)], to))
  const bytes = (seconds: number, limit: number) =>
    flows.recent('all', seconds, T + 30 * SECOND, {}, limit).rows.map(row => row.bytesToResponder)
  deepEqual(bytes(60, 10), [31, 30, 21, 20, 11, 10])
  deepEqual(bytes(10, 10), [31, 30])
  deepEqual(bytes(60, 3), [31, 30, 21])
})

test('the filter is that of the pairs', () => {
  const flows = ring()
  flows.counted(arrived([call(1), call(2, { responder: '8.8.8.8' })]))
  const bytes = (filter: Parameters<FlowRing['recent']>[3]) =>
    flows.recent('all', 60, T + 10 * SECOND, filter, 10).rows.map(row => row.bytesToResponder)
  deepEqual(bytes({ responder: ['cart'] }), [1])
  deepEqual(bytes({ crossing: ['internet'] }), [2])
  deepEqual(bytes({ zone: ['r1-az1~r-1b'] }), [1])
  deepEqual(bytes({ namespace: ['!shop'] }), [])
})

test('a scope has the rows with an end in it, and no word on those that were not kept', () => {
  const flows = ring()
  flows.counted(arrived([call(1), call(2, { initiator: '10.9.0.1', responder: '8.8.8.8' })]))
  const asked = (scope: Parameters<FlowRing['recent']>[0]) => flows.recent(scope, 60, T + 10 * SECOND, {}, 10)
  deepEqual(
    asked(new Set(['shop'])).rows.map(row => row.bytesToResponder),
    [1],
  )
  deepEqual(asked(new Set(['shop'])).scope, ['shop'])
  equal(asked(new Set(['shop'])).left, null)
  deepEqual(asked(new Set(['data'])).rows, [])
  equal(asked('all').rows.length, 2)
})

test('2,000 rows are kept, the newest; what was dropped of the span is told', () => {
  const flows = ring()
  const many = (count: number) => Array.from({ length: count }, (_, i) => call(i))
  flows.counted(arrived(many(1_500), 10))
  flows.counted(arrived(many(1_500), 20))
  const whole = flows.recent('all', 60, T + 20 * SECOND, {}, 10_000)
  equal(whole.rows.length + (whole.left ?? 0), 3_000)
  equal(whole.rows.length >= 2_000, true)
  flows.counted(arrived(many(5_000), 30))
  const after = flows.recent('all', 60, T + 30 * SECOND, {}, 10_000)
  equal(after.rows.length, 2_000)
  equal(after.left, 6_000)
  equal(flows.recent('all', 10, T + 30 * SECOND, {}, 1).left, 3_000)
})
