import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { Faults, type Verb } from './faults.ts'
import { kindAt, kinds, type Plural } from './kinds.ts'
import { Lists } from './list.ts'
import { type KubernetesObject, ObjectStore } from './object-store.ts'
import { OpenWatch } from './open-watch.ts'
import { Tokens } from './tokens.ts'
import { status, viewOf } from './views.ts'
import { Writes } from './writes.ts'

export interface ApiOptions {
  /** For tokens. Default: the real time. */
  readonly now?: () => number
  /** Default 60,000, as the real one. */
  readonly bookmarkEveryMs?: number
  /** `ca`: asks clients for certificates of this authority. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string }
}

export interface SeenRequest {
  readonly verb: Verb
  readonly plural: Plural | undefined
  readonly query: URLSearchParams
  readonly accept: string
  readonly authorization: string
  /** Common name of the client's certificate. */
  readonly certificate: string | undefined
}

/**
 * An API server for tests: lists in pages, watches with history and bookmarks, metadata alone, token reviews, and faults.
 * Nothing is checked or changed by it: it keeps what it is given.
 */
export class KubernetesApi {
  readonly store = new ObjectStore()
  readonly faults = new Faults()
  readonly lists = new Lists(this.store)
  readonly tokens: Tokens
  /** Bearer tokens that are let in; empty: everyone. */
  readonly credentials = new Set<string>()
  readonly seen: SeenRequest[] = []
  /** As GET /version tells it. */
  version = 'v1.34.2-eks-1a2b3c4'
  readonly #writes: Writes
  readonly #server: Server
  readonly #isSecure: boolean
  readonly #bookmarkEveryMs: number
  readonly #watches = new Map<OpenWatch, Plural>()
  readonly #waiting: { plural: Plural; resolve: (watch: OpenWatch) => void }[] = []

  constructor({ now = Date.now, bookmarkEveryMs = 60_000, tls }: ApiOptions = {}) {
    const listener: RequestListener = (request, response) => {
      void this.#answer(request, response).catch(error => response.destroy(error))
    }
    this.tokens = new Tokens('https://kubernetes.default.svc.cluster.local', now)
    this.#writes = new Writes(this.store, this.tokens)
    this.#server =
      tls === undefined
        ? createServer(listener)
        : createSecureServer({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: false }, listener)
    this.#isSecure = tls !== undefined
    this.#bookmarkEveryMs = bookmarkEveryMs
  }

  /** On a free port of the loopback unless told. */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port // TCP: never a pipe's name
  }

  get url(): string {
    return `${this.#isSecure ? 'https' : 'http'}://127.0.0.1:${this.port}`
  }

  put(plural: Plural, object: KubernetesObject): KubernetesObject {
    return this.store.put(kinds[plural].path, object)
  }

  delete(plural: Plural, key: string): void {
    this.store.delete(kinds[plural].path, key)
  }

  /** The watches that stand on a resource. */
  watches(plural: Plural): OpenWatch[] {
    return [...this.#watches].flatMap(([watch, of]) => (of === plural ? watch : []))
  }

  /** Resolves with the next watch that opens on a resource. */
  nextWatch(plural: Plural): Promise<OpenWatch> {
    return new Promise(resolve => this.#waiting.push({ plural, resolve }))
  }

  /** Requests so far, by verb and resource. */
  count(verb: Verb, plural?: Plural): number {
    return this.seen.filter(each => each.verb === verb && each.plural === plural).length
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', this.url)
    const { accept = '', authorization = '' } = request.headers
    if (pathname === '/openid/v1/jwks') return send(response, 200, this.tokens.jwks())
    if (pathname === '/version')
      return send(response, 200, { major: '1', minor: '34', gitVersion: this.version, platform: 'linux/amd64' })
    const kind = kindAt(pathname)
    const plural = kind === undefined ? undefined : pluralOf(pathname)
    const isReview = pathname === '/apis/authentication.k8s.io/v1/tokenreviews'
    const verb: Verb = isReview ? 'review' : query.get('watch') === 'true' ? 'watch' : 'list'
    this.seen.push({ verb, plural, query, accept, authorization, certificate: commonNameOf(request) })
    if (this.credentials.size > 0 && !this.credentials.has(authorization.replace(/^Bearer /, '')))
      return send(response, 401, status(401, 'Unauthorized', 'Unauthorized'))
    const fault = this.faults.take(plural, verb, query.has('continue'))
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy()
    if (fault?.kind === 'silence') return
    if (fault?.kind === 'status') return refuse(response, fault.code, fault.retryAfterSeconds)
    if (fault?.kind === 'html') return void response.end('<html>please log in</html>')
    if (isReview) return send(response, 201, await this.#review(request))
    if (request.method !== 'GET') {
      const written = this.#writes.answer(request.method ?? '', pathname, await bodyOf(request))
      if (written !== undefined) return send(response, written.code, written.body)
    }
    if (kind === undefined || plural === undefined)
      return send(response, 404, status(404, 'NotFound', 'the server could not find the requested resource'))
    const view = viewOf(kind, query, accept)
    if (verb === 'watch')
      return this.#watch(plural, new OpenWatch(view, this.store, response, query), response, fault?.kind === 'mute')
    const { code, body } = this.lists.answer(view, query)
    if (fault?.kind === 'slow') return sendSlowly(response, JSON.stringify(body), fault.chunkBytes)
    if (fault?.kind === 'half') return sendHalf(response, JSON.stringify(body))
    send(response, code, body)
  }

  #watch(plural: Plural, watch: OpenWatch, response: ServerResponse, isMute: boolean): void {
    this.#watches.set(watch, plural)
    response.once('close', () => this.#watches.delete(watch))
    if (isMute) watch.mute()
    watch.open(this.#bookmarkEveryMs)
    const index = this.#waiting.findIndex(each => each.plural === plural)
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(watch)
  }

  async #review(request: IncomingMessage): Promise<object> {
    const review = await bodyOf(request)
    const { token, audiences = ['https://kubernetes.default.svc'] } = review.spec
    return { ...review, metadata: {}, status: this.tokens.review(token, audiences) }
  }
}

function commonNameOf({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined
  const name = socket.getPeerCertificate().subject?.CN
  return typeof name === 'string' ? name : undefined
}

// JSON is what it is: the tests that send it know its shape.
async function bodyOf(request: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}')
}

const pluralOf = (path: string): Plural | undefined =>
  (Object.keys(kinds) as Plural[]).find(plural => kinds[plural].path === path) // exactly its keys

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function refuse(response: ServerResponse, code: number, retryAfterSeconds: number | undefined): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds)
  send(response, code, status(code, `Status${code}`, `refused with ${code}`, retryAfterSeconds))
}

async function sendSlowly(response: ServerResponse, body: string, chunkBytes: number): Promise<void> {
  const bytes = Buffer.from(body)
  response.writeHead(200, { 'content-type': 'application/json' })
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    response.write(bytes.subarray(at, at + chunkBytes))
    await new Promise(resolve => setImmediate(resolve))
  }
  response.end()
}

function sendHalf(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.write(body.slice(0, body.length / 2), () => response.socket?.destroy())
}
