import { type Refusal, refusalCodes } from '@weir/contract/agent-wire.ts'
import { decodeFlowLogBatch } from '@weir/contract/flow-log-codec.ts'
import {
  type FlowLogBatch,
  type FlowLogReceipt,
  type FlowLogRefusal,
  flowLogRefusals,
  type Lease,
  type ObjectsAnswer,
} from '@weir/contract/flow-log-wire.ts'
import { type EpochMs, type Minute, minute, minuteOf } from '@weir/contract/units.ts'
import { OLDEST_WIRE_VERSION, WIRE_VERSION } from '@weir/contract/version.ts'
import { type FactColumns, type FlowStore, StorageError } from '../../store/flow-store.ts'
import type { Identity } from '../../trust/authenticate.ts'
import type { Gate } from '../../trust/gate.ts'
import type { CommitQueue } from '../commit.ts'
import type { Counting } from '../counting.ts'
import { type Encoding, inflate } from '../inflate.ts'
import type { ClusterNumbers } from '../numbers.ts'
import { ClaimStep, type Claims } from './claims.ts'
import { AHEAD_MINUTES, historyOf } from './history.ts'
import type { Leases } from './lease.ts'
import type { Loggers } from './loggers.ts'
import { flowLogOf, tellsMore } from './overlap.ts'
import type { FlowLogPlacer } from './place.ts'
import { Progress } from './progress.ts'
import { readLeaseRequest, readObjectsQuestion } from './requests.ts'
import { addFlowLogTally, emptyFlowLogTally, type FlowLogTally } from './tally.ts'

/** What a reader is told where it did not get what it asked for. */
export interface ReaderRefusal extends Omit<Refusal, 'code'> {
  readonly code: Refusal['code'] | FlowLogRefusal
  readonly retryAfterS?: number
}
export type ReaderAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: ReaderRefusal }

export const flowLogResults = ['counted', 'duplicate', ...refusalCodes, ...keysOf(flowLogRefusals)] as const
export type FlowLogResult = (typeof flowLogResults)[number]

export interface DeskParts {
  readonly store: FlowStore
  readonly gate: Pick<Gate, 'foreign'>
  readonly queue: CommitQueue
  readonly counting: Counting
  readonly placer: FlowLogPlacer
  readonly loggers: Loggers
  readonly claims: Claims
  readonly nodes: ClusterNumbers
  readonly leases: Leases
  /** Seals what can be sealed now. */
  readonly seal: () => Promise<void>
  /** Told what was added to the minutes of the last day. */
  readonly onCounted: (facts: readonly FactColumns[]) => void
}

/** Rows of more than so many minutes from now come from a broken clock. */
const AHEAD_OF_NOW = 5
/** Cost Explorer keeps 14 months: older traffic cannot be compared with any bill. */
const OLDEST_DAYS = 460
/** When to come again with minutes that are not decided, in seconds: a minute is sealed about one after it ended. */
const UNDECIDED_RETRY_S = 15

