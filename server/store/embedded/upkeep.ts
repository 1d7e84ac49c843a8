import { type EpochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { Maintenance, StorageError } from '../flow-store.ts'
import { rewriteClaims } from './claims.ts'
import { type CommitParts, sweepFiles } from './commit.ts'
import type { DiskSpace } from './disk-space.ts'
import { storageError } from './faults.ts'
import { rewriteObjects } from './flow-logs.ts'
import { rewriteMarks } from './marks.ts'
import type { Settings } from './options.ts'
import { HOUR_MINUTES } from './partitions.ts'
import type { Readers } from './reads.ts'
import { dropAged, dropForSpace } from './retention.ts'
import { closeBefore, foldArrivals } from './roll-up.ts'
import type { Writer } from './writer.ts'

/** The engine's log is folded into the file when it is longer. Commits wait meanwhile: less than 0.1 s for this much. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024
/** … or after that long: what a log holds is what a damaged log can lose. */
const CHECKPOINT_EVERY_MS = 10 * 60_000
/** Marks (of batches, of objects, claims) beyond this many new ones are compacted. */
const COMPACT_MARKS = 50_000

export interface UpkeepParts {
  readonly commit: CommitParts
  readonly writer: Writer
  readonly readers: Readers
  readonly space: DiskSpace
  readonly settings: Settings
  readonly onFault: (error: StorageError) => void
}

/** Folds, closes and drops, one thing at a time, beside commits and reads. */
export class Upkeep {
  readonly #parts: UpkeepParts
  #last: Promise<unknown> = Promise.resolve()
  #foldedAt = Number.NEGATIVE_INFINITY
  #isFoldWaiting = false
  #checkpointAt = Number.NEGATIVE_INFINITY

  constructor(parts: UpkeepParts) {
    this.#parts = parts
  }

  /** Resolves when nothing is under way, however it ended. */
  async idle(): Promise<void> {
    await this.#last.catch(() => undefined)
  }

  run(now: EpochMs): Promise<Maintenance> {
    return this.#inTurn(() => this.#run(now))
  }

  /** After a commit: folds when the journal has become long. Nobody waits for it; the next run tries again if it fails. */
  committed(): void {
    const { commit, settings } = this.#parts
    if (this.#isFoldWaiting || commit.arrivals.journalBytes < settings.foldBytes) return
    this.#isFoldWaiting = true
    this.#inTurn(() => this.#fold())
      .catch(() => undefined) // told through onFault
      .finally(() => {
        this.#isFoldWaiting = false
      })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.idle().then(work)
    this.#last = done
    return done.catch(error => {
      const fault = storageError(error, 'rolling up')
      this.#parts.onFault(fault)
      throw fault
    })
  }

  async #run(now: EpochMs): Promise<Maintenance> {
    const { commit, writer, readers, space, settings } = this.#parts
    const { tables } = commit
    if (commit.marks >= COMPACT_MARKS) {
      await writer.transaction(rewriteMarks)
      commit.marks = 0
    }
    if (commit.objectMarks >= COMPACT_MARKS) {
      await writer.transaction(rewriteObjects)
      await writer.transaction(rewriteClaims)
      commit.objectMarks = 0
    }
    // First what makes room: the rest needs some.
    const { droppedForAge, droppedForSpace } = await readers.withPlace('heavy', async connection => ({
      droppedForAge: await dropAged(connection, tables, settings.retention, Math.floor(now / MINUTE_MS)),
      droppedForSpace: await dropForSpace(connection, tables, space),
    }))
    commit.closedSums.keepOnly(tables)
    if (now - this.#foldedAt >= settings.foldEveryMs) {
      await this.#fold()
      this.#foldedAt = now
    }
    space.demandForUpkeep()
    const hour = Math.floor((now - settings.closeAfterMs) / (HOUR_MINUTES * MINUTE_MS))
    const closedHours = await readers.withPlace('heavy', connection => closeBefore(connection, commit, hour))
    if (now - this.#checkpointAt >= CHECKPOINT_EVERY_MS && (await writer.checkpoint())) this.#checkpointAt = now
    return { closedHours, droppedForAge, droppedForSpace }
  }

  /** Moves what has arrived into the tables, then the log into the file. */
  async #fold(): Promise<void> {
    const { commit, writer, readers, space } = this.#parts
    space.demandForUpkeep()
    // Between two commits: from here on nobody adds to what is being folded.
    const generations = await writer.between(async () => commit.arrivals.rotate())
    if (generations.size > 0) {
      await readers.withPlace('heavy', connection => foldArrivals(connection, commit, generations))
      // Between two commits, too: a file may be new and not yet in a table.
      await writer.between(() => sweepFiles(commit))
    }
    if ((await space.logBytes()) >= CHECKPOINT_BYTES) await writer.checkpoint()
  }
}
