import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, MINUTE_MS, type Millis, minute } from '@weir/contract/units.ts'
import {
  type Change,
  type Decision,
  type FlowStore,
  type LaneSums,
  type Maintenance,
  type PendingBatch,
  type Recovered,
  type SeriesSums,
  type StepSums,
  StorageError,
  type StoreHealth,
} from '../flow-store.ts'
import type { SeriesId, SeriesKey } from '../series.ts'
import { foldLanes } from './lane-sums.ts'
import { readDecisions, readPromotions } from './ledger.ts'
import { readMarks } from './marks.ts'
import { openParts, type Parts } from './open.ts'
import { type EmbeddedOptions, type Settings, withDefaults } from './options.ts'
import { DAY_MINUTES, HOUR_MINUTES } from './partitions.ts'
import { countPending, readPending } from './pending.ts'
import { planLanes, planSums } from './plan.ts'
import { numbers } from './rows.ts'
import { readSums } from './sums.ts'

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

  sumBySeries(range: TimeRange, only?: ReadonlySet<SeriesId>): Promise<SeriesSums> {
    const { readers, tables } = this.#open()
    return readers.read('heavy', connection => readSums(connection, planSums(range, tables), undefined, only))
  }

  async sumBySeriesAndStep(range: TimeRange, stepMs: Millis, only?: ReadonlySet<SeriesId>): Promise<StepSums> {
    const step = stepMs / MINUTE_MS
    if (!Number.isInteger(step) || step < 1)
      throw new RangeError(`a step of ${stepMs} ms is not a whole number of minutes`)
    const { readers, tables } = this.#open()
    const sums = await readers.read('heavy', connection =>
      readSums(connection, planSums(range, tables, coarsest(step)), step, only),
    )
    return { ...sums, at: Float64Array.from(sums.step, index => index * stepMs) }
  }

  async sumByLane(range: TimeRange): Promise<LaneSums> {
    const { readers, tables, series } = this.#open()
    const days = await readers.read('light', connection =>
      readSums(connection, planLanes(range, tables), DAY_MINUTES, undefined),
    )
    return foldLanes(days, id => series.lane(id))
  }

  decisions(range: TimeRange): Promise<readonly Decision[]> {
    const { readers, tables } = this.#open()
    return readers.read('light', connection => readDecisions(connection, range, tables))
  }

  pendingBatches(): AsyncIterable<PendingBatch> {
    const { readers, tables } = this.#open()
    return readPending(work => readers.read('light', work), tables)
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

/** The coarsest unit, in minutes, that a step is a whole multiple of. */
function coarsest(step: number): number {
  if (step % DAY_MINUTES === 0) return DAY_MINUTES
  return step % HOUR_MINUTES === 0 ? HOUR_MINUTES : 1
}

function checkSeries(ids: Int32Array, count: number): void {
  for (const id of ids) if (id < 0 || id >= count) throw new RangeError(`facts name series ${id}, there are ${count}`)
}
