import type { TimeRange } from '@weir/contract/queries.ts'
import { type Minute, minute, minuteOf } from '@weir/contract/units.ts'
import type { Decision } from '../store/flow-store.ts'

const KEPT_MINUTES = 60

/** The decisions of the last hour in memory: what stands beside every live frame must not ask the store. */
export class RecentDecisions {
  /** By minute, then by cluster and node: a later word on the same minute replaces the earlier one. */
  readonly #byMinute = new Map<Minute, Map<string, Decision>>()
  #since: Minute

  /** `since`: from this minute on every decision will have been added. */
  constructor(since: Minute) {
    this.#since = since
  }

  add(decisions: readonly Decision[], newest: Minute): void {
    for (const decision of decisions) {
      const known = this.#byMinute.get(decision.minute) ?? new Map<string, Decision>()
      this.#byMinute.set(decision.minute, known.set(`${decision.cluster}/${decision.node}`, decision))
    }
    this.#since = minute(Math.max(this.#since, newest - KEPT_MINUTES))
    for (const kept of this.#byMinute.keys()) if (kept < this.#since) this.#byMinute.delete(kept)
  }

  /** The decisions of a range of whole minutes; undefined where it begins before what is kept: ask the store. */
  within(range: TimeRange): Decision[] | undefined {
    if (minuteOf(range.from) < this.#since) return undefined
    const found: Decision[] = []
    for (const [at, decisions] of this.#byMinute)
      if (at >= minuteOf(range.from) && at < minuteOf(range.to)) found.push(...decisions.values())
    return found
  }
}
