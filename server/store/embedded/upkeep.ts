import { type EpochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { Maintenance, StorageError } from '../flow-store.ts'
import type { CommitParts } from './commit.ts'
import type { DiskSpace } from './disk-space.ts'
import { storageError } from './faults.ts'
import { rewriteMarks } from './marks.ts'
import type { Settings } from './options.ts'
import { HOUR_MINUTES } from './partitions.ts'
import type { Readers } from './reads.ts'
import { dropAged, dropForSpace } from './retention.ts'
import { closeBefore, foldArrivals } from './roll-up.ts'
import type { Writer } from './writer.ts'

/** Arrivals beyond this are folded without waiting for their time: every query reads all of them. Rows. */
const FOLD_ROWS = 1_000_000
/** Marks beyond this many new ones are compacted. */
const COMPACT_MARKS = 50_000

export interface UpkeepParts {
  readonly commit: CommitParts
  readonly writer: Writer
  readonly readers: Readers
  readonly space: DiskSpace
  readonly settings: Settings
  readonly onFault: (error: StorageError) => void
}

/** Folds, closes and drops, one run at a time, beside commits and reads. */
export class Upkeep {
  readonly #parts: UpkeepParts
  #running: Promise<unknown> = Promise.resolve()
  #foldedAt = Number.NEGATIVE_INFINITY

  constructor(parts: UpkeepParts) {
    this.#parts = parts
  }

  /** Resolves when the run under way is over, however it ended. */
  readonly settled = async (): Promise<void> => {
    await this.#running.catch(() => undefined)
  }

  run(now: EpochMs): Promise<Maintenance> {
    const run = this.settled().then(() => this.#run(now))
    this.#running = run
    return run
  }

  async #run(now: EpochMs): Promise<Maintenance> {
    const { commit, readers, space, settings, onFault } = this.#parts
    const { tables } = commit
    try {
      await this.#compactMarks()
      return await readers.withPlace('heavy', async connection => {
        const droppedForAge = await dropAged(connection, tables, settings.retention, Math.floor(now / MINUTE_MS))
        const droppedForSpace = await dropForSpace(connection, tables, space)
        await this.#fold(now, generations => foldArrivals(connection, tables, generations))
        const hour = Math.floor((now - settings.closeAfterMs) / (HOUR_MINUTES * MINUTE_MS))
        const closedHours = await closeBefore(connection, tables, hour)
        return { closedHours, droppedForAge, droppedForSpace }
      })
    } catch (error) {
      const fault = storageError(error, 'rolling up')
      onFault(fault)
      throw fault
    }
  }

  async #fold(now: EpochMs, fold: (generations: readonly number[]) => Promise<void>): Promise<void> {
    const { commit, writer, settings } = this.#parts
    if (now - this.#foldedAt < settings.foldEveryMs && commit.arrived < FOLD_ROWS) return
    // Between two commits: from here on nobody writes to what is being folded.
    const generations = await writer.between(async () => {
      commit.generation++
      commit.arrived = 0
      return commit.tables.all('arrivals')
    })
    this.#foldedAt = now
    if (generations.length > 0) await fold(generations)
  }

  async #compactMarks(): Promise<void> {
    const { commit, writer } = this.#parts
    if (commit.marks < COMPACT_MARKS) return
    await writer.transaction(rewriteMarks)
    commit.marks = 0
  }
}