/** Takes what readers of flow logs bring: the lease, questions about objects, batches. */
export class FlowLogDesk {
  readonly results: { [result in FlowLogResult]: number }
  readonly tally: FlowLogTally = emptyFlowLogTally()
  readonly #parts: DeskParts
  readonly #progress: Progress
  #wanted: Minute | undefined

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#progress = new Progress(parts.store)
    this.results = Object.fromEntries(flowLogResults.map(result => [result, 0])) as FlowLogDesk['results']
  }

  /** A batch waits for the minute before this one to be sealed. */
  get wantedUntil(): Minute | undefined {
    return this.#wanted
  }

  lease(text: string, identity: Identity, now: EpochMs): ReaderAnswer<Lease> {
    const read = readLeaseRequest(text)
    if (!read.ok) return refuse('malformed', read.detail)
    const { version, cluster, report } = read.value
    if (version < OLDEST_WIRE_VERSION || version > WIRE_VERSION)
      return refuse(
        'unsupported version',
        `wire version ${version} is not among ${OLDEST_WIRE_VERSION}..${WIRE_VERSION}: upgrade the older end`,
      )
    const foreign = this.#parts.gate.foreign(identity, cluster)
    if (foreign !== undefined) return { ok: false, refusal: foreign }
    const { leases, loggers, counting } = this.#parts
    const given = leases.take(read.value, now)
    if ('heldForMs' in given) {
      const seconds = Math.max(1, Math.ceil(given.heldForMs / 1000))
      return refuse('lease held', `another reader has the lease for ${seconds} s, if it does not renew it`, seconds)
    }
    loggers.flowLogs = report.flowLogs
    counting.auditsNodes = true
    return { ok: true, value: given }
  }

  async objects(text: string, now: EpochMs): Promise<ReaderAnswer<ObjectsAnswer>> {
    const read = readObjectsQuestion(text)
    if (!read.ok) return refuse('malformed', read.detail)
    const { lease, objects } = read.value
    if (!this.#parts.leases.isHeld(lease, now)) return leaseLost
    const marks = await this.#stored(() => this.#progress.of(objects))
    if (marks instanceof StorageError) return refuse('storage', marks.message)
    return { ok: true, value: { objects: marks.map(({ records, isDone }) => ({ records, isDone })) } }
  }

  /** Never rejects for what came in: whatever is wrong is a refusal. */
  async take(
    body: Uint8Array,
    encoding: Encoding,
    identity: Identity,
    now: EpochMs,
  ): Promise<ReaderAnswer<FlowLogReceipt>> {
    const answer = await this.#take(body, encoding, identity, now)
    this.results[!answer.ok ? answer.refusal.code : answer.value.duplicate ? 'duplicate' : 'counted']++
    return answer
  }

  async #take(
    body: Uint8Array,
    encoding: Encoding,
    identity: Identity,
    now: EpochMs,
  ): Promise<ReaderAnswer<FlowLogReceipt>> {
    const inflated = inflate(body, encoding)
    if (!inflated.ok) return refuse(inflated.code, inflated.detail)
    const decoded = decodeFlowLogBatch(inflated.body)
    if (!decoded.ok) return refuse(decoded.version === undefined ? 'malformed' : 'unsupported version', decoded.detail)
    const { batch } = decoded
    const foreign = this.#parts.gate.foreign(identity, batch.cluster)
    if (foreign !== undefined) return { ok: false, refusal: foreign }
    if (!this.#parts.leases.isHeld(batch.lease, now)) return leaseLost
    const answer = await this.#stored(() => this.#count(batch, now))
    return answer instanceof StorageError ? refuse('storage', answer.message) : answer
  }

  async #count(batch: FlowLogBatch, now: EpochMs): Promise<ReaderAnswer<FlowLogReceipt>> {
    const { queue, store, counting, placer, nodes, onCounted } = this.#parts
    await this.#progress.of([batch.object])
    const early = this.#answerOf(batch)
    if (early !== undefined) return early
    const newest = minute(minuteOf(now) + AHEAD_OF_NOW)
    if (!(await this.#isDecided(batch, newest)))
      return refuse('not decided', 'agents may still report the newest minutes of this batch', UNDECIDED_RETRY_S)
    const rows = placer.place(batch)
    const { rememberedFrom, watchedFrom } = counting
    const history = await historyOf(store, rows, nodes, { rememberedFrom, watchedFrom })
    let refused: ReaderAnswer<FlowLogReceipt> | undefined
    await queue.run({
      alone: false,
      compute: () => {
        refused = this.#answerOf(batch)
        if (refused === undefined && counting.rememberedFrom > rememberedFrom + AHEAD_MINUTES)
          refused = refuse('not decided', 'the minutes of this batch have just been decided', 1)
        if (refused !== undefined) return undefined
        const oldest = newest - OLDEST_DAYS * 1440
        const claims = this.#claimsOf(batch)
        const known = { history: { ...history, watchedFrom: counting.watchedFrom }, claims, oldest, newest }
        const { tally, apply, ...change } = counting.takeFlowLogs(
          isCounted(this.#progress.now(batch.object).records, batch) ? [] : rows,
          known,
        )
        const mark = { object: batch.object, records: batch.records.to, isDone: batch.records.isLast }
        return {
          change: { ...change, objects: [mark], batches: [], marks: [], decisions: [], promotions: [] },
          isLast: true,
          rows: rows.length,
          apply: () => {
            apply()
            this.#progress.set(mark)
            addFlowLogTally(this.tally, tally)
            if (rows.every(row => row.minute > newest - 1440)) onCounted(change.facts)
          },
        }
      },
    })
    return refused ?? { ok: true, value: { records: batch.records.to, duplicate: false } }
  }

  #claimsOf({ object }: FlowLogBatch): ClaimStep {
    const { claims, loggers } = this.#parts
    const own = flowLogOf(object)
    return new ClaimStep(claims, own, other => tellsMore(other, own, loggers.flowLogs))
  }

  /** What there is to say without counting anything; undefined: the batch is the object's next. */
  #answerOf({ object, records: { from, to, isLast } }: FlowLogBatch): ReaderAnswer<FlowLogReceipt> | undefined {
    const { records, isDone } = this.#progress.now(object)
    if (isDone || (to <= records && !isLast)) return { ok: true, value: { records, duplicate: true } }
    if (from === records || (to === records && isLast)) return undefined
    return refuse('read again', `${records} records of ${object} are committed: go on from there, not from ${from}`)
  }

  /** Whether all minutes that the rows name are sealed; sees to it where they can be. */
  async #isDecided({ rows }: FlowLogBatch, newest: Minute): Promise<boolean> {
    const { counting, seal } = this.#parts
    const last = rows.minute.reduce((most, at) => (at <= newest && at > most ? at : most), -1)
    if (last < 0 || counting.isSealed(minute(last))) return true
    this.#wanted = minute(Math.max(this.#wanted ?? 0, last + 1))
    await seal()
    return counting.isSealed(minute(last))
  }

  async #stored<T>(work: () => Promise<T>): Promise<T | StorageError> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof StorageError) return error
      throw error
    }
  }
}

/** The batch is offered again, only to say that it was the object's last. */
const isCounted = (records: number, { records: { from, to } }: FlowLogBatch): boolean => to === records && from < to

function refuse(
  code: ReaderRefusal['code'],
  detail: string,
  retryAfterS?: number,
): { readonly ok: false; readonly refusal: ReaderRefusal } {
  return { ok: false, refusal: { code, detail, ...(retryAfterS !== undefined && { retryAfterS }) } }
}

const leaseLost = refuse(
  'lease lost',
  'the lease ran out, another reader has it, or the server was restarted: ask for it again',
)

function keysOf<T extends object>(object: T): readonly (keyof T)[] {
  return Object.keys(object) as (keyof T)[] // all of them: the objects here are literals
}
