import type { TimeRange } from '@weir/contract/queries.ts'
import { type Minute, startOf } from '@weir/contract/units.ts'
import {
  type AuditSums,
  type Change,
  type Claim,
  type Compared,
  type Decision,
  type FlowStore,
  type Mark,
  type ObjectMark,
  type PendingBatch,
  type Promotion,
  type Recovered,
  StorageError,
} from '../../../server/store/flow-store.ts'
import { type SeriesId, type SeriesKey, seriesText } from '../../../server/store/series.ts'

export interface FactRow {
  readonly minute: number
  readonly series: SeriesKey
  readonly bytesToResponder: number
  readonly bytesToInitiator: number
  readonly wireToResponder: number
  readonly wireToInitiator: number
  readonly connections: number
}

/**
 * The store's port as arrays of rows, for tests of ingest: what was committed can be looked at, commits can be held
 * back or made to fail, and a second ingest can be started on the same content as after a restart.
 */
export class MemoryStore implements FlowStore {
  readonly facts: FactRow[] = []
  readonly marks: Mark[] = []
  readonly claims: Claim[] = []
  commits = 0
  pending: PendingBatch[] = []
  sealedUntil: Minute | null = null
  watchedFrom: Minute | null = null
  readonly audits: AuditSums[] = []
  /** Tests of retention set it. */
  keptFrom: Minute | undefined
  /** The next commit rejects with this. */
  failure: StorageError | undefined
  /** Commits wait for this. */
  gate: Promise<void> = Promise.resolve()
  readonly #series: SeriesKey[] = []
  readonly #ids = new Map<string, SeriesId>()
  readonly #decisions = new Map<string, Decision>()
  readonly #promotions = new Map<string, Promotion>()
  readonly #compared = new Map<string, Compared>()
  readonly #objects = new Map<string, ObjectMark>()

  async start(): Promise<Recovered> {
    const { marks, sealedUntil, watchedFrom } = this
    return {
      ...{ marks: [...marks], promotions: this.promotions(), sealedUntil, damage: [] },
      ...{ compared: [...this.#compared.values()], watchedFrom, hasFlowLogs: this.#objects.size > 0 },
      claims: [...this.claims],
    }
  }

  async stop(): Promise<void> {}

  seriesId(key: SeriesKey): SeriesId {
    const text = seriesText(key)
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    this.#ids.set(text, this.#series.length)
    return this.#series.push(key) - 1
  }

  series(id: SeriesId): SeriesKey {
    const key = this.#series[id]
    if (key === undefined) throw new RangeError(`no series ${id}`)
    return key
  }

  seriesCount(): number {
    return this.#series.length
  }

  async commit(change: Change): Promise<void> {
    await this.gate
    if (this.failure !== undefined) {
      const failure = this.failure
      this.failure = undefined
      throw failure
    }
    this.commits++
    for (const facts of change.facts)
      for (let row = 0; row < facts.count; row++)
        this.facts.push({
          minute: facts.minute[row] ?? 0,
          series: this.series(facts.series[row] ?? -1),
          bytesToResponder: facts.bytesToResponder[row] ?? 0,
          bytesToInitiator: facts.bytesToInitiator[row] ?? 0,
          wireToResponder: facts.wireToResponder[row] ?? 0,
          wireToInitiator: facts.wireToInitiator[row] ?? 0,
          connections: facts.connections[row] ?? 0,
        })
    this.marks.push(...change.marks)
    this.claims.push(...(change.claims ?? []))
    this.pending.push(...change.batches)
    for (const one of change.decisions) this.#decisions.set(`${one.cluster}/${one.node}/${one.minute}`, one)
    for (const one of change.promotions)
      this.#promotions.set(`${one.cluster}/${one.node}/${one.minute}/${one.near}/${one.far}`, one)
    for (const one of change.objects ?? []) this.#objects.set(one.object, one)
    for (const one of change.compared ?? [])
      this.#compared.set(`${one.cluster}/${one.minute}/${one.one}/${one.other}`, one)
    this.audits.push(...(change.audit ?? []))
    this.watchedFrom = change.watchedFrom ?? this.watchedFrom
    const { sealedUntil, keepPending } = change
    if (sealedUntil === undefined) return
    this.sealedUntil = sealedUntil
    this.pending = this.pending.filter(
      ({ id, window }) =>
        window.to > startOf(sealedUntil) ||
        keepPending?.has(`${id.cluster}/${id.node}/${id.epoch}/${id.sequence}/${id.part}`) === true,
    )
  }

  async decisions(range: TimeRange): Promise<readonly Decision[]> {
    return this.allDecisions().filter(({ minute }) => startOf(minute) >= range.from && startOf(minute) < range.to)
  }

  async watched(): Promise<never> {
    throw new Error('no reader of shares here')
  }

  decisionsFrom(): Minute | null {
    const [first] = this.allDecisions()
      .map(({ minute }) => minute)
      .sort((a, b) => a - b)
    return this.keptFrom ?? first ?? null
  }

  async objects(names: readonly string[]): Promise<readonly ObjectMark[]> {
    return names.flatMap(name => this.#objects.get(name) ?? [])
  }

  audit = notHere

  allDecisions(): Decision[] {
    return [...this.#decisions.values()]
  }

  promotions(): Promotion[] {
    return [...this.#promotions.values()]
  }

  async *pendingBatches(): AsyncIterable<PendingBatch> {
    yield* this.pending
  }

  sumBySeries = notHere
  sumBySeriesAndStep = notHere
  sumByLane = notHere
  maintain = notHere
  health = notHere
}

async function notHere(): Promise<never> {
  throw new StorageError('unavailable', 'the test store only takes commits')
}
