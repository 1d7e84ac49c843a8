import type { Server as HttpServer } from 'node:http'
import { type ClientToServer, LIVE_NAMESPACE, type LiveView, type ServerToClient } from '@weir/contract/live-wire.ts'
import type { Part } from '@weir/contract/parts.ts'
import { type Namespace, Server, type Socket } from 'socket.io'
import type { Access } from '../access/access.ts'
import { type GuardedRule, isRefusal, permit, type Viewer } from '../access/rules.ts'
import { hasOwnOrigin, type Visit, visitOf } from '../access/visit.ts'
import type { Frames } from './frames.ts'
import { type CheckedSubscription, checkSubscription } from './subscription.ts'

/** Not oftener than this, and only when something changed. */
const FRAME_EVERY_MS = 500
/** Without news a frame still comes, so that the page can tell silence from a broken line. */
const HEARTBEAT_MS = 5_000
const MAX_CLIENTS = 500
/** Of one viewer, and from one address: many tabs, or an office behind one address. */
const MAX_CLIENTS_OF_ONE = 100
/** How soon somebody who may see nothing any more sees nothing any more. */
const CHECK_EVERY_MS = 5_000
/** Messages of one client per second; more is no browser of ours. */
const MAX_MESSAGES_PER_SECOND = 20

/** Every event a browser may send, with what it asks of the viewer; what is not here is not listened to. */
export const eventRules: { readonly [event in keyof ClientToServer]: GuardedRule } = {
  subscribe: 'scoped',
  unsubscribe: 'viewer',
}

export interface GatewayOptions {
  readonly server: HttpServer
  readonly frames: Frames
  readonly access: Pick<Access, 'whoIs' | 'proxies' | 'dashboardUrl'>
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number
  readonly frameEveryMs?: number
  readonly heartbeatMs?: number
  readonly checkEveryMs?: number
  readonly maxClients?: number
  readonly maxClientsOfOne?: number
}

/** Counts for /metrics. */
export interface GatewayCounts {
  readonly clients: number
  readonly framesTotal: number
  /** Frames that were not sent because the client still held the one before: it gets the newest sum instead. */
  readonly mergedTotal: number
  readonly refusedTotal: number
}

type LiveSocket = Socket<ClientToServer, ServerToClient>

interface Client {
  readonly visit: Visit
  readonly address: string
  viewer: Viewer
  checkedAt: number
  readonly views: Map<LiveView, View>
}

interface View {
  readonly subscription: CheckedSubscription
  /** What the client has, as Frames.version. */
  sentVersion: string
  /** The newest data it has been offered, sent or not. */
  offeredVersion: string
  sentAt: number
  number: number
  /** The client has not said `taken` yet. */
  outstanding: boolean
}

/**
 * socket.io for the live views. Per client and view at most one frame is under way; a slow browser gets the newest sum
 * when it is ready, never a queue. Who connects is asked for a credential before anything is kept of them, and again while
 * they stay; every frame is of their scope.
 */
export class Gateway implements Part {
  readonly name = 'live'
  readonly #options: Required<GatewayOptions>
  readonly #clients = new Map<LiveSocket, Client>()
  #io: Server<ClientToServer, ServerToClient> | undefined
  #timer: NodeJS.Timeout | undefined
  #frames = 0
  #merged = 0
  #refused = 0

