import type { EpochMs } from '@weir/contract/units.ts'
import type { LabelDirectory } from '../label-directory.ts'
import type { Listed, ListedChange } from '../listing.ts'
import { Links } from './links.ts'
import { listedBackends, listedNode, listedPod, listedService } from './listed.ts'
import type { ClusterObjects, ObjectsListener, OwnedRecord, RecordChange, SliceRecord } from './objects.ts'
import { workloadOf } from './owners.ts'

/** So long a pod waits for the ReplicaSet or Job that owns it, which is read on a watch of its own. */
const OWNER_WAIT_MS = 5_000

export interface KubernetesListingOptions {
  readonly cluster: string
  readonly directory: Pick<LabelDirectory, 'replace' | 'change'>
  /** Labels of pods that their workloads are charged by. */
  readonly labelKeys: readonly string[]
}

/** Turns changes of a cluster's objects into changes of its directory. Keys are uids. */
export class KubernetesListing implements ObjectsListener {
  readonly #options: KubernetesListingOptions
  #objects: ClusterObjects | undefined
  /** What a change of one object makes worth a look in others. By kind, namespace and name; values are uids. */
  #podsOf = new Links()
  #slicesOf = new Links()
  #serviceNamed = new Links()
  #owned = new Map<string, OwnedRecord>()
  /** The name a ReplicaSet or Job had, by uid. */
  #ownedNames = new Map<string, string>()
  /** Pods whose owner is not known yet: since when. */
  readonly #waiting = new Map<string, EpochMs>()

  constructor(options: KubernetesListingOptions) {
    this.#options = options
  }

  onSynced(objects: ClusterObjects, at: EpochMs): void {
    this.#objects = objects
    this.#podsOf = new Links()
    this.#slicesOf = new Links()
    this.#serviceNamed = new Links()
    this.#owned = new Map()
    this.#ownedNames = new Map()
    const stale = new Set<string>()
    const { maps } = objects
    for (const [uid, record] of maps.replicaSets) this.#link({ resource: 'replicaSets', uid, record }, stale)
    for (const [uid, record] of maps.jobs) this.#link({ resource: 'jobs', uid, record }, stale)
    for (const [uid, record] of maps.nodes) this.#link({ resource: 'nodes', uid, record }, stale)
    for (const [uid, record] of maps.services) this.#link({ resource: 'services', uid, record }, stale)
    for (const [uid, record] of maps.slices) this.#link({ resource: 'slices', uid, record }, stale)
    for (const [uid, record] of maps.pods) this.#link({ resource: 'pods', uid, record }, stale)
    const listed = new Map<string, Listed>()
    for (const key of stale) {
      const one = this.#listed(objects, key, at)
      if (one !== undefined) listed.set(key, one)
    }
    this.#options.directory.replace(this.#options.cluster, listed, at)
  }

  onChanges(batch: readonly RecordChange[], at: EpochMs): void {
    const stale = new Set<string>()
    for (const change of batch) this.#link(change, stale)
    this.#take(stale, at)
  }

  /** Also when nothing changed: pods that waited long enough for their owner are listed without it. */
  onCurrent(at: EpochMs): void {
    const due = [...this.#waiting].filter(([, since]) => at >= since + OWNER_WAIT_MS)
    this.#take(new Set(due.map(([uid]) => uid)), at)
  }

  #take(stale: ReadonlySet<string>, at: EpochMs): void {
    const objects = this.#objects
    if (objects === undefined) return
    const changes = Array.from(stale, (key): ListedChange => ({ key, listed: this.#listed(objects, key, at) }))
    this.#options.directory.change(this.#options.cluster, changes, at)
  }

  /** Takes a change into the indexes, and notes what has to be looked at because of it. */
  #link(change: RecordChange, stale: Set<string>): void {
    const { uid } = change
    switch (change.resource) {
      case 'nodes':
        stale.add(uid)
        break
      case 'pods': {
        const { record } = change
        const before = this.#podsOf.of(uid)
        this.#podsOf.set(uid, record?.owner && ownedName(record.owner.kind, record.namespace, record.owner.name))
        stale.add(uid)
        if (record !== undefined) break
        this.#waiting.delete(uid)
        this.#forgetOwned(before)
        break
      }
      case 'services':
        this.#serviceNamed.set(uid, change.record && `${change.record.namespace}/${change.record.name}`)
        stale.add(uid)
        break
      case 'slices': {
        const { record } = change
        const before = this.#slicesOf.of(uid)
        const service = record?.service === undefined ? undefined : `${record.namespace}/${record.service}`
        this.#slicesOf.set(uid, service)
        stale.add(uid)
        // Hints are in slices: the Service's routing may have changed.
        for (const name of [before, service]) for (const one of this.#serviceNamed.at(name)) stale.add(one)
        break
      }
      case 'destinationRules':
      case 'ingresses':
        break
      case 'replicaSets':
        this.#linkOwned('ReplicaSet', uid, change.record, stale)
        break
      case 'jobs':
        this.#linkOwned('Job', uid, change.record, stale)
        break
    }
  }

  #linkOwned(kind: 'ReplicaSet' | 'Job', uid: string, record: OwnedRecord | undefined, stale: Set<string>): void {
    const before = this.#ownedNames.get(uid)
    if (record === undefined) {
      this.#ownedNames.delete(uid)
      this.#forgetOwned(before)
      return
    }
    const name = ownedName(kind, record.namespace, record.name)
    this.#owned.set(name, record)
    this.#ownedNames.set(uid, name)
    for (const pod of this.#podsOf.at(name)) stale.add(pod)
  }

  /** Pods may outlive what owned them by a moment: they keep the workload they had. */
  #forgetOwned(name: string | undefined): void {
    const record = this.#owned.get(name ?? '')
    if (name === undefined || record === undefined || this.#ownedNames.has(record.uid)) return
    if (this.#podsOf.isEmpty(name)) this.#owned.delete(name)
  }

  #listed({ maps, state }: ClusterObjects, uid: string, at: EpochMs): Listed | undefined {
    const node = maps.nodes.get(uid)
    if (node !== undefined) return listedNode(node)
    const service = maps.services.get(uid)
    if (service !== undefined) return listedService(service, this.#slices(maps, `${service.namespace}/${service.name}`))
    const slice = maps.slices.get(uid)
    if (slice !== undefined) return listedBackends(slice)
    const pod = maps.pods.get(uid)
    if (pod === undefined) return undefined
    const found = workloadOf(pod, (kind, namespace, name) => this.#owned.get(ownedName(kind, namespace, name)))
    const owners = pod.owner?.kind === 'Job' ? state('jobs') : state('replicaSets')
    if (found.isGuess && owners !== 'forbidden' && this.#waits(uid, at)) return undefined
    this.#waiting.delete(uid)
    return listedPod(pod, found, this.#options.labelKeys)
  }

  /** A pod that was listed under a ReplicaSet for a moment would leave a series of its own behind. */
  #waits(uid: string, at: EpochMs): boolean {
    const since = this.#waiting.get(uid) ?? at
    this.#waiting.set(uid, since)
    return at < since + OWNER_WAIT_MS
  }

  #slices(maps: ClusterObjects['maps'], service: string): SliceRecord[] {
    return [...this.#slicesOf.at(service)].flatMap(uid => maps.slices.get(uid) ?? [])
  }
}

/** Of a ReplicaSet or Job; pods whose owner is of another kind are linked to a name that nothing ever has. */
const ownedName = (kind: string, namespace: string, name: string): string => `${kind} ${namespace}/${name}`
