import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ClientToServer,
  LIVE_NAMESPACE,
  type LiveFrame,
  type ServerToClient,
  type Subscription,
} from '@weir/contract/live-wire.ts'
import { epochMs, minute } from '@weir/contract/units.ts'
import { io, type Socket } from 'socket.io-client'
import { SeriesCatalogue } from '../../../server/answers/catalogue.ts'
import { RecentDecisions } from '../../../server/answers/recent-decisions.ts'
import { createListener } from '../../../server/http.ts'
import { FlowRing } from '../../../server/live/flow-ring.ts'
import { Frames } from '../../../server/live/frames.ts'
import { Gateway, type GatewayOptions } from '../../../server/live/gateway.ts'
import { LiveWindow } from '../../../server/live/window.ts'
import { priceOf } from '../../../server/pricing/price.ts'
import { anEnd, aSeries, zoneA, zoneB } from '../answers/world.ts'
import { counted, T } from './facts.ts'

const web = anEnd('pod', 'web', zoneA, 'shop')
const series = [
  aSeries(web, anEnd('pod', 'cart', zoneB, 'shop')), // 0: crosses
  aSeries(web, anEnd('pod', 'db', zoneA, 'data')), // 1: does not
]

type Client = Socket<ServerToClient, ClientToServer>

interface Taken {
  readonly frame: LiveFrame
  readonly taken: () => void
}

/** A gateway on loopback that looks for news every 5 ms, so that tests need not wait. */
async function live(options: Partial<GatewayOptions> = {}) {
  const catalogue = new SeriesCatalogue({
    series: id => series[id] ?? series[0] ?? fail(),
    seriesCount: () => series.length,
  })
  const window = new LiveWindow()
  const flows = new FlowRing(catalogue.book, { service: () => undefined, serviceBehind: () => undefined })
  const around = () => ({
    now: epochMs(T),
    sealedUntil: null,
    agents: [],
    nodes: [],
    open: false,
    price: priceOf(0.01, 2 ** 30),
    lost: [],
  })
  const frames = new Frames({
    window,
    flows,
    catalogue,
    recent: new RecentDecisions(minute(0)),
    around,
    now: () => epochMs(T),
    zoneLabels: () => [],
  })
  const listener = createListener(
    'dashboard',
    { host: '127.0.0.1', port: 0 },
    (_, response) => response.end(),
    () => {},
  )
  await listener.start()
  const gateway = new Gateway({
    server: listener.server,
    frames,
    clock: () => performance.now(),
    frameEveryMs: 5,
    heartbeatMs: 60_000,
    ...options,
  })
  await gateway.start()
  const clients: Client[] = []
  return {
    window,
    gateway,
    connect(headers: { readonly [name: string]: string } = {}): Client {
      const url = `http://127.0.0.1:${listener.port()}${LIVE_NAMESPACE}`
      const client: Client = io(url, { transports: ['websocket'], extraHeaders: headers, reconnection: false })
      clients.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.disconnect()
      await gateway.stop()
      await listener.stop()
    },
  }
}

const fail = (): never => {
  throw new Error('no series')
}
const nextFrame = (client: Client): Promise<Taken> =>
  new Promise(resolve => client.once('frame', (frame, taken) => resolve({ frame, taken })))
const once = (client: Client, event: 'connect' | 'connect_error' | 'disconnect'): Promise<unknown> =>
  new Promise(resolve => client.once(event, (why: unknown) => resolve(why)))

/** Subscribes; frames are waited for before they can come. */
function subscribe(client: Client, subscription: Partial<Subscription> = {}): Promise<Taken> {
  const first = nextFrame(client)
  client.emit('subscribe', { view: 'pairs', span: 60, filter: {}, ...subscription })
  return first
}

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
