import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS, type Millis, type Minute, minute } from '@weir/contract/units.ts'
import {
  type AuditHour,
  type Change,
  type Decision,
  type FlowStore,
  type LaneSums,
  type Maintenance,
  type ObjectMark,
  type PendingBatch,
  type Recovered,
  type SeriesSums,
  type StepSums,
  StorageError,
  type StoreHealth,
  type WatchedStep,
} from '../flow-store.ts'
import type { SeriesId, SeriesKey } from '../series.ts'
import { readClaims } from './claims.ts'
import { hasObjects, readAudit, readCompared, readObjects, readWatchedFrom } from './flow-logs.ts'
import { asLanes, foldLanes } from './lane-sums.ts'
import type { Layout } from './layout.ts'
import { readDecisions, readPromotions, readWatched } from './ledger.ts'
import { readMarks } from './marks.ts'
import { openParts, type Parts } from './open.ts'
import { asDays } from './open-days.ts'
import { type EmbeddedOptions, type Settings, withDefaults } from './options.ts'
import { DAY_MINUTES, HOUR_MINUTES, journalTable, pendingTable } from './partitions.ts'
import { countPending, listPending, minuteOfBatch } from './pending.ts'
import { planLanes, planSums, type Segment } from './plan.ts'
import { readClosed } from './read-closed.ts'
import { numbers } from './rows.ts'
import { addUp, emptySums, readSums, type SumsQuery } from './sums.ts'
import { joinSums, type StepPart } from './whole-sums.ts'

/** The store inside the server's process: DuckDB on one folder. How it keeps facts: partitions.ts. */
export class EmbeddedStore implements FlowStore {
  readonly #settings: Settings
  #parts: Parts | undefined
  #broken: StorageError | undefined

  constructor(options: EmbeddedOptions) {
    this.#settings = withDefaults(options)
  }

