import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { GateAnswer } from '@weir/contract/rollout-queries.ts'

export const anAnswer = (pass: GateAnswer['pass']): GateAnswer => ({
  ...{ cluster: 'main', namespace: 'shop', service: 'cart', range: { from: 0, to: 3_600_000 } as GateAnswer['range'] },
  ...{ pass, crossShare: 0.04, interval: null, maxCrossShare: 0.1, bytes: 1_000, why: 'these are the figures' },
})

/** A server that answers as it is told, request by request, the last answer again and again; what it was asked is kept. */
export class GateServer implements AsyncDisposable {
  readonly asked: { readonly url: URL; readonly authorization: string | undefined }[] = []
  readonly #server = createServer((request, response) => this.#answer(request, response))
  readonly #answers: ((response: ServerResponse) => void)[]

  constructor(...answers: ((response: ServerResponse) => void)[]) {
    this.#answers = answers
  }

  static async listen(...answers: ((response: ServerResponse) => void)[]): Promise<GateServer> {
    const made = new GateServer(...answers)
    made.#server.listen(0, '127.0.0.1')
    await once(made.#server, 'listening')
    return made
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(done => this.#server.close(done))
  }

  #answer({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    this.asked.push({ url: new URL(url, this.url), authorization: headers.authorization })
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]
    answer?.(response)
  }
}

export const answering =
  (status: number, body: unknown, headers: { readonly [name: string]: string } = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
