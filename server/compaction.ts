import type { Journal } from './journal.ts'

/** The journal is written anew when it has grown to twice its size and by this much. */
const SPARE_JOURNAL_BYTES = 8 * 1024 * 1024

/** Writes a journal anew once what is superseded in it takes more room than the rest. */
export class Compaction<R> {
  readonly #journal: Journal<R>
  readonly #records: () => Iterable<R>
  readonly #log: (line: string) => void
  #compactedBytes: number

  /** The journal has just been written anew. */
  constructor(journal: Journal<R>, records: () => Iterable<R>, log: (line: string) => void) {
    this.#journal = journal
    this.#records = records
    this.#log = log
    this.#compactedBytes = journal.bytes
  }

  /** To be called now and then; costs nothing when there is nothing to do. */
  look(): void {
    const journal = this.#journal
    if (journal.bytes <= 2 * this.#compactedBytes + SPARE_JOURNAL_BYTES) return
    // Not again before it has grown by as much, whether this succeeds or not.
    this.#compactedBytes = journal.bytes
    journal.rewriteSlowly(this.#records()).then(
      () => {
        this.#compactedBytes = journal.bytes
      },
      error => this.#log(`the journal cannot be written anew: ${error}`),
    )
  }
}
