import { MAX_LABEL_QUESTION } from '@weir/contract/directory-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'

/** A miss is asked again after a minute, then after twice as long, up to this. */
const FIRST_MISS_MS = 60_000
const LONGEST_MISS_MS = 3_600_000
/** Memory and traffic of labels stay bounded: beyond this, addresses go to the server bare. */
const MAX_LABELS = 50_000
const MAX_MISSES = 50_000

/** Which addresses are worth a question: unknown ones, not asked in vain a moment ago. */
export class Questions {
  readonly #misses = new Map<string, { readonly until: number; readonly wait: number }>()

  /** At most one question's worth of the candidates; the rest is asked with a later window. */
  choose(candidates: Iterable<string>, labelCount: number, now: EpochMs): readonly string[] {
    if (labelCount >= MAX_LABELS) return []
    const chosen: string[] = []
    for (const address of candidates) {
      if (chosen.length === MAX_LABEL_QUESTION) break
      const miss = this.#misses.get(address)
      if (miss === undefined || miss.until <= now) chosen.push(address)
    }
    return chosen
  }

  /** Asked in vain. */
  missed(addresses: readonly string[], now: EpochMs): void {
    for (const address of addresses) {
      const wait = Math.min(LONGEST_MISS_MS, (this.#misses.get(address)?.wait ?? FIRST_MISS_MS / 2) * 2)
      this.#misses.delete(address)
      this.#misses.set(address, { until: now + wait, wait })
    }
    // Oldest first out, as Map keeps the order of insertion.
    for (const address of this.#misses.keys()) {
      if (this.#misses.size <= MAX_MISSES) break
      this.#misses.delete(address)
    }
  }

  answered(addresses: Iterable<string>): void {
    for (const address of addresses) this.#misses.delete(address)
  }
}
