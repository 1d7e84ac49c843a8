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
import { openDoor } from '../access/people.ts'
import { anEnd, aSeries, zoneA, zoneB } from '../answers/world.ts'
import { priceAt } from '../pricing/price-at.ts'
import { T } from './facts.ts'

const web = anEnd('pod', 'web', zoneA, 'shop')
const series = [
  aSeries(web, anEnd('pod', 'cart', zoneB, 'shop')), // 0: crosses
  aSeries(web, anEnd('pod', 'db', zoneA, 'data')), // 1: does not
]

export type Client = Socket<ServerToClient, ClientToServer>

export interface Taken {
  readonly frame: LiveFrame
  readonly taken: () => void
}

/** A gateway on loopback that looks for news every 5 ms, so that tests need not wait. */
export async function live(options: Partial<GatewayOptions> = {}) {
  const catalogue = new SeriesCatalogue({
    series: id => series[id] ?? series[0] ?? fail(),
    seriesCount: () => series.length,
  })
  const window = new LiveWindow()
  const flows = new FlowRing(catalogue.book, { service: () => undefined, servicesBehind: () => [] })
  const around = () => ({
    now: epochMs(T),
    sealedUntil: null,
    agents: [],
    nodes: [],
    open: false,
    price: priceAt(0.01, 2 ** 30),
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
    access: openDoor(),
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
    url: `http://127.0.0.1:${listener.port()}`,
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
export const nextFrame = (client: Client): Promise<Taken> =>
  new Promise(resolve => client.once('frame', (frame, taken) => resolve({ frame, taken })))
export const once = (client: Client, event: 'connect' | 'connect_error' | 'disconnect'): Promise<unknown> =>
  new Promise(resolve => client.once(event, (why: unknown) => resolve(why)))

/** Subscribes; frames are waited for before they can come. */
export function subscribe(client: Client, subscription: Partial<Subscription> = {}): Promise<Taken> {
  const first = nextFrame(client)
  client.emit('subscribe', { view: 'pairs', span: 60, filter: {}, ...subscription })
  return first
}
