import type { ServerResponse } from 'node:http'
import type { ObjectStore } from './object-store.ts'
import { frameOf, isSeen, shown, status, type View } from './views.ts'

/** One watch that stands. A test may do to it what networks and servers do. */
export class OpenWatch {
  readonly query: URLSearchParams
  readonly #view: View
  readonly #store: ObjectStore
  readonly #response: ServerResponse
  #isMute = false
  #unsubscribe = (): void => {}

  constructor(view: View, store: ObjectStore, response: ServerResponse, query: URLSearchParams) {
    this.#view = view
    this.#store = store
    this.#response = response
    this.query = query
  }

  /** Sends what happened since the version asked for, then what happens. */
  open(bookmarkEveryMs: number): void {
    this.#response.writeHead(200, { 'content-type': 'application/json' })
    this.#response.flushHeaders()
    const asked = this.query.get('resourceVersion') ?? ''
    const isNow = asked === '' || asked === '0'
    const past = isNow ? [] : this.#store.since(this.#view.kind.path, Number(asked))
    if (isNow) this.#sendAll()
    if (past === undefined) {
      this.expire()
      return
    }
    for (const event of past) this.#send(frameOf(this.#view, event))
    this.#unsubscribe = this.#store.onEvent((path, event) => {
      if (path === this.#view.kind.path) this.#send(frameOf(this.#view, event))
    })
    const timers = [setTimeout(() => this.end(), (Number(this.query.get('timeoutSeconds')) || 1_800) * 1_000)]
    if (this.query.get('allowWatchBookmarks') === 'true')
      timers.push(setInterval(() => this.bookmark(), bookmarkEveryMs))
    for (const timer of timers) timer.unref()
    this.#response.once('close', () => {
      this.#unsubscribe()
      for (const timer of timers) clearTimeout(timer)
    })
  }

  bookmark(): void {
    const { kind, apiVersion } = this.#view.kind
    this.#send({
      type: 'BOOKMARK',
      object: { kind, apiVersion, metadata: { resourceVersion: String(this.#store.version), creationTimestamp: null } },
    })
  }

  /** As when the version is too old: an ERROR frame, then the end. */
  expire(): void {
    this.error(410, 'Expired', 'too old resource version')
  }

  error(code: number, reason: string, message: string): void {
    this.#send({ type: 'ERROR', object: status(code, reason, message) })
    this.end()
  }

  /** Ends in good order. */
  end(last = ''): void {
    this.#unsubscribe()
    this.#response.end(last)
  }

  /** RST. */
  reset(): void {
    this.#response.socket?.resetAndDestroy()
  }

  /** Half of a frame, then the end: in good order for HTTP, but not for a line. */
  endWithinLine(): void {
    this.end('{"type":"MODIFIED","object":{"kind":"Pod","metadata":{"na')
  }

  /** Nothing more is said; the connection stands. */
  mute(): void {
    this.#isMute = true
  }

  /** Bytes as they are. */
  write(bytes: Uint8Array | string): void {
    this.#response.write(bytes)
  }

  #sendAll(): void {
    for (const object of this.#store.all(this.#view.kind.path))
      if (isSeen(this.#view, object)) this.#send({ type: 'ADDED', object: shown(this.#view, object) })
  }

  #send(frame: object | undefined): void {
    if (frame !== undefined && !this.#isMute) this.#response.write(`${JSON.stringify(frame)}\n`)
  }
}
