import type { LabelQuestion } from '@weir/contract/directory-wire.ts'
import type { Part } from '@weir/contract/parts.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Log } from '../log.ts'
import { pause, retryAfter, UNAUTHORISED_WAIT_MS, waitAfter } from '../uplink/backoff.ts'
import type { HttpAnswer, ServerClient } from '../uplink/http.ts'
import { parseLabelAnswer, parseUpdate } from './answers.ts'
import type { AgentDirectory } from './directory.ts'
import { Questions } from './questions.ts'

/** The server holds a poll for 25 s; an answer that takes longer than this will not come. */
const POLL_TIMEOUT_MS = 40_000
/** A window waits this long for labels; later answers serve the next one, and the server places bare addresses itself. */
const ASK_TIMEOUT_MS = 1_000

export interface DirectoryClientOptions {
  readonly client: ServerClient
  readonly directory: AgentDirectory
  readonly cluster: string
  readonly node: string
  readonly log: Log
  readonly now: () => EpochMs
  readonly random: () => number
  /** How long `start` waits for the first answer where nothing is known yet, ms: flows seen before it have no Services. */
  readonly firstAnswerMs: number
}

/** Keeps the agent's directory up to date: a long poll for what is pushed, questions for the rest. */
export class DirectoryClient implements Part {
  readonly name = 'directory'
  readonly #options: DirectoryClientOptions
  readonly #questions = new Questions()
  readonly #stopping = new AbortController()
  readonly #who: string
  #polling: Promise<void> | undefined
  #askAgainAt = 0
  #bytesMoved = 0
  #connected = false

  constructor(options: DirectoryClientOptions) {
    this.#options = options
    this.#who = new URLSearchParams({ cluster: options.cluster, node: options.node }).toString()
  }

  /** Bytes of bodies, both ways: part of the agent's own cost. */
  get bytesMoved(): number {
    return this.#bytesMoved
  }

  /** Whether the last poll was answered. */
  get connected(): boolean {
    return this.#connected
  }

  async start(): Promise<void> {
    const answered = Promise.withResolvers<void>()
    this.#polling = this.#poll(answered.resolve)
    const { directory, firstAnswerMs } = this.#options
    if (directory.cursor === undefined)
      await Promise.race([answered.promise, pause(firstAnswerMs, this.#stopping.signal)])
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#polling
  }

  /** Asks for labels that are missing; true when some were told. Never rejects: rows may go out bare. */
  async ask(addresses: ReadonlySet<string>): Promise<boolean> {
    const { client, directory, node, log, now } = this.#options
    if (now() < this.#askAgainAt) return false
    const asked = [...addresses].filter(address => !directory.isInternet(address))
    const chosen = this.#questions.choose(asked, directory.labelCount, now())
    if (chosen.length === 0) return false
    const question: LabelQuestion = { node, addresses: chosen }
    try {
      const answer = await client.request({
        method: 'POST',
        path: `/agent/v1/labels?${this.#who}`,
        headers: { 'content-type': 'application/json' },
        body: new TextEncoder().encode(JSON.stringify(question)),
        timeoutMs: ASK_TIMEOUT_MS,
        signal: this.#stopping.signal,
      })
      this.#bytesMoved += answer.bytesMoved
      if (answer.status !== 200) throw new Error(`the server answered ${answer.status}`)
      const { labels, unknown } = parseLabelAnswer(answer.body)
      directory.learn(labels, [], now())
      directory.answered(labels.map(label => label.address))
      this.#questions.answered(labels.map(label => label.address))
      this.#questions.missed(unknown, now())
      return labels.length > 0
    } catch (error) {
      this.#askAgainAt = now() + 30_000
      log.warn('labels could not be asked for', { error: String(error) })
      return false
    }
  }

  async #poll(onAnswer: () => void): Promise<void> {
    const { client, directory, log, now, random } = this.#options
    const { signal } = this.#stopping
    let failures = 0
    while (!signal.aborted) {
      const since = directory.cursor === undefined ? '' : `&since=${encodeURIComponent(directory.cursor)}`
      try {
        const path = `/agent/v1/directory?${this.#who}${since}`
        const answer = await client.request({ method: 'GET', path, timeoutMs: POLL_TIMEOUT_MS, signal })
        this.#bytesMoved += answer.bytesMoved
        if (answer.status === 200) directory.apply(parseUpdate(answer.body), now())
        else if (answer.status !== 204) throw new Refused(answer)
        this.#connected = true
        failures = 0
        onAnswer()
      } catch (error) {
        if (signal.aborted) return
        this.#connected = false
        failures++
        if (error instanceof SyntaxError || (error instanceof Refused && error.status === 400)) directory.forgetCursor()
        log.warn('directory could not be read', { error: String(error), failures })
        await pause(
          error instanceof Refused ? error.wait(failures, now(), random()) : waitAfter(failures, random()),
          signal,
        )
      }
    }
  }
}

class Refused extends Error {
  readonly status: number
  readonly #retryAfter: string | undefined

  constructor(answer: HttpAnswer) {
    super(`the server answered ${answer.status}: ${answer.body.toString('utf8', 0, 200)}`)
    this.status = answer.status
    this.#retryAfter = answer.headers['retry-after']
  }

  wait(failures: number, now: EpochMs, random: number): number {
    const slow = this.status === 401 || this.status === 403 ? UNAUTHORISED_WAIT_MS * (0.5 + random / 2) : 0
    return Math.max(slow, retryAfter(this.#retryAfter, epochMs(now)) ?? 0, waitAfter(failures, random))
  }
}
