import type { ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'

/** A Service as the directory keeps it: what agents see, and what told of it. */
export interface ServiceRecord {
  /** Key of the listed thing. */
  readonly owner: string
  readonly entry: ServiceEntry
  readonly from: EpochMs
  readonly routing: string
}

export interface KeptService {
  record: ServiceRecord
  /** Number of the directory's change that touched it last. */
  change: number
}

/** namespace/name. */
export const serviceName = (namespace: string, name: string): string => `${namespace}/${name}`

/** The Services of one cluster, by id, by name, by the thing that is listed, and by nodePort. */
export class Services {
  readonly #byId = new Map<number, KeptService>()
  readonly #byName = new Map<string, Set<KeptService>>()
  readonly #openByOwner = new Map<string, KeptService>()
  readonly #byNodePort = new Map<number, Set<KeptService>>()
  /** Kept for ever: a Service made anew under an old name goes on counting, so that its old rows stay apart. */
  readonly #lastGeneration = new Map<string, number>()

  /** Adds a Service or replaces the record of the same id. */
  put(record: ServiceRecord, change: number): KeptService {
    const { entry } = record
    const kept = this.#byId.get(entry.id) ?? { record, change }
    this.#unlink(kept)
    kept.record = record
    kept.change = change
    this.#byId.set(entry.id, kept)
    add(this.#byName, serviceName(entry.namespace, entry.name), kept)
    for (const { nodePort } of entry.ports) if (nodePort !== undefined) add(this.#byNodePort, nodePort, kept)
    if (entry.to === null) this.#openByOwner.set(record.owner, kept)
    this.noteGeneration(entry.namespace, entry.name, entry.generations.at(-1)?.generation ?? 0)
    return kept
  }

  noteGeneration(namespace: string, name: string, generation: number): void {
    const key = serviceName(namespace, name)
    this.#lastGeneration.set(key, Math.max(generation, this.#lastGeneration.get(key) ?? 0))
  }

  get(id: number): ServiceEntry | undefined {
    return this.#byId.get(id)?.record.entry
  }

  /** What a listed thing is now. */
  openOf(owner: string): ServiceRecord | undefined {
    return this.#openByOwner.get(owner)?.record
  }

  owners(): Iterable<string> {
    return this.#openByOwner.keys()
  }

  get openCount(): number {
    return this.#openByOwner.size
  }

  kept(): Iterable<Readonly<KeptService>> {
    return this.#byId.values()
  }

  /** The highest generation a name ever had; 0 for a new name. */
  lastGeneration(namespace: string, name: string): number {
    return this.#lastGeneration.get(serviceName(namespace, name)) ?? 0
  }

  *lastGenerations(): Iterable<{ namespace: string; name: string; generation: number }> {
    for (const [key, generation] of this.#lastGeneration) {
      const [namespace = '', name = ''] = key.split('/')
      yield { namespace, name, generation }
    }
  }

  /** The Services of a name (namespace/name) that were there then: one, but for a moment in which it was made anew. */
  named(name: string, at: EpochMs): ServiceEntry[] {
    return entriesAt(this.#byName.get(name), at)
  }

  /** Generations of all Services that had the name (namespace/name), oldest first. */
  generationsOf(name: string): ServiceEntry['generations'] {
    const all = [...(this.#byName.get(name) ?? [])].flatMap(({ record }) => record.entry.generations)
    return all.sort((a, b) => a.from - b.from)
  }

  /** The Services that had this nodePort then. */
  atNodePort(port: number, protocol: number, at: EpochMs): ServiceEntry[] {
    const entries = entriesAt(this.#byNodePort.get(port), at)
    return entries.filter(({ ports }) => ports.some(one => one.nodePort === port && one.protocol === protocol))
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

  #unlink(kept: KeptService): void {
    const { owner, entry } = kept.record
    remove(this.#byName, serviceName(entry.namespace, entry.name), kept)
    for (const { nodePort } of entry.ports) if (nodePort !== undefined) remove(this.#byNodePort, nodePort, kept)
    if (this.#openByOwner.get(owner) === kept) this.#openByOwner.delete(owner)
  }
}

function entriesAt(kept: Iterable<KeptService> | undefined, at: EpochMs): ServiceEntry[] {
  const entries: ServiceEntry[] = []
  for (const { record } of kept ?? [])
    if (record.from <= at && (record.entry.to === null || at < record.entry.to)) entries.push(record.entry)
  return entries
}

function add<K>(index: Map<K, Set<KeptService>>, key: K, kept: KeptService): void {
  const set = index.get(key) ?? new Set()
  index.set(key, set.add(kept))
}

function remove<K>(index: Map<K, Set<KeptService>>, key: K, kept: KeptService): void {
  const set = index.get(key)
  set?.delete(kept)
  if (set?.size === 0) index.delete(key)
}
