import type { EpochMs } from '@weir/contract/units.ts'
import type { Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import type {
  ClusterObjects,
  ClusterRecords,
  DestinationRuleRecord,
  IngressRecord,
  NodeRecord,
  ObjectMaps,
  ObjectsListener,
  OwnedRecord,
  PodRecord,
  RecordChange,
  Resource,
  ResourceState,
  ServiceRecord,
  SliceRecord,
} from './objects.ts'
import { RecordTable } from './record-table.ts'
import { ResourceWatch, type WatchCounts } from './resource-watch.ts'
import { type ResourceRow, resourceTable } from './resources.ts'
import { Trimming } from './trim/trimming.ts'
import { VersionReader } from './version-reader.ts'

export interface ClusterWatchOptions {
  readonly connection: Connection
  readonly clock: Clock
  /** Labels of pods to keep. */
  readonly labelKeys: readonly string[]
  /** Resources that are read only where they are asked for. */
  readonly extras?: readonly Resource[]
  readonly listener: ObjectsListener
  readonly log: (line: string) => void
}

/** Changes are told together this often: a rollout replaces many pods at once. */
const COALESCE_MS = 200
const CURRENT_EVERY_MS = 1_000

/** All resources of one cluster, watched; the listener hears of changes once all were listed. */
export class ClusterWatch implements ClusterObjects {
  readonly maps: ObjectMaps
  readonly #options: ClusterWatchOptions
  readonly #trimming: Trimming
  readonly #watches: { readonly [R in Resource]: ResourceWatch<R> }
  readonly #version: VersionReader
  readonly #unlisted = new Set<Resource>()
  readonly #stop = new AbortController()
  #running: Promise<unknown> = Promise.resolve()
  /** By uid: only the last change of an object counts. */
  #pending = new Map<string, RecordChange>()
  #cancelTick = (): void => {}
  #isSynced = false
  #failure = ''

  constructor(options: ClusterWatchOptions) {
    this.#options = options
    this.#trimming = new Trimming(options.labelKeys)
    this.#version = new VersionReader(options.connection, options.clock)
    const note = (change: RecordChange): void => this.#note(change)
    const nodes = new RecordTable<NodeRecord>((uid, record) => note({ resource: 'nodes', uid, record }))
    const services = new RecordTable<ServiceRecord>((uid, record) => note({ resource: 'services', uid, record }))
    const slices = new RecordTable<SliceRecord>((uid, record) => note({ resource: 'slices', uid, record }))
    const replicaSets = new RecordTable<OwnedRecord>((uid, record) => note({ resource: 'replicaSets', uid, record }))
    const jobs = new RecordTable<OwnedRecord>((uid, record) => note({ resource: 'jobs', uid, record }))
    const destinationRules = new RecordTable<DestinationRuleRecord>((uid, record) =>
      note({ resource: 'destinationRules', uid, record }),
    )
    const ingresses = new RecordTable<IngressRecord>((uid, record) => note({ resource: 'ingresses', uid, record }))
    const pods = new RecordTable<PodRecord>((uid, record) => note({ resource: 'pods', uid, record }))
    this.maps = {
      nodes: nodes.records,
      services: services.records,
      slices: slices.records,
      replicaSets: replicaSets.records,
      jobs: jobs.records,
      destinationRules: destinationRules.records,
      ingresses: ingresses.records,
      pods: pods.records,
    }
    this.#watches = {
      nodes: this.#watch(resourceTable.nodes, nodes),
      services: this.#watch(resourceTable.services, services),
      slices: this.#watch(resourceTable.slices, slices),
      replicaSets: this.#watch(resourceTable.replicaSets, replicaSets),
      jobs: this.#watch(resourceTable.jobs, jobs),
      destinationRules: this.#watch(resourceTable.destinationRules, destinationRules),
      ingresses: this.#watch(resourceTable.ingresses, ingresses),
      pods: this.#watch(resourceTable.pods, pods),
    }
  }

  get isSynced(): boolean {
    return this.#isSynced
  }

  get version(): string | undefined {
    return this.#version.version
  }

  start(): void {
    const { signal } = this.#stop
    const watches = Object.values(this.#watches).filter(({ row }) => this.#isWanted(row))
    this.#running = Promise.all([...watches, this.#version].map(each => each.run(signal)))
    this.#tellCurrent()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#cancelTick()
    await this.#running
  }

  readonly state = (resource: Resource): ResourceState =>
    this.#isWanted(resourceTable[resource]) ? this.#watches[resource].state : 'off'

  readonly lastFrameAt = (resource: Resource): EpochMs | undefined => this.#watches[resource].lastFrameAt

  /** What went wrong last with a resource; empty while all is well. */
  problem(resource: Resource): string {
    return this.#watches[resource].problem
  }

  counts(resource: Resource): WatchCounts {
    return this.#watches[resource].counts()
  }

  #watch<R extends Resource>(row: ResourceRow<R>, table: RecordTable<ClusterRecords[R]>): ResourceWatch<R> {
    if (this.#isWanted(row)) this.#unlisted.add(row.resource)
    return new ResourceWatch({
      ...this.#options,
      trimming: this.#trimming,
      row,
      table,
      onListed: () => this.#listed(row.resource),
    })
  }

  #isWanted({ isExtra = false, resource }: ResourceRow): boolean {
    return !isExtra || this.#options.extras?.includes(resource) === true
  }

  #listed(resource: Resource): void {
    this.#unlisted.delete(resource)
    if (this.#unlisted.size === 0 && !this.#isSynced) this.#tell()
  }

  #note(change: RecordChange): void {
    if (!this.#isSynced) return // the maps will tell it
    const isFirst = this.#pending.size === 0
    this.#pending.set(change.uid, change)
    if (isFirst) this.#options.clock.after(COALESCE_MS, () => this.#tell())
  }

  /**
   * Tells the listener what is new. Where it fails (its disk is full), nothing is lost: the same is told again with what
   * came since, within a second. Returns whether it knows all.
   */
  #tell(): boolean {
    if (this.#unlisted.size > 0 || this.#stop.signal.aborted) return false
    const { listener, clock, log } = this.#options
    const changes = this.#pending
    this.#pending = new Map()
    try {
      if (!this.#isSynced) listener.onSynced(this, clock.now())
      else if (changes.size > 0) listener.onChanges(goneFirst([...changes.values()]), clock.now())
      this.#isSynced = true
      this.#failure = ''
      return true
    } catch (error) {
      for (const [uid, change] of changes) this.#pending.set(uid, change)
      if (this.#failure !== String(error)) log(`changes could not be taken in, tried again: ${error}`)
      this.#failure = String(error)
      return false
    }
  }

  readonly #tellCurrent = (): void => {
    const { clock, listener } = this.#options
    const isHeard = ({ resource }: ResourceRow): boolean => !['listing', 'waiting'].includes(this.state(resource))
    if (this.#tell() && Object.values(resourceTable).every(isHeard)) listener.onCurrent(clock.now())
    this.#cancelTick = clock.after(CURRENT_EVERY_MS, this.#tellCurrent)
  }
}

function goneFirst(changes: readonly RecordChange[]): RecordChange[] {
  const isGone = ({ record }: RecordChange): boolean => record === undefined
  return [...changes.filter(isGone), ...changes.filter(change => !isGone(change))]
}
