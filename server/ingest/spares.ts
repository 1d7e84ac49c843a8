/** Of each kind so many are kept, none with room for more rows than this: 5 MB of placed rows, 10 MB of facts. */
const MOST = 128
const MOST_ROWS = 8192

/**
 * Buffers whose owners are done with them, to be used again: hundreds of fresh ones a second, each zeroed and paged in
 * anew, cost more than what is written into them, and hurry the collector on.
 */
export class Spares<T extends { readonly room: number }> {
  readonly #spare: T[] = []

  take(): T | undefined {
    return this.#spare.pop()
  }

  /** From now on it belongs to whoever takes it next. */
  give(one: T): void {
    if (this.#spare.length < MOST && one.room <= MOST_ROWS) this.#spare.push(one)
  }
}
