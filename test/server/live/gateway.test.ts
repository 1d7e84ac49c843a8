import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Subscription } from '@weir/contract/live-wire.ts'
import { counted } from './facts.ts'
import { live, nextFrame, once, subscribe } from './live-server.ts'

test('a subscriber gets what there is at once, and the next window when it comes', async () => {
  await using server = await live()
  server.window.counted(counted('a', 10, { 0: 5 }))
  const client = server.connect()
  const first = await subscribe(client)
  deepEqual(
    first.frame.pairs?.map(row => [row.responder.name, row.bytes]),
    [['cart', 5]],
  )
  equal(first.frame.number, 1)
  first.taken()
  const next = nextFrame(client)
  server.window.counted(counted('a', 20, { 0: 7 }))
  const { frame } = await next
  equal(frame.total.bytes, 12)
  ok(frame.number > first.frame.number)
})

test('a slow client gets one frame with the newest sum, and its number tells what was merged', async () => {
  await using server = await live()
  const client = server.connect()
  const first = await subscribe(client, { view: 'totals' })
  let early = 0
  client.on('frame', () => void early++)
  for (let to = 10; to <= 50; to += 10) {
    server.window.counted(counted('a', to, { 0: 1 }))
    const merged = server.gateway.counts().mergedTotal
    while (server.gateway.counts().mergedTotal === merged) await new Promise(resolve => setImmediate(resolve))
  }
  equal(early, 0) // nothing more is sent while the first is not taken
  const next = nextFrame(client)
  first.taken()
  const { frame } = await next
  equal(frame.total.bytes, 5)
  equal(frame.number, 7) // five were merged
})

test('each view has its own frames: a slow map does not hold the table back', async () => {
  await using server = await live()
  const client = server.connect()
  await subscribe(client, { view: 'zones' }) // never taken
  const pairs = await subscribe(client, { view: 'pairs' })
  pairs.taken()
  const next = nextFrame(client)
  server.window.counted(counted('a', 10, { 0: 1 }))
  equal((await next).frame.view, 'pairs')
})

test('a filter holds for the total too', async () => {
  await using server = await live()
  server.window.counted(counted('a', 10, { 0: 5, 1: 70 }))
  const { frame } = await subscribe(server.connect(), { filter: { namespace: ['data'] } })
  equal(frame.total.bytes, 70)
  equal(frame.pairs?.length, 1)
})

test('the map is directed and carries its zones', async () => {
  await using server = await live()
  server.window.counted(counted('a', 10, { 0: 5 }))
  const { frame } = await subscribe(server.connect(), { view: 'zones' })
  deepEqual(
    frame.cells?.map(cell => [cell.source, cell.destination, cell.bytes]),
    [['us-east-1a', 'us-east-1b', 5]],
  )
})

test('without news a frame still comes, so that silence can be told from a broken line', async () => {
  await using server = await live({ heartbeatMs: 20 })
  const client = server.connect()
  const first = await subscribe(client, { view: 'totals' })
  const next = nextFrame(client)
  first.taken()
  equal((await next).frame.number, 2)
})

test('a new subscription replaces the old one of the same view', async () => {
  await using server = await live()
  server.window.counted(counted('a', 10, { 0: 5, 1: 70 }))
  const client = server.connect()
  await subscribe(client)
  const { frame } = await subscribe(client, { filter: { responder: ['cart'] } })
  equal(frame.total.bytes, 5)
  equal(frame.number, 2)
})

test('after unsubscribe nothing comes', async () => {
  await using server = await live()
  const client = server.connect()
  const first = await subscribe(client, { view: 'pairs' })
  client.emit('unsubscribe', 'pairs')
  first.taken()
  const other = await subscribe(client, { view: 'totals' }) // answered after the unsubscribe: one line, in order
  other.taken()
  const next = nextFrame(client)
  server.window.counted(counted('a', 10, { 0: 5 }))
  equal((await next).frame.view, 'totals')
})

test('a bad subscription is refused with what is allowed, and the connection stays', async () => {
  await using server = await live()
  const client = server.connect()
  const refused = new Promise<{ view: string; detail: string }>(resolve => client.once('refused', resolve))
  client.emit('subscribe', { view: 'pairs', span: 7, filter: {} } as unknown as Subscription) // as no browser of ours would
  const { view, detail } = await refused
  equal(view, 'pairs')
  match(detail, /span is none of 10, 60, 300, 900/)
  ok((await subscribe(client)).frame)
  equal(server.gateway.counts().refusedTotal, 1)
})

test('one client too many is turned away with a reason', async () => {
  await using server = await live({ maxClients: 1 })
  await once(server.connect(), 'connect')
  match(String(await once(server.connect(), 'connect_error')), /too many clients/)
})

test('a client that floods is cut off', async () => {
  await using server = await live()
  const client = server.connect()
  await once(client, 'connect')
  const gone = once(client, 'disconnect')
  for (let i = 0; i < 60; i++) client.emit('unsubscribe', 'pairs')
  await gone
})

test('a message of more than 64 kB ends the connection', async () => {
  await using server = await live()
  const client = server.connect()
  await once(client, 'connect')
  const gone = once(client, 'disconnect')
  client.emit('subscribe', { view: 'pairs', span: 60, filter: { zone: ['x'.repeat(70_000)] } })
  await gone
})

test("another site's page may not connect", async () => {
  await using server = await live()
  ok(await once(server.connect({ origin: 'http://evil.example' }), 'connect_error'))
})

test('a hundred browsers on one view cost one fold', async () => {
  await using server = await live()
  server.window.counted(counted('a', 10, { 0: 5 }))
  const [a, b] = await Promise.all([subscribe(server.connect()), subscribe(server.connect())])
  deepEqual(a.frame.pairs, b.frame.pairs)
  equal(server.gateway.counts().clients, 2)
})
