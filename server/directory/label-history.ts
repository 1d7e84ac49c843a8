import type { EpochMs } from '@weir/contract/units.ts'
import type { Cluster } from './cluster.ts'
import type { Entry } from './intervals.ts'
import type { News } from './news.ts'

/** A cluster with those who are told of it. */
export interface Known {
  readonly cluster: Cluster
  readonly news: News
  /** False until an adapter has read the cluster in this run: then what ended did so while nobody looked. */
  read: boolean
  /** The same for what the VPCs' map lists around it. */
  mapped: boolean
  watermarkWritten: EpochMs
}

/** More ended labels than these are not kept, whatever the horizon: about 500 bytes each. */
const MOST_ENDED = 1_000_000

/** The ended labels of all clusters by age. */
export class LabelHistory {
  /** Oldest end first: what leaves the horizon is at the front. */
  readonly #ended: { readonly entry: Entry; readonly known: Known }[] = []
  /** Labels that were forgotten before their time, because there were too many. */
  forgottenEarly = 0

  put(entry: Entry, known: Known): void {
    if (entry.label.to !== null) this.#ended.push({ entry, known })
  }

  /** After a recovery, which does not read in the order of ends. */
  sort(): void {
    this.#ended.sort((a, b) => (a.entry.label.to ?? 0) - (b.entry.label.to ?? 0))
  }

  /** Forgets what ended before `before`. */
  forget(before: EpochMs): void {
    let gone = 0
    for (const { entry, known } of this.#ended) {
      const isOld = (entry.label.to ?? 0) < before
      if (!isOld && this.#ended.length - gone <= MOST_ENDED) break
      if (!isOld) this.forgottenEarly++
      known.cluster.remove(entry)
      known.news.forgot(entry.change)
      gone++
    }
    this.#ended.splice(0, gone)
  }
}
