import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { ANSWERED_AT, type BatchReceipt, batchHeaders } from '@weir/contract/agent-wire.ts'
import { epochMs } from '@weir/contract/units.ts'
import { unpackBatch } from '../../../agent/uplink/batch.ts'
import { secretCredential } from '../../../agent/uplink/credential.ts'
import { ServerClient } from '../../../agent/uplink/http.ts'
import { Sender, type SendResult } from '../../../agent/uplink/send.ts'
import type { Spool } from '../../../agent/uplink/spool.ts'
import { deadUrl, fakeServer, type Heard, receipt, type Say } from './fake-server.ts'
import { changes, content, silent, stage } from './spool-stage.ts'

const now = () => epochMs(1_795_225_790_000)

/** What the stage's spools call themselves. */
const self = { cluster: 'lab', node: 'node-a' }

interface Sent {
  readonly heard: readonly Heard[]
  readonly results: readonly SendResult[]
  readonly receipts: readonly BatchReceipt[]
  readonly spool: Spool
  readonly losses: { readonly [name: string]: number }
  readonly bytesMoved: number
}

/** Spools windows, sends them to a server that speaks by the script, and stops after as many answers as were foreseen. */
async function send(answers: number, script: (heard: Heard, n: number) => Say | undefined, rows = [1]): Promise<Sent> {
  const on = stage()
  const spool = await on.open()
  await using server = await fakeServer(script)
  const client = new ServerClient(server.url, secretCredential('s3cret'), undefined, now)
  const results: SendResult[] = []
  const receipts: BatchReceipt[] = []
  const enough = Promise.withResolvers<void>()
  const sender = new Sender({
    client,
    ...self,
    spool,
    onReceipt: got => receipts.push(got),
    onResult: result => results.push(result) === answers && enough.resolve(),
    log: silent,
    now,
    random: () => 0,
    graceMs: 5_000,
  })
  for (const [n, count] of rows.entries()) await spool.append(content(n, { rows: count }), changes(''))
  await sender.start()
  await enough.promise
  await sender.stop()
  client.close()
  const sent = {
    heard: server.heard,
    results,
    receipts,
    spool,
    losses: on.losses.snapshot(),
    bytesMoved: sender.bytesMoved,
  }
  await on[Symbol.asyncDispose]()
  return sent
}
const sequencesOf = (heard: readonly Heard[]) => heard.map(({ body }) => unpackBatch(body).sequence)
const ok200: Say = { status: 200, body: receipt }

test('windows are posted one by one, oldest first, with the contract’s headers', async () => {
  const { heard, results, spool } = await send(3, () => ok200, [1, 1, 1])
  deepEqual(sequencesOf(heard), [1, 2, 3])
  deepEqual(results, ['taken', 'taken', 'taken'])
  equal(spool.windows, 0)
  const { method, path, headers } = heard[2] ?? {}
  deepEqual([method, path], ['POST', '/agent/v1/batches'])
  deepEqual(
    [headers?.[batchHeaders.sentAt], headers?.[batchHeaders.oldestSequence], headers?.['content-encoding']],
    ['1795225790000', '3', 'zstd'],
  )
  equal(headers?.authorization, 'Bearer s3cret')
})

test('by the last answer that said when it left, the server learns how far ahead the clock is at most', async () => {
  const at = (ms: number): Say => ({ ...ok200, headers: { [ANSWERED_AT]: String(now() + ms) } })
  const { heard } = await send(4, (_, n) => [at(-20), at(60_000), ok200][n] ?? ok200, [1, 1, 1, 1])
  deepEqual(
    heard.map(({ headers }) => headers[batchHeaders.clockAheadAtMost]),
    [undefined, '20', '-60000', '-60000'],
  )
})

test('a duplicate is as good as taken', async () => {
  const { results, spool } = await send(1, () => ({ status: 200, body: { ...receipt, duplicate: true } }))
  deepEqual(results, ['duplicate'])
  equal(spool.windows, 0)
})

test('labels of the receipt are handed on', async () => {
  const { receipts } = await send(1, () => ({ status: 200, body: { ...receipt, drop: [7] } }))
  deepEqual(receipts[0]?.drop, [7])
})

test('a receipt that cannot be read costs labels, not bytes: the batch is with the server', async () => {
  const { results, spool, receipts } = await send(1, () => ({ status: 200, body: '<html>' }))
  deepEqual([results, receipts, spool.windows], [['taken'], [], 0])
})

for (const [why, say] of [
  ['429 with Retry-After', { status: 429, headers: { 'retry-after': '0' } }],
  ['503 with a date', { status: 503, headers: { 'retry-after': 'Fri, 20 Nov 2020 00:00:00 GMT' } }],
  ['503 without a word', { status: 503 }],
  ['502 of a proxy', { status: 502, body: '<html>bad gateway</html>' }],
  ['500', { status: 500 }],
  ['404 of a wrong address', { status: 404 }],
] as const)
  test(`${why} is later: the same bytes are sent again`, async () => {
    const { heard, results, spool, losses } = await send(3, (_, n) => (n < 2 ? say : ok200))
    deepEqual(results, ['later', 'later', 'taken'])
    deepEqual(heard[0]?.body, heard[2]?.body)
    deepEqual([spool.windows, losses], [0, {}])
  })

