import { deepEqual, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import {
  type BatchReceipt,
  MAX_BATCH_COMPRESSED_BYTES,
  MAX_BATCH_INFLATED_BYTES,
  type Refusal,
} from '@weir/contract/agent-wire.ts'
import { encodeBatch } from '@weir/contract/batch-codec.ts'
import { agentsApp } from '../../../server/http.ts'
import { createIngest, type IngestOptions } from '../../../server/ingest/ingest.ts'
import { StorageError } from '../../../server/store/flow-store.ts'
import { sharedSecret } from '../../../server/trust/shared-secret.ts'
import { gateOf } from '../trust/gates.ts'
import { batchOf } from './batches.ts'
import { MemoryStore } from './memory-store.ts'
import { TestTown } from './test-town.ts'

const MINUTE = 60_000
const T0 = 1_700_000_040_000 // a whole minute

async function server(given: Partial<IngestOptions> = {}) {
  const store = new MemoryStore()
  const recovered = await store.start()
  const clock = { now: T0 + 30_000 }
  const ingest = createIngest({
    store,
    recovered: () => recovered,
    directory: new TestTown(),
    gate: gateOf(sharedSecret(['old-secret', 'new-secret'])),
    now: () => clock.now,
    log: () => {},
    sealAfterMs: 15 * MINUTE,
    sealEveryMs: 3_600_000,
    ...given,
  })
  await ingest.part.start()
  const http = createServer(agentsApp([ingest.router], () => {})).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const post = (body: Uint8Array<ArrayBuffer>, headers: { readonly [name: string]: string } = {}) =>
    fetch(`http://127.0.0.1:${port}/agent/v1/batches`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer new-secret', ...headers },
    })
  return {
    store,
    ingest,
    clock,
    post,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      http.close()
      await ingest.part.stop()
    },
  }
}

const receiptOf = async (response: Response) => (await response.json()) as BatchReceipt
const refusalOf = async (response: Response) => (await response.json()) as Refusal

const [WEB, CART] = ['10.244.1.10', '10.244.3.10']
const batch = (sequence: number, from = T0) =>
  encodeBatch(
    batchOf({
      sequence,
      from,
      to: from + 10_000,
      rows: [{ initiator: WEB, responder: CART, port: 8080, bytes: [100, 900] }],
    }),
  )

test('a batch is committed before it is acknowledged, and its labels come back', async () => {
  await using at = await server()
  const response = await at.post(batch(1))
  equal(response.status, 200)
  const receipt = await receiptOf(response)
  equal(receipt.duplicate, false)
  deepEqual(receipt.drop, [])
  deepEqual(
    receipt.labels.map(({ address }) => address),
    [WEB, CART],
  )
  const [fact] = at.store.facts
  equal(fact?.minute, T0 / MINUTE)
  equal(fact?.bytesToResponder, 100)
  equal(fact?.series.initiator.name, 'app-a1')
  equal(fact?.series.initiator.zone, 'lab-1|000000000000|lab-1a|')
  equal(fact?.series.serviceName, 'cart')
  equal(at.store.pending.length, 1)
})

test('the same batch again changes nothing and is answered as a duplicate', async () => {
  await using at = await server()
  await at.post(batch(1))
  const again = await at.post(batch(1))
  equal((await receiptOf(again)).duplicate, true)
  equal(at.store.facts.length, 1)
})

test('gzip and zstd are read, and kept as they came', async () => {
  await using at = await server()
  equal((await at.post(new Uint8Array(gzipSync(batch(1))), { 'content-encoding': 'gzip' })).status, 200)
  equal((await at.post(new Uint8Array(zstdCompressSync(batch(2))), { 'content-encoding': 'zstd' })).status, 200)
  deepEqual(
    at.store.pending.map(({ encoding }) => encoding),
    ['gzip', 'zstd'],
  )
})

