import { type BatchReceipt, batchHeaders } from '@weir/contract/agent-wire.ts'
import type { Part } from '@weir/contract/parts.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { parseReceipt } from '../directory/answers.ts'
import type { Log } from '../log.ts'
import { pause, retryAfter, UNAUTHORISED_WAIT_MS, waitAfter } from './backoff.ts'
import { unpackBatch } from './batch.ts'
import { ENCODING } from './compress.ts'
import type { HttpAnswer, ServerClient } from './http.ts'
import type { Offer, Spool } from './spool.ts'

/** A server that commits to a slow disk may take seconds; past this the request is repeated, which does no harm. */
const REQUEST_TIMEOUT_MS = 30_000

/** What became of one request: a closed set, for the metrics. */
export const sendResults = ['taken', 'duplicate', 'later', 'split', 'refused', 'unauthorised', 'unreachable'] as const
export type SendResult = (typeof sendResults)[number]

export interface SenderOptions {
  readonly client: ServerClient
  /** This agent's present name. */
  readonly cluster: string
  readonly node: string
  readonly spool: Pick<Spool, 'next' | 'settled' | 'split' | 'refused'>
  readonly onReceipt: (receipt: BatchReceipt) => void
  readonly onResult?: (result: SendResult) => void
  readonly log: Log
  readonly now: () => EpochMs
  readonly random: () => number
  /** How long `stop` may go on sending what waits, ms. */
  readonly graceMs: number
}

/** Sends what waits in the spool: one request at a time, oldest first, until the server has it. */
export class Sender implements Part {
  readonly name = 'sender'
  readonly #options: SenderOptions
  readonly #stopping = new AbortController()
  #loop: Promise<void> | undefined
  #wake = () => {}
  #ending = false
  #failures = 0
  #bytesMoved = 0

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /** Bytes of bodies, both ways: part of the agent's own cost. */
  get bytesMoved(): number {
    return this.#bytesMoved
  }

  async start(): Promise<void> {
    this.#loop = this.#run()
  }

  /** There is something to send. */
  wake(): void {
    this.#wake()
  }

  /** Sends what waits while the server answers, at most for the grace; what is left goes with the next start. */
  async stop(): Promise<void> {
    this.#ending = true
    this.#wake()
    const timer = setTimeout(() => this.#stopping.abort(), this.#options.graceMs)
    await this.#loop
    clearTimeout(timer)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve
      })
      const wait = await this.#sendNext()
      if (wait === 'at once') continue
      // At the end nobody waits: an empty spool is done, and a server that does not answer has had its chance.
      if (this.#ending) return
      await (wait === 'until woken' ? Promise.race([woken, aborted(signal)]) : this.#pause(wait))
    }
  }

  async #sendNext(): Promise<'at once' | 'until woken' | number> {
    const { spool, log, random } = this.#options
    try {
      const offer = await spool.next()
      if (offer === undefined) return 'until woken'
      return await this.#send(offer)
    } catch (error) {
      if (this.#stopping.signal.aborted) return 0
      this.#failures++
      this.#options.onResult?.('unreachable')
      log.warn('batches could not be sent', { error: String(error), failures: this.#failures })
      return waitAfter(this.#failures, random())
    }
  }

  async #send(offer: Offer): Promise<'at once' | number> {
    const { client, log, now, random, onResult } = this.#options
    const answer = await client.request({
      method: 'POST',
      path: '/agent/v1/batches',
      headers: {
        'content-type': 'application/octet-stream',
        'content-encoding': ENCODING,
        [batchHeaders.sentAt]: String(now()),
        ...(client.clockAheadAtMost !== undefined && {
          [batchHeaders.clockAheadAtMost]: String(client.clockAheadAtMost),
        }),
        [batchHeaders.oldestSequence]: String(offer.oldestSequence),
      },
      body: offer.body,
      timeoutMs: REQUEST_TIMEOUT_MS,
      signal: this.#stopping.signal,
    })
    this.#bytesMoved += answer.bytesMoved
    const result = await this.#settle(offer, answer)
    onResult?.(result)
    if (result === 'taken' || result === 'duplicate' || result === 'split' || result === 'refused') {
      this.#failures = 0
      return 'at once'
    }
    this.#failures++
    log.warn('the server did not take a batch', {
      status: answer.status,
      answer: shown(answer),
      failures: this.#failures,
    })
    const asked = retryAfter(answer.headers['retry-after'], now())
    // The server's wish, and up to as much again as our own: all agents were told the same time.
    if (asked !== undefined) return asked + waitAfter(this.#failures, random())
    return result === 'unauthorised' ? UNAUTHORISED_WAIT_MS * (0.5 + random() / 2) : waitAfter(this.#failures, random())
  }

  async #settle(offer: Offer, answer: HttpAnswer): Promise<SendResult> {
    const { spool, onReceipt, log } = this.#options
    switch (answer.status) {
      case 200: {
        const receipt = this.#receipt(answer)
        await spool.settled(offer)
        if (receipt !== undefined) onReceipt(receipt)
        return receipt?.duplicate === true ? 'duplicate' : 'taken'
      }
      case 413:
        if (await spool.split(offer)) return 'split'
        await spool.refused(offer)
        return 'refused'
      case 401:
        return 'unauthorised'
      case 400:
      case 403:
        // The credential is not this node's: people put it right, and the batch is good then. Only windows from before
        // the node was renamed will never be taken.
        if (answer.status === 403 && this.#isOwn(offer)) return 'unauthorised'
        log.warn('the server refused a batch for good', { status: answer.status, answer: shown(answer) })
        await spool.refused(offer)
        return 'refused'
      default:
        return 'later'
    }
  }

  #isOwn({ body }: Offer): boolean {
    const { cluster, node } = unpackBatch(body)
    return cluster === this.#options.cluster && node === this.#options.node
  }

  /** A 200 is a 200: a receipt that cannot be read costs labels, not bytes. */
  #receipt(answer: HttpAnswer): BatchReceipt | undefined {
    try {
      return parseReceipt(answer.body)
    } catch (error) {
      this.#options.log.warn('a receipt cannot be read', { error: String(error) })
      return undefined
    }
  }

  /** Waits before another try; the end of the process cuts it short. */
  async #pause(ms: number): Promise<void> {
    const ending = new AbortController()
    this.#wake = () => this.#ending && ending.abort()
    await pause(ms, AbortSignal.any([this.#stopping.signal, ending.signal]))
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))

const shown = ({ body }: HttpAnswer): string => body.toString('utf8', 0, 200)
