import type { ServiceEntry, SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { Label } from '@weir/contract/peers.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { Cluster, Told } from './cluster.ts'
import type { Entry } from './intervals.ts'
import { isNews } from './recent.ts'
import type { KeptService } from './services.ts'

/** The part of an update that is the same for all agents. The object is too: what is made of it can be kept with it. */
export interface Shared {
  /** Number of the change up to which it tells everything. */
  readonly change: number
  readonly labels: readonly Label[]
  readonly services: readonly ServiceEntry[]
  readonly subnets: readonly SubnetEntry[]
}

/** Agents that know less than the last so many nodes and Services that changed begin anew. */
const MOST_LOGGED = 20_000
/**
 * Agents that begin together, after a restart, share one copy of all there is. It may lag behind by this part of itself:
 * they ask for the rest at once.
 */
const MOST_BEHIND = 1 / 50

type Logged = Entry | KeptService

/** Nodes, Services and subnets: what every agent is told. */
export class Broadcasts {
  readonly #cluster: Cluster
  /** What changed, oldest first; what changed again stands at its last place too and is skipped at the earlier one. */
  #log: { readonly change: number; readonly item: Logged }[] = []
  /** Cursors before this change cannot be served from the log. */
  #from = 0
  #all: Shared | undefined
  #allStale = false
  /** By cursor, for the change they were made at: agents were told at the same changes, so few do for all of them. */
  readonly #after = new Map<number, Shared>()
  /** Number of the last change that every agent is told. */
  change = 0

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  note(told: Told, change: number): void {
    if (told.kind === 'label' && told.entry.label.peer.kind !== 'node') return
    this.#after.clear()
    this.change = change
    if (told.kind === 'subnet') this.#allStale = true
    else this.#log.push({ change, item: told.kind === 'label' ? told.entry : told.service })
    if (this.#log.length <= MOST_LOGGED) return
    const dropped = this.#log.splice(0, MOST_LOGGED / 2)
    this.#from = Math.max(this.#from, dropped.at(-1)?.change ?? 0)
  }

  /** Whether what changed after `since` can be told. */
  reaches(since: number): boolean {
    return since >= this.#from
  }

  /** Everything there is. */
  all(now: number): Shared {
    const known = this.#all
    if (known !== undefined && !this.#allStale && this.reaches(known.change)) {
      const behind = this.#log.length - this.#indexAfter(known.change)
      if (behind <= MOST_BEHIND * (known.labels.length + known.services.length)) return known
    }
    const { nodeEntries, services, subnets, watermark = epochMs(0) } = this.#cluster
    const told = ({ change }: Logged, to: Label['to']) => isNews(change, to, undefined, watermark)
    const nodes = [...nodeEntries].filter(entry => told(entry, entry.label.to))
    const kept = [...services.kept()].filter(service => told(service, service.record.entry.to))
    this.#allStale = false
    this.#all = {
      change: now,
      labels: nodes.map(({ label }) => label),
      services: kept.map(({ record }) => record.entry),
      subnets: subnets.newer(-1).map(({ id, cidr, zone }) => ({ id, cidr, zone })),
    }
    return this.#all
  }

  /** What changed after `since`, which must be within reach. */
  after(since: number): Shared {
    const made = this.#after.get(since)
    if (made !== undefined) return made
    const news = this.#log.slice(this.#indexAfter(since)).filter(({ change, item }) => item.change === change)
    // What changed twice within one change of the directory stands there twice.
    const items = [...new Set(news.map(({ item }) => item))]
    const shared = {
      change: this.change,
      labels: items.flatMap(item => ('label' in item ? [item.label] : [])),
      services: items.flatMap(item => ('record' in item ? [item.record.entry] : [])),
      subnets: this.#cluster.subnets.newer(since).map(({ id, cidr, zone }) => ({ id, cidr, zone })),
    }
    this.#after.set(since, shared)
    return shared
  }

  /** Place in the log of the first that changed after `since`. */
  #indexAfter(since: number): number {
    let low = 0
    let high = this.#log.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#log[middle]?.change ?? 0) <= since) low = middle + 1
      else high = middle
    }
    return low
  }
}