  constructor(options: GatewayOptions) {
    this.#options = {
      frameEveryMs: FRAME_EVERY_MS,
      heartbeatMs: HEARTBEAT_MS,
      checkEveryMs: CHECK_EVERY_MS,
      maxClients: MAX_CLIENTS,
      maxClientsOfOne: MAX_CLIENTS_OF_ONE,
      ...options,
    }
  }

  counts(): GatewayCounts {
    return {
      clients: this.#clients.size,
      framesTotal: this.#frames,
      mergedTotal: this.#merged,
      refusedTotal: this.#refused,
    }
  }

  async start(): Promise<void> {
    this.#io = new Server(this.#options.server, {
      maxHttpBufferSize: 64 * 1024,
      perMessageDeflate: false,
      httpCompression: false,
      connectTimeout: 10_000,
      serveClient: false,
      // No cors: only the page that this server itself serves may connect; browsers enforce it for polling, this for sockets.
      allowRequest: (request, answer) => {
        const why = this.#whyNot(visitOf(request))
        if (why !== undefined) this.#refused++
        answer(why, why === undefined)
      },
    })
    this.#listen(this.#io.of(LIVE_NAMESPACE))
    this.#timer = setInterval(() => this.#tick(), this.#options.frameEveryMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#io?.disconnectSockets(true)
    // Not io.close(): that would close the dashboard's listener, which is a part of its own.
    this.#io?.engine.close()
    this.#clients.clear()
  }

  /** Why a connection is not even begun. */
  #whyNot(visit: Visit): string | undefined {
    const { access } = this.#options
    if (!hasOwnOrigin(visit, access.dashboardUrl)) return 'this came from the page of another site'
    const who = access.whoIs(visit)
    return isRefusal(who) ? who.detail : undefined
  }

  #listen(namespace: Namespace<ClientToServer, ServerToClient>): void {
    namespace.use((socket, next) => {
      const client = this.#admit(visitOf(socket.request))
      if (typeof client === 'string') {
        this.#refused++
        return next(new Error(client))
      }
      this.#clients.set(socket, client)
      // Also where the connection ends before it has begun.
      socket.conn.once('close', () => this.#clients.delete(socket))
      next()
    })
    namespace.on('connection', socket => {
      const client = this.#clients.get(socket)
      if (client === undefined) return
      this.#limitMessages(socket)
      const permitted = (event: keyof ClientToServer, view: unknown, act: () => void) => {
        const who = permit(eventRules[event], client.viewer)
        if (isRefusal(who)) this.#refuse(socket, view, who.detail)
        else act()
      }
      socket.on('subscribe', value => permitted('subscribe', value?.view, () => this.#subscribe(socket, client, value)))
      socket.on('unsubscribe', view => permitted('unsubscribe', view, () => client.views.delete(view)))
      socket.on('disconnect', () => this.#clients.delete(socket))
    })
  }

  /** The client, or why there is no room for it. */
  #admit(visit: Visit): Client | string {
    const { access, clock, maxClients, maxClientsOfOne } = this.#options
    const viewer = access.whoIs(visit)
    if (isRefusal(viewer)) return viewer.detail
    const address = access.proxies.clientOf(visit)
    const others = [...this.#clients.values()]
    const isFull =
      others.length >= maxClients ||
      others.filter(other => other.address === address).length >= maxClientsOfOne ||
      others.filter(other => other.viewer.name === viewer.name).length >= maxClientsOfOne
    if (isFull) return 'too many clients: try again later'
    return { visit, address, viewer, checkedAt: clock(), views: new Map() }
  }

  /** Asks again who this is; who may see nothing any more is told why and disconnected. */
  #check(socket: LiveSocket, client: Client, now: number): void {
    if (now - client.checkedAt < this.#options.checkEveryMs) return
    client.checkedAt = now
    const who = this.#options.access.whoIs(client.visit)
    if (isRefusal(who)) {
      socket.emit('ended', { detail: who.detail })
      socket.disconnect(true)
    } else client.viewer = who
  }

  #refuse(socket: LiveSocket, view: unknown, detail: string): void {
    this.#refused++
    socket.emit('refused', { view: typeof view === 'string' ? view.slice(0, 20) : '', detail })
  }

  #limitMessages(socket: LiveSocket): void {
    let second = 0
    let messages = 0
    socket.use(([event], next) => {
      // Dead before any handler: an event that nobody has thought of a rule for.
      if (!Object.hasOwn(eventRules, event)) return this.#refuse(socket, '', 'there is no such event')
      const now = Math.floor(this.#options.clock() / 1000)
      messages = now === second ? messages + 1 : 1
      second = now
      if (messages <= MAX_MESSAGES_PER_SECOND) return next()
      this.#refused++
      socket.disconnect(true)
    })
  }

  #subscribe(socket: LiveSocket, client: Client, value: unknown): void {
    const checked = checkSubscription(value)
    if (!checked.ok) {
      this.#refuse(socket, checked.view, checked.detail)
      return
    }
    const { subscription } = checked
    const number = client.views.get(subscription.view)?.number ?? 0
    const view: View = { subscription, sentVersion: '', offeredVersion: '', sentAt: 0, number, outstanding: false }
    client.views.set(subscription.view, view)
    this.#send(socket, client, view)
  }

  #tick(): void {
    const { version } = this.#options.frames
    const now = this.#options.clock()
    for (const [socket, client] of this.#clients) {
      this.#check(socket, client, now)
      if (!socket.connected) continue
      for (const view of client.views.values()) {
        const due = view.sentVersion !== version || now - view.sentAt >= this.#options.heartbeatMs
        if (!due) continue
        if (!view.outstanding) this.#send(socket, client, view)
        else if (view.offeredVersion !== version) {
          view.offeredVersion = version
          view.number++
          this.#merged++
        }
      }
    }
  }

  #send(socket: LiveSocket, client: Client, view: View): void {
    const frame = this.#options.frames.frame(view.subscription, client.viewer.scope)
    view.number++
    view.outstanding = true
    view.sentVersion = this.#options.frames.version
    view.offeredVersion = view.sentVersion
    view.sentAt = this.#options.clock()
    this.#frames++
    socket.emit('frame', { ...frame, number: view.number }, () => {
      view.outstanding = false
    })
  }
}
