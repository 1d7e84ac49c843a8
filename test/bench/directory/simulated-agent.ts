import { type Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { DirectoryUpdate } from '@weir/contract/directory-wire.ts'
import { CLUSTER } from '../ingest/cluster.ts'

export interface AgentBytes {
  /** Of first answers, which tell everything. */
  snapshots: number
  news: number
  /** Questions and their answers, both ways. */
  questions: number
}

export interface Observer {
  /** News of one address: its label began, or ended. */
  heard(address: string, hasEnded: boolean): void
  /** An address to talk to: whose label is asked for. */
  pick(): string
}

/** A first answer is longer than this, news are not: it is not parsed but for its cursor. */
const SNAPSHOT_BYTES = 20_000

/**
 * The wire of one agent: the long poll, and the questions for whom it talks to. It holds no labels: five thousand of them
 * run in one process. What a real one holds is measured apart.
 */
export class SimulatedAgent {
  readonly bytes: AgentBytes = { snapshots: 0, news: 0, questions: 0 }
  readonly #node: string
  readonly #port: number
  readonly #connections: Agent
  readonly #observer: Observer
  readonly #followed = new Set<string>()
  #cursor: string | undefined
  #lost = 0
  #run = new AbortController()
  #began = Promise.withResolvers<void>()

  constructor(node: string, port: number, connections: Agent, observer: Observer) {
    this.#node = node
    this.#port = port
    this.#connections = connections
    this.#observer = observer
  }

  /** Forgets everything, as a pod that is restarted with an empty disk. Resolves when it was told everything. */
  restart(): Promise<void> {
    this.stop()
    this.#cursor = undefined
    this.#run = new AbortController()
    this.#began = Promise.withResolvers()
    void this.#poll(this.#run.signal)
    return this.#began.promise
  }

  stop(): void {
    this.#run.abort()
  }

  /** Its window is over: asks for `count` addresses, and for others in the place of those that are gone. */
  async ask(count = 0): Promise<void> {
    const wanted = count + this.#lost
    this.#lost = 0
    if (wanted === 0) return
    const addresses = Array.from({ length: wanted }, () => this.#observer.pick())
    for (const address of addresses) this.#followed.add(address)
    const body = JSON.stringify({ node: this.#node, addresses })
    const answer = await this.#request(`/agent/v1/labels?${this.#query}`, this.#run.signal, body)
    this.bytes.questions += body.length + answer.length
  }

  get #query(): string {
    return `cluster=${CLUSTER}&node=${this.#node}`
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const since = this.#cursor === undefined ? '' : `&since=${this.#cursor}`
        const answer = await this.#request(`/agent/v1/directory?${this.#query}${since}`, signal)
        if (answer.length > 0) this.#take(answer)
      } catch (error) {
        if (!signal.aborted) await delay(1_000)
        else if (!(error instanceof Error)) throw error
      }
    }
  }

  #take(answer: Buffer): void {
    if (answer.length > SNAPSHOT_BYTES) {
      this.bytes.snapshots += answer.length
      this.#cursor = cursorOf(answer)
      this.#began.resolve()
      return
    }
    const text = answer[0] === 0x1f ? gunzipSync(answer) : answer
    const update: DirectoryUpdate = JSON.parse(text.toString())
    this.bytes[update.reset ? 'snapshots' : 'news'] += answer.length
    this.#cursor = update.cursor
    if (update.reset) this.#began.resolve()
    for (const { address, to } of update.labels) {
      if (to !== null && this.#followed.delete(address)) this.#lost++
      this.#observer.heard(address, to !== null)
    }
  }

  #request(path: string, signal: AbortSignal, body?: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST'
      const headers = { 'accept-encoding': 'gzip', ...(body !== undefined && { 'content-length': body.length }) }
      const sent = request(
        { host: '127.0.0.1', port: this.#port, path, method, headers, agent: this.#connections, signal },
        response => {
          const chunks: Buffer[] = []
          response.on('data', chunk => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const { statusCode = 0 } = response
            if (statusCode === 200 || statusCode === 204) resolve(Buffer.concat(chunks))
            else reject(new Error(`${path}: ${statusCode} ${Buffer.concat(chunks)}`))
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

const MEMBER = Buffer.from([0x1f, 0x8b, 0x08])

/** The cursor stands in the first gzip member, which is the agent's own and short. */
function cursorOf(answer: Buffer): string {
  for (let end = answer.indexOf(MEMBER, 10); end > 0; end = answer.indexOf(MEMBER, end + 1))
    try {
      const [, cursor] = /"cursor":"([^"]+)"/.exec(gunzipSync(answer.subarray(0, end)).toString()) ?? []
      if (cursor !== undefined) return cursor
    } catch {
      // Those three bytes were part of the member.
    }
  throw new Error('a first answer without a cursor')
}
