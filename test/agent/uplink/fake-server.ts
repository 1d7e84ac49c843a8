import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Heard {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What a server says; undefined: it takes the request and never answers. */
export interface Say {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: unknown
}

export interface FakeServer {
  readonly url: string
  readonly heard: readonly Heard[]
  /** Resolves once that many requests have come in. */
  heardAtLeast(count: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A real HTTP server on loopback that answers as a script says: the nth request of all gets `answer(request, n)`. */
export async function fakeServer(answer: (heard: Heard, n: number) => Say | undefined): Promise<FakeServer> {
  const heard: Heard[] = []
  let news = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    const one = { method, path: url, headers, body: Buffer.concat(chunks) }
    heard.push(one)
    news.resolve()
    news = Promise.withResolvers()
    const say = answer(one, heard.length - 1)
    if (say === undefined) return
    response.writeHead(say.status, say.headers).end(bodyOf(say))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP listener has no other kind of address
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    async heardAtLeast(count) {
      while (heard.length < count) await news.promise
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const bodyOf = ({ body = '' }: Say): string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)

/** A port of loopback where nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = await fakeServer(() => undefined)
  await server[Symbol.asyncDispose]()
  return server.url
}

export const receipt = { duplicate: false, labels: [], drop: [] }
