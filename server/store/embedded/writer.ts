import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Change, StorageError } from '../flow-store.ts'
import { checkpoint } from './checkpoint.ts'
import { type CommitParts, commitGroup, sweepFiles, writeRecords } from './commit.ts'
import { type DiskSpace, weightOf } from './disk-space.ts'
import { storageError } from './faults.ts'

/**
 * How much is put into one transaction when commits wait in line: an fsync for many. More does not pay, and the engine
 * takes rows over on our thread, about 0.2 µs each.
 */
const GROUP_BYTES = 8 * 1024 * 1024

interface Waiting {
  readonly change: Change
  readonly bytes: number
  readonly done: () => void
  readonly failed: (error: StorageError) => void
}

/**
 * The only one who writes what is committed: one connection, one transaction at a time, in the order of the calls.
 * Changes that wait while one is written are committed together; they then stand or fall together.
 */
export class Writer {
  readonly #connection: DuckDBConnection
  readonly #parts: CommitParts
  readonly #space: DiskSpace
  readonly #everyMs: number
  #lastBegan = Number.NEGATIVE_INFINITY
  readonly #onFault: (error: StorageError) => void
  readonly #onCommit: () => void
  readonly #queue: (Waiting | (() => Promise<void>))[] = []
  #running: Promise<void> | undefined

  /** @param everyMs a commit does not begin earlier than this after the one before it, ms. */
  constructor(
    connection: DuckDBConnection,
    parts: CommitParts,
    space: DiskSpace,
    everyMs: number,
    onFault: (error: StorageError) => void,
    onCommit: () => void,
  ) {
    this.#everyMs = everyMs
    this.#onCommit = onCommit
    this.#connection = connection
    this.#parts = parts
    this.#space = space
    this.#onFault = onFault
  }

  commit(change: Change): Promise<void> {
    return new Promise((done, failed) => {
      this.#queue.push({ change, bytes: weightOf(change), done, failed })
      this.#run()
    })
  }

  /** Runs something between two commits. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((done, failed) => {
      this.#queue.push(() => work().then(done, failed))
      this.#run()
    })
  }

  /** Like `between`, in a transaction of its own. */
  transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.between(() => inTransaction(this.#connection, () => work(this.#connection)))
  }

  /** Folds the log into the file, between two commits. @returns whether it was done. */
  checkpoint(): Promise<boolean> {
    return this.between(() => checkpoint(this.#connection))
  }

  /** Resolves when nothing is waiting any more. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  #run(): void {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined
      if (this.#queue.length > 0) this.#run()
    })
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (typeof next === 'function') {
        await next()
        continue
      }
      // A commit costs about 8 ms of CPU, however small: under load they come at a pace, and each holds more.
      const early = this.#lastBegan + this.#everyMs - performance.now()
      if (early > 0) await delay(early)
      this.#lastBegan = performance.now()
      await this.#commit(this.#group(next))
    }
  }

  /** The changes that go together, the first one given. A seal ends its group: it drops what came before it only. */
  #group(first: Waiting): Waiting[] {
    const group = [first]
    let bytes = first.bytes
    for (;;) {
      const next = this.#queue[0]
      if (group.at(-1)?.change.sealedUntil !== undefined) return group
      if (next === undefined || typeof next === 'function' || bytes + next.bytes > GROUP_BYTES) return group
      this.#queue.shift()
      group.push(next)
      bytes += next.bytes
    }
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      this.#space.demand(group.reduce((sum, { bytes }) => sum + bytes, 0))
      const changes = group.map(({ change }) => change)
      const written = await writeRecords(changes, this.#parts)
      await this.#parts.tables.changing(async () => {
        const write = () => commitGroup(this.#connection, written, this.#parts)
        const committed = await inTransaction(this.#connection, write)
        committed()
      })
      for (const { done } of group) done()
      this.#onCommit()
    } catch (error) {
      const fault = storageError(error, 'committing')
      this.#onFault(fault)
      for (const { failed } of group) failed(fault)
      return
    }
    // What is committed is committed: files that cannot be removed now are removed with the next.
    if (group.at(-1)?.change.sealedUntil !== undefined) await sweepFiles(this.#parts).catch(() => undefined)
  }
}

/** All of it or nothing. */
export async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN')
  try {
    const result = await work()
    await connection.run('COMMIT')
    return result
  } catch (error) {
    // The engine has rolled back by itself after some errors, and then says so: the first error is the one to tell.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
