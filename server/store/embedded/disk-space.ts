import { statfsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Change, StorageError } from '../flow-store.ts'
import { databaseFile, walFile } from './database.ts'

/**
 * The engine survives a full disk while it writes its log, but not while it folds the log into the file: then it refuses
 * everything until it is opened anew. So commits end early, while there is still room to fold.
 */
export class DiskSpace {
  readonly #directory: string
  /** Commits are refused below this; the oldest minutes are given up below twice of it. Bytes. */
  readonly keepFree: number

  constructor(directory: string, keepFree: number) {
    this.#directory = directory
    this.keepFree = keepFree
  }

  /** Bytes the file system still has for this process. */
  free(): number {
    const { bavail, bsize } = statfsSync(this.#directory)
    return bavail * bsize
  }

  /** @throws StorageError 'disk full' when that many bytes more would leave too little. */
  demand(bytes: number): void {
    this.#demand(bytes, this.keepFree)
  }

  /** Roll-ups and checkpoints may use half of what commits must leave. @throws StorageError 'disk full' */
  demandForUpkeep(): void {
    this.#demand(0, this.keepFree / 2)
  }

  #demand(bytes: number, keepFree: number): void {
    const free = this.free()
    if (free - bytes >= keepFree) return
    throw new StorageError(
      'disk full',
      `${mib(free)} MiB are free in ${this.#directory}, ${mib(keepFree)} MiB must stay free: make room or shorten the retention`,
    )
  }

  /** The engine's write-ahead log. */
  logBytes(): Promise<number> {
    return sizeOf(walFile(this.#directory))
  }

  /** File and log together. */
  async used(): Promise<number> {
    return (await sizeOf(databaseFile(this.#directory))) + (await this.logBytes())
  }
}

/** 0 where there is none: no log is there right after it was folded in. */
const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  )

const mib = (bytes: number): number => Math.floor(bytes / 2 ** 20)

/** Seven numbers of 4 and 8 bytes, and what frames them. */
const FACT_BYTES = 48
const ROW_BYTES = 256

/** What a change adds to the log, roughly and rather too much. Bytes. */
export function weightOf(change: Change): number {
  const facts = change.facts.reduce((rows, { count }) => rows + count, 0)
  const bodies = change.batches.reduce((bytes, { body }) => bytes + body.byteLength, 0)
  const lists = [change.batches, change.marks, change.decisions, change.promotions, change.objects, change.compared]
  const rows = [...lists, change.audit].reduce((sum, list) => sum + (list?.length ?? 0), 0)
  return facts * FACT_BYTES + bodies + rows * ROW_BYTES
}
