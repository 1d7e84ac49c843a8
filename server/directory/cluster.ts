import { formatAddress, isPublic, parseAddress } from '@weir/contract/addresses.ts'
import type { ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { Label, LabelId } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { Backends } from './backends.ts'
import type { Placed } from './directory.ts'
import { type Entry, entryOf, Intervals } from './intervals.ts'
import type { Listed } from './listing.ts'
import type { JournalRecord, LabelRecord } from './records.ts'
import { type KeptService, Services, serviceName } from './services.ts'
import { Subnets } from './subnets.ts'
import { unplaced } from './unplaced.ts'
import { WorkloadLabels } from './workload-labels.ts'
import { World } from './world.ts'

/** What a record changed that agents must hear of. */
export type Told =
  | { readonly kind: 'label'; readonly entry: Entry }
  | { readonly kind: 'service'; readonly service: KeptService }
  | { readonly kind: 'subnet'; readonly ended: boolean }

/**
 * All that is known of one cluster: what is listed now, and the intervals that were made of it. Pure: time comes with
 * each call.
 */
export class Cluster {
  readonly name: string
  readonly world = new World()
  readonly intervals = new Intervals()
  readonly backends = new Backends()
  readonly workloadLabels = new WorkloadLabels()
  readonly services = new Services()
  readonly subnets = new Subnets()
  readonly entries = new Map<LabelId, Entry>()
  /** Entries that hold now, by what is listed. */
  readonly #open = new Map<string, Entry[]>()
  /** Entries of pods by their node, and of the nodes themselves: what is pushed to agents. */
  readonly podsByNode = new Map<string, Set<Entry>>()
  readonly nodeEntries = new Set<Entry>()
  readonly nodesByName = new Map<string, Set<Entry>>()
  watermark: EpochMs | undefined
  /** Rises with the nodes: a pod is in its node's VPC. */
  #nodesVersion = 0

  constructor(name: string) {
    this.name = name
  }

  /** Takes in one record. Returns what agents must be told, if anything. */
  put(record: JournalRecord, change: number): Told | undefined {
    switch (record.kind) {
      case 'label':
        return { kind: 'label', entry: this.#putLabel(record, change) }
      case 'service':
        return { kind: 'service', service: this.services.put(record.service, change) }
      case 'subnet':
        this.subnets.put(record.subnet, change)
        return { kind: 'subnet', ended: record.subnet.to !== null }
      case 'backend':
        this.backends.put(record.backend)
        break
      case 'workload':
        this.workloadLabels.put(record.workload)
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

  #putLabel(record: LabelRecord, change: number): Entry {
    const { label, owner } = record
    let entry = this.entries.get(label.id)
    if (entry !== undefined) Object.assign(entry, entryOf(record, change))
    else {
      entry = entryOf(record, change)
      this.entries.set(label.id, entry)
      this.intervals.add(entry)
      if (label.peer.kind === 'node') this.nodeEntries.add(entry)
      this.#index(label)?.add(entry)
    }
    if (label.peer.kind === 'node') this.#nodesVersion++
    if (label.to !== null) this.#close(entry)
    else if (!this.openOf(owner).includes(entry)) this.#open.set(owner, this.openOf(owner).concat(entry))
    return entry
  }

  #close(entry: Entry): void {
    const left = this.openOf(entry.owner).filter(other => other !== entry)
    if (left.length > 0) this.#open.set(entry.owner, left)
    else this.#open.delete(entry.owner)
  }

  /** Lists these things in place of all others whose keys are of the same kind. `wasRead`: by this run. */
  list(listed: ReadonlyMap<string, Listed>, wasRead: boolean, isOfKind: (key: string) => boolean): void {
    const { world } = this
    for (const key of [...world.keys()]) if (isOfKind(key) && !listed.has(key)) world.take({ key, listed: undefined })
    for (const [key, thing] of listed) world.take({ key, listed: thing })
    // What an earlier run left open was listed then, and may be gone since.
    if (!wasRead) for (const key of this.owners()) if (isOfKind(key)) world.stale.add(key)
  }

  /** The labels that a listed thing has now. */
  openOf(owner: string): readonly Entry[] {
    return this.#open.get(owner) ?? []
  }

  /** Keys of everything that is kept as holding now. */
  *owners(): Iterable<string> {
    yield* this.#open.keys()
    yield* this.services.owners()
    yield* this.backends.owners()
    for (const { owner, to } of this.subnets.records()) if (to === null) yield owner
  }

  /** Everything that is kept, as the journal has it. */
  *records(): Iterable<JournalRecord> {
    const cluster = this.name
    if (this.watermark !== undefined) yield { kind: 'watermark', cluster, at: this.watermark }
    for (const last of this.services.lastGenerations()) yield { kind: 'generation', cluster, ...last }
    for (const { record } of this.services.kept()) yield { kind: 'service', cluster, service: record }
    for (const subnet of this.subnets.records()) yield { kind: 'subnet', cluster, subnet }
    for (const backend of this.backends.records()) yield { kind: 'backend', cluster, backend }
    for (const workload of this.workloadLabels.records()) yield { kind: 'workload', cluster, workload }
    for (const { owner, label, ports } of this.entries.values()) yield { kind: 'label', cluster, owner, label, ports }
  }

  /** Forgets Services, subnets and backends that ended before `before`. Returns the newest change forgotten, or 0. */
  forget(before: EpochMs): number {
    this.subnets.forget(before)
    this.backends.forget(before)
    return this.services.forget(before)
  }

  /** Forgets a label whose time of keeping is over. */
  remove(entry: Entry): void {
    const { id, node } = entry.label
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

  /** Where a label's end is: one object for as long as nothing of it changes. */
  placedOf(entry: Entry): Placed {
    const version = this.#nodesVersion + this.subnets.version
    if (entry.vpcVersion === version) return entry.placed
    entry.vpcVersion = version
    const { vpc: before, ...placed } = entry.placed
    const vpc = this.#vpcOf(entry.label)
    if (vpc !== before) entry.placed = vpc === undefined ? placed : { ...placed, vpc }
    return entry.placed
  }

  /** A Service's address means something within its cluster only. A pod's may be an overlay's, its node's never is. */
  #vpcOf({ peer, address, node }: Label): string | undefined {
    if (peer.kind === 'service') return undefined
    const entries = peer.kind === 'pod' ? this.nodesByName.get(node ?? '') : undefined
    const addresses = [...(entries ?? []).values().map(({ label }) => label.address), address]
    for (const text of addresses) {
      const bytes = parseAddress(text)
      const vpc = bytes === undefined ? undefined : this.subnets.vpcOf(bytes)
      if (vpc !== undefined) return vpc
    }
    return undefined
  }

  /** See Directory.place. Text that is not canonical is looked up by its canonical form. */
  place(address: string, port: number, at: EpochMs): Placed {
    const found = this.intervals.find(address, port, at)
    if (typeof found === 'object') return this.placedOf(found)
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

  /** See Directory.servicesBehind. */
  servicesBehind(address: string, port: number, protocol: number, at: EpochMs): readonly ServiceEntry[] {
    const { peer, label } = this.place(address, port, at)
    if (peer.kind === 'service')
      return onePerName(
        this.services
          .named(serviceName(peer.namespace, peer.name), at)
          .filter(({ ports }) => ports.some(one => one.port === port && one.protocol === protocol)),
      )
    if (peer.kind !== 'pod' && peer.kind !== 'node') return []
    const isNode = peer.kind === 'node'
    // A node has many ports: without one it is no Service's.
    const names = isNode && port === 0 ? [] : this.backends.services(label?.address ?? address, port, protocol, at)
    const behind = [...names].flatMap(name => this.services.named(name, at))
    return onePerName(isNode ? [...behind, ...this.services.atNodePort(port, protocol, at)] : behind)
  }

  /** The addresses that a node has now. */
  nodeAddresses(node: string): string[] {
    const own = [...(this.nodesByName.get(node) ?? [])]
    return own.flatMap(({ label }) => (label.to === null ? [label.address] : []))
  }

  allNodeAddresses(): string[] {
    return [...this.nodeEntries].flatMap(({ label }) => (label.to === null ? [label.address] : []))
  }

  nodes(at: EpochMs): ReadonlyMap<string, Zone | undefined> {
    const nodes = new Map<string, Zone | undefined>()
    for (const { label } of this.nodeEntries)
      if (label.node !== undefined && label.from <= at && (label.to === null || at < label.to))
        nodes.set(label.node, label.zone)
    return nodes
  }
}

/** In the moment in which a Service is made anew there are two of its name. */
function onePerName(services: readonly ServiceEntry[]): readonly ServiceEntry[] {
  if (services.length < 2) return services
  return [...new Map(services.map(service => [serviceName(service.namespace, service.name), service])).values()]
}

const internet: Placed = { peer: { kind: 'internet' }, zone: undefined, node: undefined, label: undefined }
