import {
  type Batch,
  type BatchReceipt,
  type BatchWindow,
  type Refusal,
  type RefusalCode,
  refusalCodes,
} from '@weir/contract/agent-wire.ts'
import { decodeBatch } from '@weir/contract/batch-codec.ts'
import { checkHeader } from '@weir/contract/batch-header.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Directory } from '../directory/directory.ts'
import { type BatchId, type PendingBatch, StorageError } from '../store/flow-store.ts'
import type { Identity } from '../trust/authenticate.ts'
import type { Gate } from '../trust/gate.ts'
import type { Agents } from './agents.ts'
import { MAX_AHEAD_MS } from './clock.ts'
import type { CommitQueue, Step } from './commit.ts'
import { batchKey, type Marks } from './dedupe.ts'
import { type Encoding, inflate } from './inflate.ts'
import type { PlacedBatch, Placer } from './place.ts'

/** A request with a batch, as it came. */
export interface Offer {
  readonly body: Uint8Array
  readonly encoding: Encoding
  readonly identity: Identity
  /** When the request began to arrive. */
  readonly receivedAt: EpochMs
  /** Headers of the request (BatchHeaders); undefined where absent or no whole number. */
  readonly sentAt: number | undefined
  readonly clockAheadAtMost?: number | undefined
  readonly oldestSequence: number | undefined
}

export type Answer =
  | { readonly ok: true; readonly receipt: BatchReceipt }
  | { readonly ok: false; readonly refusal: Refusal }

/** A batch on its way into the store. */
export interface Arrival {
  readonly id: BatchId
  readonly placed: PlacedBatch
  readonly pending: PendingBatch
  /** Everything of its epoch below this was received or will never come. */
  readonly oldestSequence: number
}

export const batchResults = ['counted', 'duplicate', ...refusalCodes] as const
export type BatchResult = (typeof batchResults)[number]

/** Takes offers one by one: checks, tells duplicates, places, hands over to the queue, answers. */
export class Intake {
  readonly results: { [result in BatchResult]: number }
  readonly #gate: Pick<Gate, 'foreign'>
  readonly #marks: Marks
  readonly #agents: Agents
  readonly #placer: Placer
  readonly #queue: CommitQueue
  readonly #directory: Pick<Directory, 'ask'>
  readonly #stepFor: (arrival: Arrival) => Step
  /** Batches that are being committed: the same batch offered again meanwhile waits for the first. */
  readonly #underWay = new Map<string, Promise<Answer>>()

  constructor(
    parts: {
      readonly gate: Pick<Gate, 'foreign'>
      readonly marks: Marks
      readonly agents: Agents
      readonly placer: Placer
      readonly queue: CommitQueue
      readonly directory: Pick<Directory, 'ask'>
    },
    stepFor: (arrival: Arrival) => Step,
  ) {
    this.#gate = parts.gate
    this.#marks = parts.marks
    this.#agents = parts.agents
    this.#placer = parts.placer
    this.#queue = parts.queue
    this.#directory = parts.directory
    this.#stepFor = stepFor
    this.results = Object.fromEntries(batchResults.map(result => [result, 0])) as Intake['results']
  }

  /** Never rejects: whatever is wrong is a refusal. */
  async take(offer: Offer): Promise<Answer> {
    const answer = await this.#answer(offer)
    this.results[!answer.ok ? answer.refusal.code : answer.receipt.duplicate ? 'duplicate' : 'counted']++
    return answer
  }

  /** Counts what the routes refused before it became an offer. */
  refused(code: RefusalCode): void {
    this.results[code]++
  }

  async #answer(offer: Offer): Promise<Answer> {
    const inflated = inflate(offer.body, offer.encoding)
    if (!inflated.ok) return refuse(inflated.code, inflated.detail)
    const decoded = decodeBatch(inflated.body, checkHeader)
    if (!decoded.ok) return refuse(decoded.version === undefined ? 'malformed' : 'unsupported version', decoded.detail)
    const { batch } = decoded
    const foreign = this.#gate.foreign(offer.identity, batch.cluster, batch.node)
    if (foreign !== undefined) return { ok: false, refusal: foreign }

    const agent = this.#agents.of(batch.cluster, batch.node, offer.receivedAt)
    agent.lastHeardAt = offer.receivedAt
    if (offer.sentAt !== undefined) agent.clock.measure(offer.sentAt, offer.receivedAt, offer.clockAheadAtMost)
    const window = agent.clock.shifted(batch.window)
    const ahead = window.to - offer.receivedAt
    if (ahead > MAX_AHEAD_MS)
      return refuse('clock ahead', `the window ends ${Math.round(ahead / 1000)} s from now: is the node's clock right?`)
    agent.heard(batch.report, window, offer.identity.identity)

    const id = idOf(batch)
    const key = batchKey(id)
    const first = this.#underWay.get(key)
    if (first !== undefined) return asDuplicate(await first)
    if (this.#marks.of(id).has(id)) return duplicate
    const commit = this.#commit(batch, id, window, offer)
    this.#underWay.set(key, commit)
    try {
      return await commit
    } finally {
      this.#underWay.delete(key)
    }
  }

  async #commit(batch: Batch, id: BatchId, window: BatchWindow, offer: Offer): Promise<Answer> {
    const placed = this.#placer.place(batch, window)
    const pending = { id, window, encoding: offer.encoding, body: offer.body }
    // An agent that offers a batch still holds it, whatever the header says.
    const oldestSequence = Math.min(offer.oldestSequence ?? 1, id.sequence)
    try {
      await this.#queue.run(this.#stepFor({ id, placed, pending, oldestSequence }))
    } catch (error) {
      if (error instanceof StorageError) return refuse('storage', error.message)
      throw error
    }
    // Whoever is told a label here must hear of its end, as if it had asked.
    if (placed.learn.length > 0) {
      const told = placed.learn.map(label => label.address)
      this.#directory.ask(batch.cluster, batch.node, told, offer.receivedAt)
    }
    return { ok: true, receipt: { duplicate: false, labels: placed.learn, drop: placed.drop } }
  }
}

export const idOf = ({ cluster, node, epoch, sequence, part }: Batch): BatchId => ({
  cluster,
  node,
  epoch,
  sequence,
  part: part.index,
  of: part.of,
})

const refuse = (code: RefusalCode, detail: string): Answer => ({ ok: false, refusal: { code, detail } })

const duplicate: Answer = { ok: true, receipt: { duplicate: true, labels: [], drop: [] } }
const asDuplicate = (answer: Answer): Answer => (answer.ok ? duplicate : answer)
