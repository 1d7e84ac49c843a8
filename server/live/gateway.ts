import type { Server as HttpServer } from 'node:http'
import { type ClientToServer, LIVE_NAMESPACE, type LiveView, type ServerToClient } from '@weir/contract/live-wire.ts'
import type { Part } from '@weir/contract/parts.ts'
import { type Namespace, Server, type Socket } from 'socket.io'
import type { Frames } from './frames.ts'
import { type CheckedSubscription, checkSubscription } from './subscription.ts'

/** Not oftener than this, and only when something changed. */
const FRAME_EVERY_MS = 500
/** Without news a frame still comes, so that the page can tell silence from a broken line. */
const HEARTBEAT_MS = 5_000
const MAX_CLIENTS = 500
/** Messages of one client per second; more is no browser of ours. */
const MAX_MESSAGES_PER_SECOND = 20

export interface GatewayOptions {
  readonly server: HttpServer
  readonly frames: Frames
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number
  readonly frameEveryMs?: number
  readonly heartbeatMs?: number
  readonly maxClients?: number
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
 * when it is ready, never a queue.
 */
export class Gateway implements Part {
  readonly name = 'live'
  readonly #options: Required<GatewayOptions>
  readonly #clients = new Map<LiveSocket, Map<LiveView, View>>()
  #io: Server<ClientToServer, ServerToClient> | undefined
  #timer: NodeJS.Timeout | undefined
  #frames = 0
  #merged = 0
  #refused = 0

  constructor(options: GatewayOptions) {
    this.#options = {
      frameEveryMs: FRAME_EVERY_MS,
      heartbeatMs: HEARTBEAT_MS,
      maxClients: MAX_CLIENTS,
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
        const { origin, host } = request.headers
        answer(null, origin === undefined || (host !== undefined && hostOf(origin) === host))
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

  #listen(namespace: Namespace<ClientToServer, ServerToClient>): void {
    namespace.use((_, next) =>
      this.#clients.size < this.#options.maxClients ? next() : next(new Error('too many clients: try again later')),
    )
    namespace.on('connection', socket => {
      this.#clients.set(socket, new Map())
      this.#limitMessages(socket)
      socket.on('subscribe', value => this.#subscribe(socket, value))
      socket.on('unsubscribe', view => this.#clients.get(socket)?.delete(view))
      socket.on('disconnect', () => this.#clients.delete(socket))
    })
  }

  #limitMessages(socket: LiveSocket): void {
    let second = 0
    let messages = 0
    socket.use((_, next) => {
      const now = Math.floor(this.#options.clock() / 1000)
      messages = now === second ? messages + 1 : 1
      second = now
      if (messages <= MAX_MESSAGES_PER_SECOND) return next()
      this.#refused++
      socket.disconnect(true)
    })
  }

  #subscribe(socket: LiveSocket, value: unknown): void {
    const checked = checkSubscription(value)
    if (!checked.ok) {
      this.#refused++
      socket.emit('refused', { view: checked.view, detail: checked.detail })
      return
    }
    const views = this.#clients.get(socket)
    const { subscription } = checked
    const before = views?.get(subscription.view)
    const number = before?.number ?? 0
    const view: View = { subscription, sentVersion: '', offeredVersion: '', sentAt: 0, number, outstanding: false }
    views?.set(subscription.view, view)
    this.#send(socket, view)
  }

  #tick(): void {
    const { version } = this.#options.frames
    const now = this.#options.clock()
    for (const [socket, views] of this.#clients)
      for (const view of views.values()) {
        const due = view.sentVersion !== version || now - view.sentAt >= this.#options.heartbeatMs
        if (!due) continue
        if (!view.outstanding) this.#send(socket, view)
        else if (view.offeredVersion !== version) {
          view.offeredVersion = version
          view.number++
          this.#merged++
        }
      }
  }

  #send(socket: LiveSocket, view: View): void {
    const frame = this.#options.frames.frame(view.subscription)
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

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