  async start(): Promise<Recovered> {
    const parts = await openParts(this.#settings, fault => this.#fault(fault))
    this.#parts = parts
    const { connection } = parts
    const [[sealed = -1] = []] = await numbers(connection, 'SELECT coalesce(until, -1) FROM sealed')
    return {
      marks: await readMarks(connection),
      promotions: await readPromotions(connection, parts.tables),
      sealedUntil: sealed < 0 ? null : minute(sealed),
      compared: await readCompared(connection, parts.tables),
      watchedFrom: await readWatchedFrom(connection, parts.tables),
      claims: await readClaims(connection),
      hasFlowLogs: await hasObjects(connection),
      damage: parts.damage,
    }
  }

  async stop(): Promise<void> {
    const parts = this.#parts
    this.#parts = undefined
    await parts?.close(this.#broken === undefined)
  }

  seriesId(key: SeriesKey): SeriesId {
    return this.#open().series.id(key)
  }

  series(id: SeriesId): SeriesKey {
    return this.#open().series.key(id)
  }

  seriesCount(): number {
    return this.#open().series.count
  }

  async commit(change: Change): Promise<void> {
    const { writer, series } = this.#open()
    for (const facts of change.facts) checkSeries(facts.series.subarray(0, facts.count), series.count)
    return writer.commit(change)
  }

  async sumBySeries(range: TimeRange, only?: ReadonlySet<SeriesId>): Promise<SeriesSums> {
    const [sums] = await this.#sums(layout => planSums(range, layout), range, { step: undefined, only })
    return sums?.sums ?? emptySums
  }

  async sumBySeriesAndStep(
    range: TimeRange,
    stepMs: Millis,
    only?: ReadonlySet<SeriesId>,
  ): Promise<readonly StepSums[]> {
    const step = stepMs / MINUTE_MS
    if (!Number.isInteger(step) || step < 1)
      throw new RangeError(`a step of ${stepMs} ms is not a whole number of minutes`)
    const plan = (layout: Layout) => planSums(range, layout, coarsest(step))
    const parts = await this.#sums(plan, range, { step, only })
    return parts.map(({ step, sums }) => ({ ...sums, at: epochMs(step * stepMs) }))
  }

  sumByLane(range: TimeRange): Promise<LaneSums> {
    const { readers, tables, arrivals, openDays, closedSums, series } = this.#open()
    const [from, to] = [Math.ceil(range.from / DAY_MS), Math.ceil(range.to / DAY_MS)]
    return readers.read('light', async connection => {
      const inMemory = [openDays.within(from, to)]
      for (const facts of arrivals.within(from * DAY_MINUTES, to * DAY_MINUTES))
        inMemory.push(asDays(facts, DAY_MINUTES))
      const journals = arrivals.generations().map(journalTable)
      const segments = planLanes(range, tables)
      const { blocks, rest } = await readClosed(connection, segments, journals, DAY_MINUTES, closedSums, series.count)
      const query = { step: DAY_MINUTES, only: undefined }
      const unkept = await readSums(connection, rest, journals, query)
      const edges = foldLanes([unkept, ...inMemory], id => series.lane(id))
      return asLanes(await joinSums(blocks, edges, DAY_MINUTES, series.count))
    })
  }

  decisions(range: TimeRange): Promise<readonly Decision[]> {
    const { readers, tables } = this.#open()
    return readers.read('light', connection => readDecisions(connection, range, tables))
  }

  watched(range: TimeRange, stepMs: Millis): Promise<readonly WatchedStep[]> {
    const { readers, tables } = this.#open()
    return readers.read('light', connection => readWatched(connection, range, stepMs, tables))
  }

  decisionsFrom(): Minute | null {
    const [first] = this.#open().tables.all('decisions')
    return first === undefined ? null : minute(first * DAY_MINUTES)
  }

  objects(names: readonly string[]): Promise<readonly ObjectMark[]> {
    return this.#open().readers.read('light', connection => readObjects(connection, names))
  }

  audit(range: TimeRange): Promise<readonly AuditHour[]> {
    const { readers, tables } = this.#open()
    return readers.read('light', connection => readAudit(connection, range, tables))
  }

  async *pendingBatches(): AsyncIterable<PendingBatch> {
    const { readers, tables, files } = this.#open()
    for (const { place, ...batch } of await readers.read('light', connection => listPending(connection, tables))) {
      const body = await files.read(pendingTable(minuteOfBatch(batch)), place)
      if (body !== undefined) yield { ...batch, body } // else told as damage at start, or sealed meanwhile
    }
  }

  maintain(now: EpochMs): Promise<Maintenance> {
    return this.#open().upkeep.run(now)
  }

  async health(): Promise<StoreHealth> {
    const { readers, tables, series, space } = this.#open()
    const [pendingBatches, droppedForSpace] = await readers.read('light', async connection => {
      const [[dropped = 0] = []] = await numbers(connection, 'SELECT dropped_for_space FROM progress')
      return [await countPending(connection, tables), dropped]
    })
    return {
      bytesOnDisk: await space.used(),
      freeBytes: space.free(),
      series: series.count,
      pendingBatches,
      droppedForSpace,
    }
  }

  /** What the tables hold and what is in memory, each fact in exactly one of them. */
  #sums(plan: (layout: Layout) => readonly Segment[], range: TimeRange, query: SumsQuery): Promise<StepPart[]> {
    const { readers, tables, arrivals, closedSums, series } = this.#open()
    const [from, to] = [Math.ceil(range.from / MINUTE_MS), Math.ceil(range.to / MINUTE_MS)]
    return readers.read('heavy', async connection => {
      // Both are taken in one turn of the event loop: folding moves facts from one to the other between two turns.
      const inMemory = [...arrivals.within(from, to)]
      const journals = arrivals.generations().map(journalTable)
      const segments = plan(tables)
      const { blocks, rest } =
        query.only === undefined
          ? await readClosed(connection, segments, journals, query.step, closedSums, series.count)
          : { blocks: [], rest: segments }
      const edges = addUp(await readSums(connection, rest, journals, query), inMemory, query)
      return joinSums(blocks, edges, query.step, series.count)
    })
  }

  #open(): Parts {
    if (this.#broken !== undefined) throw this.#broken
    if (this.#parts === undefined) throw new StorageError('unavailable', 'the store is not started')
    return this.#parts
  }

  /** After `broken` only a new process helps: everything is refused from then on, and the owner is told once. */
  #fault(fault: StorageError): void {
    if (fault.code !== 'broken' || this.#broken !== undefined) return
    this.#broken = fault
    this.#settings.onBroken(fault)
  }
}

const DAY_MS = DAY_MINUTES * MINUTE_MS

/** The coarsest unit, in minutes, that a step is a whole multiple of. */
function coarsest(step: number): number {
  if (step % DAY_MINUTES === 0) return DAY_MINUTES
  return step % HOUR_MINUTES === 0 ? HOUR_MINUTES : 1
}

function checkSeries(ids: Int32Array, count: number): void {
  for (const id of ids) if (id < 0 || id >= count) throw new RangeError(`facts name series ${id}, there are ${count}`)
}
