import {
  type ClientToServer,
  LIVE_NAMESPACE,
  type LiveView,
  type ServerToClient,
  type Subscription,
} from '@weir/contract/live-wire.ts'
import type { Problem, ViewerAnswer } from '@weir/contract/queries.ts'
import type { MarkRollout, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { io, type Socket } from 'socket.io-client'
import { addressOf, problemOf } from './api.ts'
import { type Answer, type Asked, type Feed, FeedError, type FeedListener, type QuestionName } from './feed.ts'

const RETRY_MS = 5000

/** The server this page was loaded from: socket.io for the live views, HTTP for what lies behind. */
export class LiveFeed implements Feed {
  readonly #subscriptions = new Map<string, Subscription>()
  #socket: Socket<ServerToClient, ClientToServer> | undefined
  #listener: FeedListener | undefined

  open(listener: FeedListener): () => void {
    const socket: Socket<ServerToClient, ClientToServer> = io(LIVE_NAMESPACE, {
      // WebSocket first; polling for proxies that do not pass it on.
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelayMax: 5000,
      autoConnect: false,
    })
    this.#socket = socket
    this.#listener = listener
    let wasOpen = false
    socket.on('connect', () => {
      wasOpen = true
      listener.onLink('open')
      for (const subscription of this.#subscriptions.values()) socket.emit('subscribe', subscription)
    })
    const onLost = () => listener.onLink(wasOpen ? 'lost' : 'connecting')
    socket.on('connect_error', () => {
      onLost()
      // A handshake that is refused does not say why; the API does.
      void this.#askWho()
      // Refused by the server in words (too many clients): socket.io then does not try again by itself.
      if (!socket.active) setTimeout(() => socket.connect(), RETRY_MS)
    })
    socket.on('disconnect', reason => {
      onLost()
      // socket.io does not come back by itself when the server ended the connection in good order (a restart).
      if (reason === 'io server disconnect') socket.connect()
    })
    socket.on('ended', () => void this.#askWho())
    socket.on('refused', why => listener.onRefused(why.detail))
    socket.on('frame', (frame, taken) => {
      listener.onFrame(frame)
      // Taken when drawn: a hidden tab draws nothing, so the server sends it nothing and later the newest sum.
      requestAnimationFrame(() => taken())
    })
    // First who this is: somebody who has to sign in need not see a connection fail.
    void this.#askWho().then(() => this.#socket?.connect())
    return () => {
      socket.close()
      this.#socket = undefined
      this.#listener = undefined
    }
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.set(subscription.view, subscription)
    // While unconnected nothing is queued: `connect` sends what then holds.
    if (this.#socket?.connected) this.#socket.emit('subscribe', subscription)
  }

  unsubscribe(view: LiveView): void {
    if (this.#subscriptions.delete(view) && this.#socket?.connected) this.#socket.emit('unsubscribe', view)
  }

  async mark(rollout: MarkRollout): Promise<{ readonly change: RoutingChange }> {
    const body = JSON.stringify(rollout)
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    const answer = await this.#get('/api/v1/rollouts', { method: 'POST', headers, body })
    return answer as { readonly change: RoutingChange } // the schema is the server's promise
  }

  async ask<Name extends QuestionName>(name: Name, question: Asked<Name>, signal: AbortSignal): Promise<Answer<Name>> {
    return (await this.#get(addressOf(name, question), { signal })) as Answer<Name> // the schema is the server's promise
  }

  /** Tells the page who this is, or that nothing is shown to them. A server that is away is the socket's matter. */
  async #askWho(): Promise<void> {
    try {
      const viewer = await this.#get('/api/v1/viewer')
      this.#listener?.onViewer(viewer as ViewerAnswer) // the schema is the server's promise
    } catch {
      // Denied: the page has been told. Else: it hears of the connection.
    }
  }

  async #get(url: string, how: RequestInit = {}): Promise<unknown> {
    let response: Response
    try {
      response = await fetch(url, { headers: { accept: 'application/json' }, ...how })
    } catch (error) {
      if (how.signal?.aborted) throw error
      throw new FeedError('The server could not be reached.')
    }
    if (response.ok) return await response.json()
    const problem: Partial<Problem> | undefined = await response.json().catch(() => undefined)
    const error = problemOf(response.status, problem)
    if (response.status === 401) {
      this.#socket?.close()
      this.#socket = undefined
      this.#listener?.onDenied({ detail: error.message, signIn: problem?.signIn })
    }
    throw error
  }
}
