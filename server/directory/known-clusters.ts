import type { ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { Label, LabelId } from '@weir/contract/peers.ts'
import { epochMs } from '@weir/contract/units.ts'
import { Cluster } from './cluster.ts'
import type { Placed } from './directory.ts'
import type { Known } from './label-history.ts'
import { News } from './news.ts'

/** All clusters that were read in this run, or that the journal knows. There are few. */
export class KnownClusters {
  readonly #byName = new Map<string, Known>()

  get size(): number {
    return this.#byName.size
  }

  get(name: string): Known | undefined {
    return this.#byName.get(name)
  }

  /** Made if it is not known. */
  of(name: string): Known {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const cluster = new Cluster(name)
    const made: Known = { cluster, news: new News(cluster), read: false, mapped: false, watermarkWritten: epochMs(0) }
    this.#byName.set(name, made)
    return made
  }

  values(): IteratorObject<Known> {
    return this.#byName.values()
  }

  all(): IteratorObject<Cluster> {
    return this.#byName.values().map(({ cluster }) => cluster)
  }

  /** Ids are given out once for all clusters. */
  label(id: LabelId): Label | undefined {
    return this.#first(cluster => cluster.entries.get(id))?.label
  }

  placedLabel(id: LabelId): Placed | undefined {
    return this.#first(cluster => {
      const entry = cluster.entries.get(id)
      return entry && cluster.placedOf(entry)
    })
  }

  service(id: number): ServiceEntry | undefined {
    return this.#first(cluster => cluster.services.get(id))
  }

  #first<T>(find: (cluster: Cluster) => T | undefined): T | undefined {
    for (const { cluster } of this.#byName.values()) {
      const found = find(cluster)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** A cluster that only the journal knows is one that this server had once. Before anything is read, all may come. */
  names(): readonly string[] {
    const all = [...this.#byName]
    const read = all.filter(([, known]) => known.read)
    return (read.length > 0 ? read : all).map(([name]) => name)
  }
}
