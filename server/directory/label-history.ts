import type { Label, LabelId } from '@weir/contract/peers.ts'
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
  watermarkWritten: EpochMs
}

/** More ended labels than these are not kept, whatever the horizon: about 500 bytes each. */
const MOST_ENDED = 1_000_000

/** The labels of all clusters by id, and the ended ones by age. */
export class LabelHistory {
  readonly #byId = new Map<LabelId, { readonly entry: Entry; readonly known: Known }>()
  /** Oldest end first: what leaves the horizon is at the front. */
  readonly #ended: Entry[] = []
  /** Labels that were forgotten before their time, because there were too many. */
  forgottenEarly = 0

  put(entry: Entry, known: Known): void {
    this.#byId.set(entry.label.id, { entry, known })
    if (entry.label.to !== null) this.#ended.push(entry)
  }

  /** After a recovery, which does not read in the order of ends. */
  sort(): void {
    this.#ended.sort((a, b) => (a.label.to ?? 0) - (b.label.to ?? 0))
  }

  label(id: LabelId): Label | undefined {
    return this.#byId.get(id)?.entry.label
  }

  /** Forgets what ended before `before`. */
  forget(before: EpochMs): void {
    let gone = 0
    for (const entry of this.#ended) {
      const isOld = (entry.label.to ?? 0) < before
      if (!isOld && this.#ended.length - gone <= MOST_ENDED) break
      if (!isOld) this.forgottenEarly++
      const kept = this.#byId.get(entry.label.id)
      kept?.known.cluster.remove(entry)
      kept?.known.news.forgot(entry.change)
      this.#byId.delete(entry.label.id)
      gone++
    }
    this.#ended.splice(0, gone)
  }
}
