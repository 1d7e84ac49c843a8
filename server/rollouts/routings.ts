import type { ObjectsListener } from '../directory/kubernetes/objects.ts'
import type { ClusterRouting } from './cluster-routing.ts'
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
}

/** Made before the watches, which are given its listeners. */
export class LiveRoutings implements Routings {
  readonly #byCluster = new Map<string, LiveRouting>()

  get clusters(): readonly string[] {
    return [...this.#byCluster.keys()]
  }

  of(cluster: string): ClusterRouting | undefined {
    return this.#byCluster.get(cluster)?.current()
  }

  listenerOf(cluster: string): ObjectsListener {
    const routing = this.#byCluster.get(cluster) ?? new LiveRouting(cluster)
    this.#byCluster.set(cluster, routing)
    return routing
  }
}
