import type { ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { Peer, Workload } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { ListedServicePort } from './listing.ts'

/** A Service as the directory keeps it: what agents see, and what tells which Service a responder answers for. */
export interface ServiceRecord {
  readonly entry: ServiceEntry
  readonly from: EpochMs
  readonly ports: readonly ListedServicePort[]
  readonly workloads: readonly Workload[]
  readonly routing: string
}

export interface KeptService {
  record: ServiceRecord
  /** Number of the directory's change that touched it last. */
  change: number
}

const nameKey = (namespace: string, name: string): string => `${namespace}/${name}`
const workloadKey = (namespace: string, { kind, name }: Workload): string => `${namespace}/${kind}/${name}`
const nodePortKey = (port: number): string => `:${port}`

/** The Services of one cluster, by id, by name, and by what answers for them. */
export class Services {
  readonly #byId = new Map<number, KeptService>()
  readonly #open = new Map<string, KeptService>()
  /** By workload and by nodePort. */
  readonly #behind = new Map<string, Set<KeptService>>()
  /** Kept for ever: a Service made anew under an old name goes on counting, so that its old rows stay apart. */
  readonly #lastGeneration = new Map<string, number>()

  /** Adds a Service or replaces the record of the same id. */
  put(record: ServiceRecord, change: number): void {
    const { entry } = record
    const kept = this.#byId.get(entry.id) ?? { record, change }
    this.#unlink(kept)
    kept.record = record
    kept.change = change
    this.#byId.set(entry.id, kept)
    const name = nameKey(entry.namespace, entry.name)
    if (entry.to === null) this.#open.set(name, kept)
    else if (this.#open.get(name) === kept) this.#open.delete(name)
    for (const key of answersBy(record)) {
      const set = this.#behind.get(key) ?? new Set()
      this.#behind.set(key, set.add(kept))
    }
    this.noteGeneration(entry.namespace, entry.name, entry.generations.at(-1)?.generation ?? 0)
  }

  noteGeneration(namespace: string, name: string, generation: number): void {
    const key = nameKey(namespace, name)
    this.#lastGeneration.set(key, Math.max(generation, this.#lastGeneration.get(key) ?? 0))
  }

  get(id: number): ServiceEntry | undefined {
    return this.#byId.get(id)?.record.entry
  }

  open(namespace: string, name: string): ServiceRecord | undefined {
    return this.#open.get(nameKey(namespace, name))?.record
  }

  openRecords(): ServiceRecord[] {
    return Array.from(this.#open.values(), kept => kept.record)
  }

  get openCount(): number {
    return this.#open.size
  }

  kept(): Iterable<Readonly<KeptService>> {
    return this.#byId.values()
  }

  /** The highest generation a name ever had; 0 for a new name. */
  lastGeneration(namespace: string, name: string): number {
    return this.#lastGeneration.get(nameKey(namespace, name)) ?? 0
  }

  *lastGenerations(): Iterable<{ namespace: string; name: string; generation: number }> {
    for (const [key, generation] of this.#lastGeneration) {
      const [namespace = '', name = ''] = key.split('/')
      yield { namespace, name, generation }
    }
  }

  /**
   * The one Service that answers at `peer`'s port at that moment: a pod's by workload and target port, a node's by
   * nodePort, a Service's own address by port. A pod's port 0 (not known) matches any. undefined: none, or several.
   */
  behind(peer: Peer, port: number, protocol: number, at: EpochMs): ServiceEntry | undefined {
    let only: ServiceEntry | undefined
    for (const { record } of this.#candidates(peer, port)) {
      if (record.from > at || (record.entry.to !== null && record.entry.to <= at)) continue
      if (!record.ports.some(declared => declared.protocol === protocol && answersAt(declared, peer, port))) continue
      if (only !== undefined) return undefined
      only = record.entry
    }
    return only
  }

  /** Forgets those that ended before `before`, but for their last generation. Returns the newest change forgotten, or 0. */
  forget(before: EpochMs): number {
    let newest = 0
    for (const [id, kept] of this.#byId) {
      const { to } = kept.record.entry
      if (to === null || to >= before) continue
      this.#unlink(kept)
      this.#byId.delete(id)
      newest = Math.max(newest, kept.change)
    }
    return newest
  }

  #candidates(peer: Peer, port: number): Iterable<KeptService> {
    if (peer.kind === 'pod') return this.#behind.get(workloadKey(peer.namespace, peer.workload)) ?? []
    if (peer.kind === 'node') return this.#behind.get(nodePortKey(port)) ?? []
    const own = peer.kind === 'service' ? this.#open.get(nameKey(peer.namespace, peer.name)) : undefined
    return own === undefined ? [] : [own]
  }

  #unlink(kept: KeptService): void {
    for (const key of answersBy(kept.record)) {
      const set = this.#behind.get(key)
      set?.delete(kept)
      if (set?.size === 0) this.#behind.delete(key)
    }
  }
}

function answersBy({ entry, ports, workloads }: ServiceRecord): string[] {
  const nodePorts = ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : nodePortKey(nodePort)))
  return [...workloads.map(workload => workloadKey(entry.namespace, workload)), ...nodePorts]
}

function answersAt(declared: ListedServicePort, peer: Peer, port: number): boolean {
  if (peer.kind === 'pod') return port === 0 || (declared.targetPort ?? declared.port) === port
  return (peer.kind === 'node' ? declared.nodePort : declared.port) === port
}
