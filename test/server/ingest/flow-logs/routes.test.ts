import { deepEqual, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { MAX_BATCH_COMPRESSED_BYTES } from '@weir/contract/agent-wire.ts'
import { encodeFlowLogBatch } from '@weir/contract/flow-log-codec.ts'
import type { Lease } from '@weir/contract/flow-log-wire.ts'
import { agentsApp } from '../../../../server/http.ts'
import { createIngest } from '../../../../server/ingest/ingest.ts'
import type { Authenticate } from '../../../../server/trust/authenticate.ts'
import { sharedSecret } from '../../../../server/trust/shared-secret.ts'
import { gateOf } from '../../trust/gates.ts'
import { MemoryStore } from '../memory-store.ts'
import { TestTown } from '../test-town.ts'
import { logBatchOf, readerReport } from './reader.ts'

const T0 = 1_700_000_040_000
const DAY = 86_400_000

async function server(authenticate: Authenticate = sharedSecret(['secret'])) {
  const store = new MemoryStore()
  const recovered = await store.start()
  const ingest = createIngest({
    ...{ store, recovered: () => recovered, directory: new TestTown(), gate: gateOf(authenticate) },
    ...{ now: () => T0 + DAY, log: () => {}, sealAfterMs: 900_000, sealEveryMs: 3_600_000 },
  })
  await ingest.part.start()
  const http = createServer(agentsApp([ingest.flowLogs.router], () => {})).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const post = (route: string, body: string | Uint8Array<ArrayBuffer>, headers: { [name: string]: string } = {}) =>
    fetch(`http://127.0.0.1:${port}/agent/v1/flow-logs/${route}`, {
      ...{ method: 'POST', body, headers: { authorization: 'Bearer secret', ...headers } },
    })
  return {
    ...{ store, ingest, post },
    async lease(reader = 'r1', cluster = 'lab'): Promise<Response> {
      return post('lease', JSON.stringify({ version: 2, cluster, reader, report: readerReport() }))
    },
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      http.close()
      await ingest.part.stop()
    },
  }
}

const row = { by: 'eni-a', from: '10.244.1.10', to: '10.244.3.10', bytes: 100 }
const refusal = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]

test('a reader takes the lease, asks about its objects, and brings a batch', async () => {
  await using at = await server()
  const leased = await at.lease()
  equal(leased.status, 200)
  const { lease, expiresInMs } = (await leased.json()) as Lease
  equal(expiresInMs, 60_000)
  const asked = await at.post('objects', JSON.stringify({ lease, objects: ['a', 'b'] }))
  deepEqual(await asked.json(), {
    objects: [
      { records: 0, isDone: false },
      { records: 0, isDone: false },
    ],
  })
  const body = zstdCompressSync(encodeFlowLogBatch(logBatchOf({ lease, object: 'a', rows: [row] })))
  const taken = await at.post('batches', new Uint8Array(body), { 'content-encoding': 'zstd' })
  deepEqual([taken.status, await taken.json()], [200, { records: 1, duplicate: false }])
  equal(at.store.facts.length, 1)
})

test('a second reader is told to come again when the lease may be free', async () => {
  await using at = await server()
  await at.lease()
  const refused = await at.lease('r2')
  equal(refused.headers.get('retry-after'), '60')
  deepEqual(await refusal(refused), [409, 'lease held'])
})

test('minutes that are not decided are a 503 with a time to come again', async () => {
  await using at = await server()
  const { lease } = (await (await at.lease()).json()) as Lease
  const body = encodeFlowLogBatch(logBatchOf({ lease, rows: [{ ...row, at: 1_440 }] }))
  const refused = await at.post('batches', body)
  equal(refused.headers.get('retry-after'), '15')
  deepEqual(await refusal(refused), [503, 'not decided'])
})

test('what cannot be read, is too long, in another encoding or another version is refused in words, and counted', async () => {
  await using at = await server()
  const { lease } = (await (await at.lease()).json()) as Lease
  const body = encodeFlowLogBatch(logBatchOf({ lease, rows: [row] }))
  const answers = [
    await at.post('batches', 'no batch'),
    await at.post('batches', body, { 'content-encoding': 'br' }),
    await at.post('batches', new Uint8Array(MAX_BATCH_COMPRESSED_BYTES + 1)),
    await at.post('batches', encodeFlowLogBatch({ ...logBatchOf({ lease, rows: [row] }), version: 99 })),
    await at.post('batches', encodeFlowLogBatch(logBatchOf({ lease: 'other', rows: [row] }))),
    await at.post('lease', '{'),
    await at.post('lease', JSON.stringify({ version: 99, cluster: 'lab', reader: 'r', report: readerReport() })),
    await at.post('objects', JSON.stringify({ lease, objects: [''] })),
    await at.post('objects', JSON.stringify({ lease: 'other', objects: [] })),
  ]
  deepEqual(await Promise.all(answers.map(refusal)), [
    [400, 'malformed'],
    [400, 'malformed'],
    [413, 'too large'],
    [400, 'unsupported version'],
    [409, 'lease lost'],
    [400, 'malformed'],
    [400, 'unsupported version'],
    [400, 'malformed'],
    [409, 'lease lost'],
  ])
  const { batches } = at.ingest.flowLogs.state()
  deepEqual(
    [batches.malformed, batches['too large'], batches['unsupported version'], batches['lease lost']],
    [2, 1, 1, 1],
  )
})

test('strangers are sent away, and so are readers of another cluster', async () => {
  await using at = await server()
  const stranger = await at.post('lease', '{}', { authorization: 'Bearer wrong' })
  equal(stranger.status, 401)
  await using proven = await server(async () => ({ identity: 'proven', cluster: 'lab', node: 'a1' }))
  equal((await proven.lease('r1', 'lab')).status, 200)
  deepEqual(await refusal(await proven.lease('r1', 'other')), [403, 'foreign'])
})

test('a report that is wrong is refused with the field, what it is and what would be right', async () => {
  await using at = await server()
  const bad = { ...readerReport(), backlogObjects: -1 }
  const answer = await at.post('lease', JSON.stringify({ version: 2, cluster: 'lab', reader: 'r', report: bad }))
  match(await answer.text(), /report.backlogObjects is -1, expected a whole number/)
})
