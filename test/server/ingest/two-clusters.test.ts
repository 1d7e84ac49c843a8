import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBatch } from '@weir/contract/batch-codec.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { createDirectory } from '../../../server/directory/label-directory.ts'
import { createIngest, type Ingest } from '../../../server/ingest/ingest.ts'
import { zoneA, zoneB } from '../directory/shop.ts'
import { gateOf } from '../trust/gates.ts'
import { batchOf, type TestBatch } from './batches.ts'
import { MemoryStore } from './memory-store.ts'
import { M0, T0 } from './stage.ts'

const SEAL_AFTER = 15 * MINUTE_MS
const client = '10.1.0.10'
const api = '10.2.0.10'

/** Two clusters of a node and a pod each; both nodes have the same name. Seconds are since T0. */
async function twoClusters() {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  const cluster = (name: string, workload: string, address: string, zone: typeof zoneA) => ({
    cluster: name,
    nodes: [{ name: 'node-1', zone, addresses: [address.replace(/10$/, '1')] }],
    subnets: [],
    pods: [
      {
        namespace: 'shop',
        name: `${workload}-0`,
        workload: { kind: 'Deployment', name: workload },
        node: 'node-1',
        addresses: [address],
        ports: [{ port: 8080, protocol: 6 }],
        hostNetwork: false,
      },
    ],
    services: [],
    interfaces: [],
  })
  directory.apply(cluster('east', 'web', client, zoneA), epochMs(T0 - MINUTE_MS))
  directory.apply(cluster('west', 'api', api, zoneB), epochMs(T0 - MINUTE_MS))
  for (const name of directory.clusters()) directory.advance(name, epochMs(T0 + 60 * MINUTE_MS))
  const store = new MemoryStore()
  let now = T0
  let ingest: Ingest | undefined
  const start = async () => {
    await ingest?.part.stop()
    const recovered = await store.start()
    ingest = createIngest({
      store,
      recovered: () => recovered,
      directory,
      gate: gateOf(),
      now: () => now,
      log: line => {
        throw new Error(line)
      },
      sealAfterMs: SEAL_AFTER,
      sealEveryMs: 2 ** 31 - 1,
    })
    await ingest.part.start()
    return ingest
  }
  const offer = async (batch: TestBatch) => {
    now = Math.max(now, T0 + batch.to * 1000)
    const answer = await (ingest ?? (await start())).take({
      body: encodeBatch(batchOf({ ...batch, node: 'node-1', from: T0 + batch.from * 1000, to: T0 + batch.to * 1000 })),
      encoding: 'identity',
      identity: { identity: 'asserted' },
      receivedAt: epochMs(now),
      sentAt: undefined,
      oldestSequence: undefined,
    })
    assert.ok(answer.ok)
    return answer.receipt
  }
  const seal = async () => {
    now = Math.max(now, T0 + MINUTE_MS) + 2 * SEAL_AFTER
    await (ingest ?? (await start())).sealNow()
  }
  const counted = () => store.facts.reduce((sum, fact) => sum + fact.bytesToResponder, 0)
  await start()
  return { store, start, offer, seal, counted, stop: () => ingest?.part.stop() }
}

const minute = { from: 0, to: 60 }
const primary = (bytes: number): TestBatch => ({
  cluster: 'east',
  sequence: 1,
  ...minute,
  rows: [{ initiator: client, responder: api, port: 8080, bytes: [bytes, 0] }],
})
const witness = (bytes: number): TestBatch => ({
  cluster: 'west',
  sequence: 1,
  ...minute,
  rows: [{ initiator: client, responder: api, port: 8080, role: 'witness', bytes: [bytes, 0] }],
})

const cases: [why: string, batches: TestBatch[], counted: number][] = [
  ['a hop that both clusters report is counted once', [primary(1000), witness(1000)], 1000],
  ['whichever comes first', [witness(1000), primary(1000)], 1000],
  ['where the sender’s cluster reports nothing, the receiver’s word counts', [witness(1000)], 1000],
  ['where the receiver’s cluster reports nothing, the sender’s word counts', [primary(1000)], 1000],
]
for (const [why, batches, bytes] of cases)
  test(why, async () => {
    const stage = await twoClusters()
    for (const batch of batches) await stage.offer(batch)
    await stage.seal()
    assert.equal(stage.counted(), bytes)
    await stage.stop()
  })

test('a late report of what was promoted is set off, also after a restart', async () => {
  const stage = await twoClusters()
  await stage.offer(witness(1000))
  await stage.seal()
  await stage.start()
  await stage.offer(primary(1000))
  assert.equal(stage.counted(), 1000)
  assert.deepEqual(
    stage.store.facts.map(({ minute: at }) => at),
    [M0],
  )
  await stage.stop()
})

test('a row is of the initiator’s cluster and names the responder’s, whoever reports it', async () => {
  for (const batch of [primary(1000), witness(1000)]) {
    const stage = await twoClusters()
    await stage.offer(batch)
    await stage.seal()
    const [{ series } = assert.fail('nothing counted')] = stage.store.facts
    assert.deepEqual(
      [series.cluster, series.initiator.name, series.responderCluster, series.responder.name],
      ['east', 'web', 'west', 'api'],
    )
    await stage.stop()
  }
})

test('no agent is told a label of another cluster: nobody would tell it when that ends', async () => {
  const stage = await twoClusters()
  const { labels } = await stage.offer(primary(1000))
  assert.deepEqual(
    labels.map(({ address }) => address),
    [client],
  )
  await stage.stop()
})
