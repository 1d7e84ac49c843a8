import type { EpochMs } from '@weir/contract/units.ts'
import type { ObjectsListener } from '../directory/kubernetes/objects.ts'
import type { ClusterRouting, RoutedService, WorkloadPlacement } from './cluster-routing.ts'
import { LiveRouting } from './live-routing.ts'

/** What decides routing, of every cluster whose API server is watched. A cluster that a file describes has none. */
export interface Routings {
  /** In the order in which they are configured. */
  readonly clusters: readonly string[]
  /**
   * As of now; undefined: nothing watches its API server, or not everything was listed yet. Cheap when nothing changed;
   * else it costs what changed. Parts that did not change are the same objects as before.
   */
  of(cluster: string): ClusterRouting | undefined
  /** Services of the cluster that a workload's pods answer for. */
  servicesOf(cluster: string, workload: Pick<WorkloadPlacement, 'namespace' | 'workload'>): readonly RoutedService[]
}

/** Made before the watches, which are given its listeners. */
export class LiveRoutings implements Routings {
  readonly #byCluster = new Map<string, LiveRouting>()
  readonly #listeners: ((cluster: string, at: EpochMs) => void)[] = []

  get clusters(): readonly string[] {
    return [...this.#byCluster.keys()]
  }

  of(cluster: string): ClusterRouting | undefined {
    return this.#byCluster.get(cluster)?.current()
  }

  servicesOf(cluster: string, workload: Pick<WorkloadPlacement, 'namespace' | 'workload'>): readonly RoutedService[] {
    return this.#byCluster.get(cluster)?.servicesOf(workload) ?? []
  }

  listenerOf(cluster: string): ObjectsListener {
    const routing = this.#byCluster.get(cluster) ?? new LiveRouting(cluster, at => this.#tell(cluster, at))
    this.#byCluster.set(cluster, routing)
    return routing
  }

  /** About once a second while a cluster is watched. What listens must not throw. */
  onCurrent(listener: (cluster: string, at: EpochMs) => void): void {
    this.#listeners.push(listener)
  }

  #tell(cluster: string, at: EpochMs): void {
    for (const listener of this.#listeners) listener(cluster, at)
  }
}
