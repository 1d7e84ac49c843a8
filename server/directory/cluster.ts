import { formatAddress, isPublic, parseAddress } from '@weir/contract/addresses.ts'
import type { Label, LabelId, UnplacedReason } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { Placed } from './directory.ts'
import { type Entry, entryOf, Intervals } from './intervals.ts'
import type { JournalRecord } from './records.ts'
import { Services } from './services.ts'
import { Subnets } from './subnets.ts'

/** All that is known of one cluster: intervals of addresses, Services, subnets. Pure: time comes with each call. */
export class Cluster {
  readonly name: string
  readonly intervals = new Intervals()
  readonly services = new Services()
  readonly subnets = new Subnets()
  readonly entries = new Map<LabelId, Entry>()
  /** Entries of pods by their node, and of the nodes themselves: what is pushed to agents. */
  readonly podsByNode = new Map<string, Set<Entry>>()
  readonly nodeEntries = new Set<Entry>()
  readonly nodesByName = new Map<string, Set<Entry>>()
  /** Number of the last change that every agent is told. */
  broadcastChange = 0
  /** A subnet that ended or an entry that was forgotten cannot be told as news: older cursors begin anew. */
  resetChange = 0
  watermark: EpochMs | undefined

  constructor(name: string) {
    this.name = name
  }

  /** Takes in one record. Returns the entry of a label that was new or changed. */
  put(record: JournalRecord, change: number): Entry | undefined {
    switch (record.kind) {
      case 'label': {
        const entry = this.#putLabel(record, change)
        if (entry.label.peer.kind === 'node') this.broadcastChange = change
        return entry
      }
      case 'service':
        this.services.put(record.service, change)
        this.broadcastChange = change
        break
      case 'subnet':
        this.subnets.put(record.subnet, change)
        this.broadcastChange = change
        if (record.subnet.to !== null) this.resetChange = change
        break
      case 'generation':
        this.services.noteGeneration(record.namespace, record.name, record.generation)
        break
      case 'watermark':
        this.watermark = record.at
        break
      case 'ids':
        break
    }
    return undefined
  }

  #putLabel({ label, ports }: JournalRecord & { kind: 'label' }, change: number): Entry {
    const known = this.entries.get(label.id)
    if (known !== undefined) {
      Object.assign(known, entryOf(label, ports, change))
      return known
    }
    const entry = entryOf(label, ports, change)
    this.entries.set(label.id, entry)
    this.intervals.add(entry)
    if (label.peer.kind === 'node') this.nodeEntries.add(entry)
    this.#index(label)?.add(entry)
    return entry
  }

  /** Forgets Services and subnets that ended before `before`. */
  forget(before: EpochMs): void {
    this.resetChange = Math.max(this.resetChange, this.services.forget(before))
    this.subnets.forget(before)
  }

  /** Forgets a label whose time of keeping is over. */
  remove(entry: Entry): void {
    const { id, node } = entry.label
    this.resetChange = Math.max(this.resetChange, entry.change)
    this.entries.delete(id)
    this.intervals.remove(entry)
    this.nodeEntries.delete(entry)
    for (const index of [this.podsByNode, this.nodesByName]) {
      const set = index.get(node ?? '')
      if (set?.delete(entry) && set.size === 0) index.delete(node ?? '')
    }
  }

  /** The entries of its node among which a label belongs; made if there are none. */
  #index({ peer, node }: Label): Set<Entry> | undefined {
    const index = peer.kind === 'pod' ? this.podsByNode : peer.kind === 'node' ? this.nodesByName : undefined
    if (index === undefined || node === undefined) return undefined
    const set = index.get(node) ?? new Set()
    index.set(node, set)
    return set
  }

  /** See Directory.place. Text that is not canonical is looked up by its canonical form. */
  place(address: string, port: number, at: EpochMs): Placed {
    const found = this.intervals.find(address, port, at)
    if (typeof found === 'object') return found.placed
    if (found === 'ambiguous') return unplaced('ambiguous')
    const bytes = parseAddress(address)
    if (bytes === undefined) return unplaced('not an address')
    // Only IPv6 has several texts for one address.
    const canonical = address.includes(':') ? formatAddress(bytes) : address
    if (canonical !== address) return this.place(canonical, port, at)
    const subnet = this.subnets.find(bytes, at)
    if (subnet !== undefined) return subnet
    // A public address that was ours and ended is not called internet: who holds it now is not known.
    if (found === undefined && isPublic(bytes)) return internet
    if (this.watermark === undefined || at > this.watermark) return unplaced('not yet listed')
    return unplaced(found === 'ended' ? 'gone' : 'never listed')
  }

  /** The addresses that a node has now. */
  nodeAddresses(node: string): string[] {
    const own = [...(this.nodesByName.get(node) ?? [])]
    return own.flatMap(({ label }) => (label.to === null ? [label.address] : []))
  }

  nodes(at: EpochMs): ReadonlyMap<string, Zone | undefined> {
    const nodes = new Map<string, Zone | undefined>()
    for (const { label } of this.nodeEntries)
      if (label.node !== undefined && label.from <= at && (label.to === null || at < label.to))
        nodes.set(label.node, label.zone)
    return nodes
  }
}

const internet: Placed = { peer: { kind: 'internet' }, zone: undefined, node: undefined, label: undefined }
const unplacedByReason = new Map<UnplacedReason, Placed>()

/** One object per reason. */
export function unplaced(reason: UnplacedReason): Placed {
  const known = unplacedByReason.get(reason)
  if (known !== undefined) return known
  const placed: Placed = { peer: { kind: 'unplaced', reason }, zone: undefined, node: undefined, label: undefined }
  unplacedByReason.set(reason, placed)
  return placed
}
