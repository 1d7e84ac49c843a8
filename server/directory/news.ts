import { canonicalAddress, isPublic, parseAddress } from '@weir/contract/addresses.ts'
import type { DirectoryUpdate, LabelAnswer } from '@weir/contract/directory-wire.ts'
import type { Label } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Cluster } from './cluster.ts'
import { Interest } from './interest.ts'
import type { Entry } from './intervals.ts'

/** What ended longer ago than this is not told to an agent that begins anew: its open windows are younger. */
const RECENT_MS = 10 * 60_000

/**
 * What the agents of one cluster are told. A cursor is the number of a change: the news after it are read off the
 * entries, which carry the number of their last change, so that no log of changes is kept.
 */
export class News {
  readonly #cluster: Cluster
  readonly #interest = new Interest()
  /** node → number of the last change that only it (and those who asked) must know. */
  readonly #nodeChange = new Map<string, number>()

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
    const watermark = cluster.watermark ?? epochMs(0)
    const reset = since === undefined || since < cluster.resetChange
    const isNews = reset
      ? ({ label }: Entry) => label.to === null || label.to >= watermark - RECENT_MS
      : ({ change }: Entry) => change > since
    const own = [...(cluster.podsByNode.get(node) ?? [])].filter(isNews)
    const nodes = [...cluster.nodeEntries].filter(isNews)
    const entries = new Set([...own, ...nodes])
    for (const address of this.#interest.addresses(node))
      for (const entry of cluster.intervals.of(address)) if (isNews(entry)) entries.add(entry)
    const services = [...cluster.services.kept()].filter(({ record, change }) =>
      reset ? record.entry.to === null || record.entry.to >= watermark - RECENT_MS : change > since,
    )
    const subnets = cluster.subnets.newer(reset ? -1 : since)
    return {
      cursor,
      reset,
      watermark,
      labels: Array.from(entries, ({ label }) => label),
      nodeAddresses: this.#nodeAddresses(node),
      declaredPorts: own.flatMap(({ label, ports }) => ports.map(port => ({ label: label.id, ...port }))),
      services: services.map(({ record }) => record.entry),
      subnets: subnets.map(({ id, cidr, zone }) => ({ id, cidr, zone })),
    }
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

  #nodeAddresses(node: string): string[] {
    const addresses: string[] = []
    for (const { label } of this.#cluster.nodeEntries)
      if (label.node === node && label.to === null) addresses.push(label.address)
    return addresses
  }
}

function isPrivate(address: string): boolean {
  const bytes = parseAddress(address)
  return bytes !== undefined && !isPublic(bytes)
}