test('400 is never: set aside, counted, and the next one goes', async () => {
  const { heard, results, losses } = await send(2, (_, n) => (n === 0 ? { status: 400 } : ok200), [1, 1])
  deepEqual(results, ['refused', 'taken'])
  deepEqual(sequencesOf(heard), [1, 2])
  equal(losses['batches refused'], 1)
})

test('403 is for people to put right: the window stays in the spool, and nothing is given up', async () => {
  const { results, spool, losses } = await send(1, () => ({ status: 403 }))
  deepEqual([results, losses, spool.windows], [['unauthorised'], {}, 1])
})

test('403 for windows from before the node was renamed is never', async () => {
  await using on = stage()
  const before = await on.open({ node: 'node-of-old' })
  await before.append(content(0), changes(''))
  await before.stop()
  const spool = await on.open()
  await spool.append(content(1), changes(''))
  await using server = await fakeServer(({ body }) => (unpackBatch(body).node === 'node-a' ? ok200 : { status: 403 }))
  const client = new ServerClient(server.url, secretCredential(''), undefined, now)
  const results: SendResult[] = []
  const taken = Promise.withResolvers<void>()
  const onResult = (result: SendResult) => results.push(result) === 2 && taken.resolve()
  const options = { client, ...self, spool, onReceipt() {}, onResult, log: silent, graceMs: 0 }
  const sender = new Sender({ ...options, now: () => epochMs(0), random: () => 0 })
  await sender.start()
  await taken.promise
  await sender.stop()
  client.close()
  deepEqual(results, ['refused', 'taken'])
  equal(on.losses.snapshot()['batches refused'], 1)
})

test('413 splits until the parts fit; every row arrives once', async () => {
  const tooLarge = (heard: Heard) => unpackBatch(heard.body).rows.count > 3
  const { heard, results, losses } = await send(6, h => (tooLarge(h) ? { status: 413 } : ok200), [12])
  deepEqual(results, ['split', 'split', 'taken', 'taken', 'taken', 'taken'])
  const taken = heard.filter(one => !tooLarge(one)).map(one => unpackBatch(one.body))
  deepEqual(
    taken.map(({ part }) => part),
    [0, 1, 2, 3].map(index => ({ index, of: 4 })),
  )
  equal(
    taken.reduce((sum, { rows }) => sum + rows.count, 0),
    12,
  )
  deepEqual(losses, {})
})

test('413 for a single row is a refusal', async () => {
  const { results, losses } = await send(1, () => ({ status: 413 }))
  deepEqual([results, losses['batches refused']], [['refused'], 1])
})

test('401 is tried again, slowly: nothing is given up', async () => {
  const { results, spool, losses } = await send(1, () => ({ status: 401 }))
  deepEqual([results, losses], [['unauthorised'], {}])
  equal(spool.windows, 1)
})

test('a connection that breaks amid the answer is tried again', async () => {
  const { results } = await send(2, (_, n) =>
    n === 0 ? { status: 200, headers: { 'content-length': '1000' }, body: 'cut' } : ok200,
  )
  equal(results.at(-1), 'taken')
})

test('bytes of both bodies are counted as the agent’s own cost', async () => {
  const { heard, bytesMoved } = await send(1, () => ok200)
  equal(bytesMoved, (heard[0]?.body.length ?? 0) + JSON.stringify(receipt).length)
})

test('where no server listens the windows stay, and the end is not held up', async () => {
  await using on = stage()
  const spool = await on.open()
  await spool.append(content(0), changes(''))
  const client = new ServerClient(await deadUrl(), secretCredential(''), undefined, now)
  const failed = Promise.withResolvers<SendResult>()
  const options = { client, ...self, spool, onReceipt() {}, onResult: failed.resolve, log: silent, graceMs: 60_000 }
  const sender = new Sender({ ...options, now: () => epochMs(0), random: () => 1 })
  await sender.start()
  equal(await failed.promise, 'unreachable')
  await sender.stop()
  equal(spool.windows, 1)
})

test('the end does not wait for a server that takes a request and never answers', async () => {
  await using on = stage()
  const spool = await on.open()
  await spool.append(content(0), changes(''))
  await using server = await fakeServer(() => undefined)
  const client = new ServerClient(server.url, secretCredential(''), undefined, now)
  const options = { client, ...self, spool, onReceipt() {}, log: silent, graceMs: 20 }
  const sender = new Sender({ ...options, now: () => epochMs(0), random: () => 0 })
  await sender.start()
  await server.heardAtLeast(1)
  await sender.stop()
  equal(spool.windows, 1)
  client.close()
})

test('the last window is sent before the end', async () => {
  await using on = stage()
  const spool = await on.open()
  await using server = await fakeServer(() => ok200)
  const client = new ServerClient(server.url, secretCredential(''), undefined, now)
  const options = { client, ...self, spool, onReceipt() {}, log: silent, graceMs: 5_000 }
  const sender = new Sender({ ...options, now: () => epochMs(0), random: () => 0 })
  await sender.start()
  await spool.append(content(0), changes(''))
  await sender.stop()
  ok(server.heard.length === 1 && spool.windows === 0)
  client.close()
})
