import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as the SDK sent it. */
export interface AwsRequest {
  readonly method: string
  /** As sent, without the query: percent signs stand. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface AwsReply {
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** Speaks one service's wire format. */
export type AwsHandler = (request: AwsRequest) => AwsReply | Promise<AwsReply>

/** Which requests a fault is for; left out: any. */
export type Fits = (request: AwsRequest) => boolean

/** What can go wrong with a request before, or instead of, its answer. */
export type AwsFault =
  /** An answer instead of the handler's: throttling, 5xx, expired credentials, in the service's own format. */
  | { readonly kind: 'reply'; readonly reply: AwsReply }
  /** The handler's answer breaks off in the middle of its body, though its length was promised. */
  | { readonly kind: 'cut' }
  /** RST instead of an answer. */
  | { readonly kind: 'reset' }
  /** Taken at once, answered by the handler once this is fulfilled. */
  | { readonly kind: 'hold'; readonly until: Promise<void> }

interface Rule {
  readonly fault: AwsFault
  readonly fits: Fits
  readonly arrived: () => void
  left: number
}

/** The HTTP under the AWS fakes: a server of the loopback that records what it was asked and fails on demand. */
export class AwsServer implements AsyncDisposable {
  /** Every request that came, failed or not, oldest first. */
  readonly seen: AwsRequest[] = []
  readonly #handler: AwsHandler
  readonly #server: Server
  readonly #rules: Rule[] = []

  private constructor(handler: AwsHandler) {
    this.#handler = handler
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: Error) => response.destroy(error))
    })
  }

  /** Listens on a free port of 127.0.0.1. */
  static async listen(handler: AwsHandler): Promise<AwsServer> {
    const made = new AwsServer(handler)
    await new Promise<void>((resolve, reject) => {
      made.#server.once('error', reject)
      made.#server.listen(0, '127.0.0.1', resolve)
    })
    return made
  }

  /** For a client's `endpoint`: no path, no slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` // TCP: never a pipe's name
  }

  /** The next `times` requests that fit fail so, in the order in which faults were added. */
  fail(fault: AwsFault, times = 1, fits: Fits = () => true): void {
    this.#rules.push({ fault, fits, arrived: () => {}, left: times })
  }

  /** The next request that fits is answered only once released; `arrived` says that it came. */
  hold(fits: Fits = () => true): { readonly arrived: Promise<void>; readonly release: () => void } {
    const arrival = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const fault: AwsFault = { kind: 'hold', until: release.promise }
    this.#rules.push({ fault, fits, arrived: arrival.resolve, left: 1 })
    return { arrived: arrival.promise, release: release.resolve }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await requestOf(message)
    this.seen.push(request)
    const rule = this.#rules.find(each => each.left > 0 && each.fits(request))
    if (rule !== undefined) {
      rule.left--
      rule.arrived()
    }
    const fault = rule?.fault
    if (fault?.kind === 'reset') return void message.socket.resetAndDestroy()
    if (fault?.kind === 'reply') return send(response, fault.reply)
    if (fault?.kind === 'hold') await fault.until
    const reply = await this.#handler(request)
    if (fault?.kind === 'cut') return sendHalf(response, reply)
    send(response, reply)
  }
}

async function requestOf(message: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  const { method = '', url = '/', headers } = message
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  return { method, path, query, headers, body: Buffer.concat(chunks) }
}

function send(response: ServerResponse, { status = 200, headers, body }: AwsReply): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

function sendHalf(response: ServerResponse, { status = 200, headers, body }: AwsReply): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { 'content-length': bytes.length, ...headers })
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy())
}
