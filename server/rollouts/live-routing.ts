import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { Links } from '../directory/kubernetes/links.ts'
import type {
  ClusterObjects,
  DestinationRuleRecord,
  IngressRecord,
  NodeRecord,
  ObjectsListener,
  RecordChange,
} from '../directory/kubernetes/objects.ts'
import type { ClusterRouting, RoutedService, WorkloadPlacement } from './cluster-routing.ts'
import { Placements } from './placements.ts'

/**
 * ClusterRouting over the live maps of a cluster's watch. Hearing of a change only notes what is stale; it is looked at
 * when somebody asks. Never throws, and hearing something twice changes nothing: the directory's needs come first.
 */
export class LiveRouting implements ObjectsListener {
  readonly #cluster: string
  readonly #told: (at: EpochMs) => void
  #objects: ClusterObjects | undefined
  #asOf: EpochMs = epochMs(0)
  /** uids of slices by the namespace and name of their Service. */
  #slicesOf = new Links()
  /** uids of Services by namespace and name. */
  #named = new Links()
  #placements = new Placements()
  /** By uid. */
  readonly #services = new Map<string, RoutedService>()
  readonly #stale = new Set<string>()
  #nodes: readonly NodeRecord[] | undefined
  #rules: readonly DestinationRuleRecord[] | undefined
  #ingresses: readonly IngressRecord[] | undefined
  #last: Pick<ClusterRouting, 'services' | 'workloads'> = { services: [], workloads: [] }

  /** @param onCurrent told after every sign that the watch is up to date; must not throw. */
  constructor(cluster: string, onCurrent: (at: EpochMs) => void) {
    this.#cluster = cluster
    this.#told = onCurrent
  }

  onSynced(objects: ClusterObjects, at: EpochMs): void {
    this.#objects = objects
    this.#slicesOf = new Links()
    this.#named = new Links()
    this.#placements = new Placements()
    this.#services.clear()
    this.#nodes = undefined
    this.#rules = undefined
    this.#ingresses = undefined
    const { maps } = objects
    for (const [uid, record] of maps.nodes) this.#note({ resource: 'nodes', uid, record })
    for (const [uid, record] of maps.services) this.#note({ resource: 'services', uid, record })
    for (const [uid, record] of maps.slices) this.#note({ resource: 'slices', uid, record })
    for (const [uid, record] of maps.replicaSets) this.#note({ resource: 'replicaSets', uid, record })
    for (const [uid, record] of maps.jobs) this.#note({ resource: 'jobs', uid, record })
    for (const [uid, record] of maps.pods) this.#note({ resource: 'pods', uid, record })
    this.#asOf = at
  }

  onChanges(batch: readonly RecordChange[], at: EpochMs): void {
    for (const change of batch) this.#note(change)
    this.#asOf = at
  }

  onCurrent(at: EpochMs): void {
    this.#asOf = at
    this.#told(at)
  }

  /** undefined before everything was listed once. */
  current(): ClusterRouting | undefined {
    const objects = this.#objects
    if (objects === undefined) return undefined
    this.#nodes ??= [...objects.maps.nodes.values()]
    this.#rules ??= [...objects.maps.destinationRules.values()]
    this.#ingresses ??= [...objects.maps.ingresses.values()]
    const workloads = this.#placements.current(objects.maps)
    if (this.#stale.size > 0) {
      for (const uid of this.#stale) this.#look(objects, uid)
      this.#stale.clear()
      this.#last = { ...this.#last, services: [...this.#services.values()] }
    }
    this.#last = { ...this.#last, workloads }
    return {
      ...{ cluster: this.#cluster, asOf: this.#asOf, version: objects.version, nodes: this.#nodes, ...this.#last },
      ...(objects.state('destinationRules') !== 'off' && { destinationRules: this.#rules }),
      ...(objects.state('ingresses') !== 'off' && { ingresses: this.#ingresses }),
    }
  }

  /** Services that a workload's pods answer for, ready or not, as of the last look. */
  servicesOf({ namespace, workload }: Pick<WorkloadPlacement, 'namespace' | 'workload'>): readonly RoutedService[] {
    const isOf = (uid: string | undefined): boolean => {
      const found = uid === undefined ? undefined : this.#placements.workloadOf(uid)
      return found?.kind === workload.kind && found.name === workload.name
    }
    return this.#last.services.filter(
      ({ service, slices }) =>
        service.namespace === namespace &&
        slices.some(({ endpoints }) => endpoints.some(endpoint => isOf(endpoint.pod?.uid))),
    )
  }

  #look({ maps }: ClusterObjects, uid: string): void {
    const service = maps.services.get(uid)
    if (service === undefined) {
      this.#services.delete(uid)
      return
    }
    const slices = [...this.#slicesOf.at(`${service.namespace}/${service.name}`)].flatMap(
      slice => maps.slices.get(slice) ?? [],
    )
    this.#services.set(uid, { service, slices })
  }

  #note(change: RecordChange): void {
    const { uid } = change
    switch (change.resource) {
      case 'nodes':
        this.#nodes = undefined
        this.#placements.nodeChanged()
        break
      case 'services':
        this.#named.set(uid, change.record && `${change.record.namespace}/${change.record.name}`)
        this.#stale.add(uid)
        break
      case 'slices': {
        const { record } = change
        const before = this.#slicesOf.of(uid)
        const service = record?.service === undefined ? undefined : `${record.namespace}/${record.service}`
        this.#slicesOf.set(uid, service)
        for (const name of [before, service]) for (const one of this.#named.at(name)) this.#stale.add(one)
        break
      }
      case 'destinationRules':
        this.#rules = undefined
        break
      case 'ingresses':
        this.#ingresses = undefined
        break
      case 'replicaSets':
        this.#placements.ownedChanged('ReplicaSet', uid, change.record)
        break
      case 'jobs':
        this.#placements.ownedChanged('Job', uid, change.record)
        break
      case 'pods':
        this.#placements.podChanged(uid, change.record)
        break
    }
  }
}
