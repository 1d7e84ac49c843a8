import { canonicalAddress, isPublic, parseAddress } from '@weir/contract/addresses.ts'
import type { DirectoryUpdate, LabelAnswer, ServiceEntry, SubnetEntry } from '@weir/contract/directory-wire.ts'
import type { Label } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Cluster } from './cluster.ts'
import { Interest } from './interest.ts'
import type { Entry } from './intervals.ts'

/** What ended longer ago than this is not told to an agent that begins anew: its open windows are younger. */
const RECENT_MS = 10 * 60_000

interface Broadcast {
  readonly nodes: readonly Entry[]
  readonly services: readonly ServiceEntry[]
  readonly subnets: readonly SubnetEntry[]
}

/**
 * What the agents of one cluster are told. A cursor is the number of a change: the news after it are read off the
 * entries, which carry the number of their last change, so that no log of changes is kept.
 */
export class News {
  readonly #cluster: Cluster
  readonly #interest = new Interest()
  /** node → number of the last change that only it (and those who asked) must know. */
  readonly #nodeChange = new Map<string, number>()

  /** By cursor, for the change they were made at. */
  #broadcasts: { readonly change: number; readonly after: Map<number | undefined, Broadcast> } = {
    change: -1,
    after: new Map(),
  }

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** A label began, ended or changed. */
  noteChange({ label, change }: Entry): void {
    if (label.peer.kind === 'pod' && label.node !== undefined) this.#nodeChange.set(label.node, change)
    for (const node of this.#interest.nodes(label.address)) this.#nodeChange.set(node, change)
  }

  /** Cheap when there is nothing: every change asks this once for every agent that waits. */
  hasNews(node: string, since: number): boolean {
    return Math.max(this.#cluster.broadcastChange, this.#nodeChange.get(node) ?? 0) > since
  }

  /** Everything after change `since`; undefined = all there is. */
  update(node: string, since: number | undefined, cursor: string): DirectoryUpdate {
    const cluster = this.#cluster
    const after = since === undefined || since < cluster.resetChange ? undefined : since
    const own = [...(cluster.podsByNode.get(node) ?? [])].filter(entry => this.#isNews(entry, entry.label.to, after))
    const { nodes, services, subnets } = this.#broadcastAfter(after)
    const entries = new Set([...own, ...nodes])
    for (const address of this.#interest.addresses(node))
      for (const entry of cluster.intervals.of(address))
        if (this.#isNews(entry, entry.label.to, after)) entries.add(entry)
    return {
      cursor,
      reset: after === undefined,
      watermark: cluster.watermark ?? epochMs(0),
      labels: Array.from(entries, ({ label }) => label),
      nodeAddresses: cluster.nodeAddresses(node),
      declaredPorts: own.flatMap(({ label, ports }) => ports.map(port => ({ label: label.id, ...port }))),
      services,
      subnets,
    }
  }

  /** What is the same for all agents. They were told at the same changes, so a few answers do for all of them. */
  #broadcastAfter(after: number | undefined): Broadcast {
    const cluster = this.#cluster
    if (this.#broadcasts.change !== cluster.broadcastChange)
      this.#broadcasts = { change: cluster.broadcastChange, after: new Map() }
    const made = this.#broadcasts.after.get(after)
    if (made !== undefined) return made
    const services = [...cluster.services.kept()].filter(kept => this.#isNews(kept, kept.record.entry.to, after))
    const broadcast: Broadcast = {
      nodes: [...cluster.nodeEntries].filter(entry => this.#isNews(entry, entry.label.to, after)),
      services: services.map(({ record }) => record.entry),
      subnets: cluster.subnets.newer(after ?? -1).map(({ id, cidr, zone }) => ({ id, cidr, zone })),
    }
    this.#broadcasts.after.set(after, broadcast)
    return broadcast
  }

  #isNews({ change }: { readonly change: number }, to: EpochMs | null, after: number | undefined): boolean {
    if (after !== undefined) return change > after
    return to === null || to >= (this.#cluster.watermark ?? 0) - RECENT_MS
  }

  /**
   * The labels of these addresses that hold or ended lately, with those of single ports. What is private is followed
   * even while nobody is known there; the public internet is not.
   */
  answer(node: string, addresses: readonly string[], now: EpochMs): LabelAnswer {
    const labels: Label[] = []
    const unknown: string[] = []
    for (const text of new Set(addresses)) {
      const address = canonicalAddress(text) ?? text
      const useful: Label[] = []
      for (const { label } of this.#cluster.intervals.of(address))
        if (label.to === null || label.to >= now - RECENT_MS) useful.push(label)
      labels.push(...useful)
      if (useful.length === 0) unknown.push(text)
      if (useful.length > 0 || isPrivate(address)) this.#interest.note(node, address, now)
    }
    return { watermark: this.#cluster.watermark ?? epochMs(0), labels, unknown }
  }
}

function isPrivate(address: string): boolean {
  const bytes = parseAddress(address)
  return bytes !== undefined && !isPublic(bytes)
}
