import type { DuckDBConnection } from '@duckdb/node-api'
import { StorageError } from '../flow-store.ts'
import { isTableGone, storageError } from './faults.ts'

/** A table may be folded away between planning and running; that it happens many times in a row is a fault. */
const ATTEMPTS = 8

/**
 * Connections for reading, each with one statement at a time (the engine's connections are not made for more). Two for
 * heavy answers, and one kept for small ones: together with the writer they fill the 4 threads that Node has for such
 * work (UV_THREADPOOL_SIZE), so that a commit never waits for a reader. Roll-ups take a heavy place.
 */
export class Readers {
  readonly #all: readonly DuckDBConnection[]
  readonly #free: { readonly heavy: DuckDBConnection[]; readonly light: DuckDBConnection[] }
  readonly #waiting: { readonly heavy: (() => void)[]; readonly light: (() => void)[] } = { heavy: [], light: [] }
  readonly #settled: () => Promise<void>
  readonly #onFault: (error: StorageError) => void
  #closed = false

  /** @param settled resolves when what changes tables right now is over and the layout tells the truth again. */
  constructor(
    heavy: readonly DuckDBConnection[],
    light: readonly DuckDBConnection[],
    settled: () => Promise<void>,
    onFault: (error: StorageError) => void,
  ) {
    this.#all = [...heavy, ...light]
    this.#free = { heavy: [...heavy], light: [...light] }
    this.#settled = settled
    this.#onFault = onFault
  }

  /** Runs a read, again with a new plan when a table it named was folded away meanwhile: `work` plans anew each time. */
  async read<T>(place: 'heavy' | 'light', work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.withPlace(place, async connection => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await work(connection)
        } catch (error) {
          if (!isTableGone(error) || attempt === ATTEMPTS) throw this.#fault(error)
          await this.#settled()
        }
      }
    })
  }

  async withPlace<T>(place: 'heavy' | 'light', work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    while (this.#free[place].length === 0 && !this.#closed)
      await new Promise<void>(next => this.#waiting[place].push(next))
    const connection = this.#closed ? undefined : this.#free[place].pop()
    if (connection === undefined) throw new StorageError('unavailable', 'the store is closing')
    try {
      return await work(connection)
    } finally {
      this.#free[place].push(connection)
      this.#waiting[place].shift()?.()
    }
  }

  /** Interrupts what runs, refuses what waits; resolves when the last one has let go. */
  async close(): Promise<void> {
    this.#closed = true
    for (const wake of [...this.#waiting.heavy.splice(0), ...this.#waiting.light.splice(0)]) wake()
    while (this.#free.heavy.length + this.#free.light.length < this.#all.length) {
      // Again and again: an interrupt between two statements of one read is lost.
      for (const connection of this.#all) connection.interrupt()
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    for (const connection of this.#all) connection.closeSync()
  }

  #fault(error: unknown): StorageError {
    const fault = storageError(error, 'reading')
    this.#onFault(fault)
    return fault
  }
}
