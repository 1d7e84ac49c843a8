import { randomUUID } from 'node:crypto'

/** A Kubernetes object as JSON; only metadata is looked at. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

export interface StoredEvent {
  readonly version: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubernetesObject
  /** As it was before; undefined for a new one. */
  readonly previous: KubernetesObject | undefined
}

/** As after some time: what is older than the first version is forgotten. */
const FIRST_VERSION = 1_000
/** Events that are kept, so that a watch can begin in the past; older versions are gone: 410. */
const MOST_EVENTS = 1_000

/** All objects of one API server, one counter of versions for all, and the last events of every resource. */
export class ObjectStore {
  readonly #objects = new Map<string, Map<string, KubernetesObject>>()
  readonly #events = new Map<string, StoredEvent[]>()
  readonly #oldest = new Map<string, number>()
  readonly #listeners = new Set<(path: string, event: StoredEvent) => void>()
  #version = FIRST_VERSION

  get version(): number {
    return this.#version
  }

  /** The objects at the path of a resource, as they are now. */
  all(path: string): KubernetesObject[] {
    return [...(this.#objects.get(path)?.values() ?? [])]
  }

  get(path: string, key: string): KubernetesObject | undefined {
    return this.#objects.get(path)?.get(key)
  }

  /** Makes or changes the object of that namespace and name. Without a uid it keeps its own, or gets a new one. */
  put(path: string, given: KubernetesObject): KubernetesObject {
    const objects = this.#objects.get(path) ?? new Map<string, KubernetesObject>()
    this.#objects.set(path, objects)
    const key = keyOf(given)
    const previous = objects.get(key)
    const version = ++this.#version
    const uid = given.metadata.uid ?? previous?.metadata.uid ?? randomUUID()
    const object = { ...given, metadata: { ...given.metadata, uid, resourceVersion: String(version) } }
    objects.set(key, object)
    this.#tell(path, { version, type: previous === undefined ? 'ADDED' : 'MODIFIED', object, previous })
    return object
  }

  /** @throws Error when it is not there. */
  delete(path: string, key: string): void {
    const previous = this.#objects.get(path)?.get(key)
    if (previous === undefined) throw new Error(`${path}: no ${key}`)
    this.#objects.get(path)?.delete(key)
    const version = ++this.#version
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(version) } }
    this.#tell(path, { version, type: 'DELETED', object, previous })
  }

  /** Events of a resource after a version; undefined when that version is too old. */
  since(path: string, version: number): readonly StoredEvent[] | undefined {
    if (version < (this.#oldest.get(path) ?? FIRST_VERSION)) return undefined
    return (this.#events.get(path) ?? []).filter(event => event.version > version)
  }

  /** Forgets the past, as compaction does: every version before now is too old. */
  compact(): void {
    this.#version++
    for (const path of this.#objects.keys()) {
      this.#events.set(path, [])
      this.#oldest.set(path, this.#version)
    }
  }

  onEvent(listener: (path: string, event: StoredEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(path: string, event: StoredEvent): void {
    const events = this.#events.get(path) ?? []
    this.#events.set(path, events)
    events.push(event)
    if (events.length > MOST_EVENTS) this.#oldest.set(path, events.shift()?.version ?? 0)
    for (const listener of this.#listeners) listener(path, event)
  }
}

/** namespace/name, or the name alone. */
export const keyOf = ({ metadata }: KubernetesObject): string =>
  metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`
