import type { Agent, IncomingHttpHeaders, IncomingMessage, request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { ANSWERED_AT } from '@weir/contract/agent-wire.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { type Credential, readTlsFiles, type TlsFiles } from './credential.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Path and query below the server's URL. */
  readonly path: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: Uint8Array
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Bytes of both bodies as they crossed the network: the agent's own cost. */
  readonly bytesMoved: number
}

/** Longest answer that is read: a directory of 5,000 nodes and 10,000 Services has 4 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/**
 * Requests to the one server this agent reports to. Plain node:http, as fetch would cost 8 MB of memory; and not by an
 * import, which reads every name of the module: `WebSocket` among them loads all of fetch. TLS only where it is used.
 */
export class ServerClient {
  readonly #url: URL
  readonly #credential: Credential
  readonly #tls: TlsFiles | undefined
  readonly #request: typeof request
  readonly #connections: Agent
  readonly #now: () => EpochMs
  #clockAheadAtMost: number | undefined

  constructor(serverUrl: string, credential: Credential, tls?: TlsFiles, now = () => epochMs(Date.now())) {
    this.#now = now
    this.#url = new URL(serverUrl)
    this.#credential = credential
    const secure = this.#url.protocol === 'https:'
    this.#tls = secure ? tls : undefined
    const http = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
    this.#request = http.request
    this.#connections = new http.Agent({ keepAlive: true, maxSockets: 4 })
  }

  /** How far our clock is ahead of the server's at most, ms, by the last answer that said when it left. */
  get clockAheadAtMost(): number | undefined {
    return this.#clockAheadAtMost
  }

  /** Rejects where no answer came (network, time, abort) with a sentence; any status is an answer. */
  async request({ method, path, headers, body, timeoutMs, signal }: HttpRequest): Promise<HttpAnswer> {
    const own = await this.#credential.headers()
    // The pool keeps connections apart by these: after a change the next request makes a new one.
    const tls = this.#tls === undefined ? {} : await readTlsFiles(this.#tls)
    const url = new URL(this.#url.pathname.replace(/\/$/, '') + path, this.#url)
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    return await new Promise((resolve, reject) => {
      const fail = (error: Error) =>
        reject(new Error(signal.aborted ? 'stopped' : within.aborted ? `no answer in ${timeoutMs} ms` : error.message))
      const request = this.#request(
        url,
        {
          ...tls,
          method,
          agent: this.#connections,
          signal: within,
          headers: {
            'accept-encoding': 'gzip',
            ...headers,
            ...own,
            ...(body && { 'content-length': String(body.length) }),
          },
        },
        response => {
          this.#noteClock(response)
          collect(response, body?.length ?? 0).then(resolve, fail)
        },
      )
      request.on('error', fail)
      request.end(body)
    })
  }

  #noteClock({ headers }: IncomingMessage): void {
    const answeredAt = Number(headers[ANSWERED_AT] ?? Number.NaN)
    if (Number.isSafeInteger(answeredAt)) this.#clockAheadAtMost = this.#now() - answeredAt
  }

  close(): void {
    this.#connections.destroy()
  }
}

async function collect(response: IncomingMessage, sent: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new Error(`answer is longer than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  const raw = Buffer.concat(chunks)
  const packed = response.headers['content-encoding'] === 'gzip'
  const body = packed ? gunzipSync(raw, { maxOutputLength: MAX_ANSWER_BYTES }) : raw
  return { status: response.statusCode ?? 0, headers: response.headers, body, bytesMoved: sent + size }
}