const bomb = new Uint8Array(gzipSync(new Uint8Array(MAX_BATCH_INFLATED_BYTES + 1)))
const refusals: [
  why: string,
  body: Uint8Array<ArrayBuffer>,
  headers: { [name: string]: string },
  status: number,
  code: string,
][] = [
  ['no credential', batch(1), { authorization: '' }, 401, 'unauthorised'],
  ['another secret', batch(1), { authorization: 'Bearer wrong' }, 401, 'unauthorised'],
  ['no batch at all', new Uint8Array(20), {}, 400, 'malformed'],
  ['a body that is not what its encoding says', batch(1), { 'content-encoding': 'gzip' }, 400, 'malformed'],
  ['an encoding we do not read', batch(1), { 'content-encoding': 'br' }, 400, 'malformed'],
  [
    'another wire version',
    encodeBatch({ ...batchOf({ from: T0, to: T0 + 1, rows: [] }), version: 99 }),
    {},
    400,
    'unsupported version',
  ],
  ['too many bytes', new Uint8Array(MAX_BATCH_COMPRESSED_BYTES + 1), {}, 413, 'too large'],
  ['too many bytes once inflated', bomb, { 'content-encoding': 'gzip' }, 413, 'too large'],
  ['a window six minutes ahead', batch(1, T0 + 6 * MINUTE + 30_000), {}, 400, 'clock ahead'],
]
for (const [why, body, headers, status, code] of refusals)
  test(`refused, counted and not stored: ${why}`, async () => {
    await using at = await server()
    const response = await at.post(body, headers)
    equal(response.status, status)
    const refusal = await refusalOf(response)
    equal(refusal.code, code)
    match(refusal.detail, /\w/)
    equal(at.store.commits, 0)
    equal(at.ingest.counts().batches[code as 'malformed'], 1)
  })

test('an older secret still opens while it is listed', async () => {
  await using at = await server()
  equal((await at.post(batch(1), { authorization: 'Bearer old-secret' })).status, 200)
})

test('a window of a clock that is measurably ahead is shifted, not refused', async () => {
  await using at = await server()
  const ahead = 10 * MINUTE
  const response = await at.post(batch(1, T0 + ahead), { 'weir-sent-at': String(T0 + 30_000 + ahead) })
  equal(response.status, 200)
  equal(at.store.facts[0]?.minute, T0 / MINUTE)
  const [agent] = at.ingest.agents()
  equal(agent?.clockOffsetMs, ahead)
  equal(agent?.clockIsWrong, true)
})

test('when the store cannot take it the agent is told to come again, and then it counts once', async () => {
  await using at = await server()
  at.store.failure = new StorageError('disk full', 'no room on /data')
  const refused = await at.post(batch(1))
  equal(refused.status, 503)
  match(refused.headers.get('retry-after') ?? '', /^\d+$/)
  equal((await refusalOf(refused)).code, 'storage')
  equal((await receiptOf(await at.post(batch(1)))).duplicate, false)
  equal(at.store.facts.length, 1)
})

test('a batch offered again while it is being committed waits for the first and is a duplicate', async () => {
  await using at = await server()
  const gate = Promise.withResolvers<void>()
  at.store.gate = gate.promise
  const both = [at.post(batch(1)), at.post(batch(1))]
  gate.resolve()
  const receipts = await Promise.all(both.map(async one => (await receiptOf(await one)).duplicate))
  deepEqual(receipts.sort(), [false, true])
  equal(at.store.facts.length, 1)
})

test('a header larger than Node takes is 431, and the server goes on', async () => {
  await using at = await server()
  equal((await at.post(batch(1), { authorization: `Bearer ${'x'.repeat(20_000)}` })).status, 431)
  equal((await at.post(batch(1))).status, 200)
})

test('a credential of another node opens nothing: 403', async () => {
  await using at = await server({ gate: gateOf(async () => ({ identity: 'proven', cluster: 'lab', node: 'a2' })) })
  const refused = await at.post(batch(1))
  equal(refused.status, 403)
  equal((await refusalOf(refused)).code, 'foreign')
  equal(at.store.commits, 0)
})

test('a credential of the node itself is shown as proven', async () => {
  await using at = await server({ gate: gateOf(async () => ({ identity: 'proven', cluster: 'lab', node: 'a1' })) })
  equal((await at.post(batch(1))).status, 200)
  equal(at.ingest.agents()[0]?.identity, 'proven')
})

test('more batches at once than the server takes are asked to come again', async () => {
  await using at = await server({ maxRequests: 1 })
  const gate = Promise.withResolvers<void>()
  at.store.gate = gate.promise
  const statuses: number[] = []
  const post = async (sequence: number) => {
    const response = await at.post(batch(sequence))
    statuses.push(response.status)
    if (response.status === 429) match(response.headers.get('retry-after') ?? '', /^\d+$/)
    // One is held at the gate; the others have their answer.
    if (statuses.length === 2) gate.resolve()
  }
  await Promise.all([1, 2, 3].map(post))
  deepEqual(statuses, [429, 429, 200])
})

test('while it stops nothing is taken', async () => {
  await using at = await server()
  await at.ingest.part.stop()
  equal((await at.post(batch(1))).status, 503)
})
