import type { TimeRange } from '@weir/contract/queries.ts'
import { type Minute, minute, minuteOf } from '@weir/contract/units.ts'
import type { Sealed } from '../ingest/feed.ts'
import type { Decision } from '../store/flow-store.ts'

const KEPT_MINUTES = 60

/** The same hops counted by two kernels. */
export interface Audit {
  readonly smallerBytes: number
  readonly largerBytes: number
}

/** The decisions and audits of the last hour in memory: what stands beside every live frame must not ask the store. */
export class RecentDecisions {
  /** By minute, then by cluster and node: a later word on the same minute replaces the earlier one. */
  readonly #byMinute = new Map<Minute, Map<string, Decision>>()
  /** By the minute up to which a sealing went. */
  readonly #audits = new Map<Minute, Audit>()
  #since: Minute

  /** `since`: from this minute on every decision will have been added. */
  constructor(since: Minute) {
    this.#since = since
  }

  sealed({ decisions, sealedUntil, audit }: Pick<Sealed, 'decisions' | 'sealedUntil' | 'audit'>): void {
    const until = minuteOf(sealedUntil)
    this.add(decisions, until)
    const { smallerBytes, largerBytes } = this.#audits.get(until) ?? { smallerBytes: 0, largerBytes: 0 }
    this.#audits.set(until, {
      smallerBytes: smallerBytes + audit.smallerBytes,
      largerBytes: largerBytes + audit.largerBytes,
    })
  }

  add(decisions: readonly Decision[], newest: Minute): void {
    for (const decision of decisions) {
      const known = this.#byMinute.get(decision.minute) ?? new Map<string, Decision>()
      this.#byMinute.set(decision.minute, known.set(`${decision.cluster}/${decision.node}`, decision))
    }
    this.#since = minute(Math.max(this.#since, newest - KEPT_MINUTES))
    for (const kept of [this.#byMinute, this.#audits])
      for (const at of kept.keys()) if (at < this.#since) kept.delete(at)
  }

  /** The decisions of a range of whole minutes; undefined where it begins before what is kept: ask the store. */
  within(range: TimeRange): Decision[] | undefined {
    if (minuteOf(range.from) < this.#since) return undefined
    const found: Decision[] = []
    for (const [at, decisions] of this.#byMinute)
      if (at >= minuteOf(range.from) && at < minuteOf(range.to)) found.push(...decisions.values())
    return found
  }

  /** Over the part of the range that this process sealed within the last hour; audits are not kept for longer. */
  audit(range: TimeRange): Audit {
    let [smallerBytes, largerBytes] = [0, 0]
    for (const [until, audit] of this.#audits) {
      if (until <= minuteOf(range.from) || until > minuteOf(range.to)) continue
      smallerBytes += audit.smallerBytes
      largerBytes += audit.largerBytes
    }
    return { smallerBytes, largerBytes }
  }
}
