import type { Part } from '@weir/contract/parts.ts'
import type { PodClaim } from '../../trust/service-account.ts'
import type { ReviewToken } from '../../trust/token-review.ts'
import { type Clock, systemClock } from './clock.ts'
import { ClusterWatch } from './cluster-watch.ts'
import { type Connection, type ConnectionOptions, connect } from './connection.ts'
import type { ObjectsListener, Resource } from './objects.ts'
import { STALLED_MS } from './plan.ts'
import type { WatchCounts } from './resource-watch.ts'
import { resourceTable } from './resources.ts'
import { reviewTokens } from './review-token.ts'

export interface KubernetesOptions extends ConnectionOptions {
  readonly cluster: string
  /** Labels of pods to keep. */
  readonly labelKeys: readonly string[]
  /** Resources that are read only where they are asked for. */
  readonly extras?: readonly Resource[]
  readonly listener: ObjectsListener
  readonly log: (line: string) => void
  /** Default: the system's. */
  readonly clock?: Clock
}

/** Figures of one resource. */
export interface ResourceStats extends WatchCounts {
  readonly cluster: string
  readonly resource: Resource
  readonly objects: number
  /** Seconds since the last page or frame; undefined before the first. */
  readonly secondsSinceFrame: number | undefined
}

/** The one watcher of a Kubernetes cluster. */
export interface KubernetesWatch extends Part {
  /** False until everything was listed once. */
  readonly isSynced: boolean
  /** What keeps it from being synced, or up to date; empty when all is well. */
  reasons(): readonly string[]
  stats(): readonly ResourceStats[]
  /** Good as long as the part runs. */
  readonly reviewToken: ReviewToken
  /** The node a pod is on, by its uid, else by its name; undefined: no such pod is known, or it is on none. */
  nodeOfPod(pod: PodClaim): string | undefined
}

/**
 * Its start only begins: what an API server that is away keeps from being read is read when it is back.
 * @throws Error when the kubeconfig cannot be read or names no API server.
 */
export function watchKubernetes(options: KubernetesOptions): KubernetesWatch {
  return new Kubernetes(options)
}

const resources = Object.values(resourceTable).map(({ resource }) => resource)

class Kubernetes implements KubernetesWatch {
  readonly name: string
  readonly reviewToken: ReviewToken
  readonly #cluster: string
  readonly #clock: Clock
  readonly #connection: Connection
  readonly #watch: ClusterWatch

  constructor(options: KubernetesOptions) {
    const { cluster, clock = systemClock } = options
    this.name = `watch of ${cluster}`
    this.#cluster = cluster
    this.#clock = clock
    this.#connection = connect(options)
    this.#watch = new ClusterWatch({ ...options, clock, connection: this.#connection })
    this.reviewToken = reviewTokens(this.#connection)
  }

  get isSynced(): boolean {
    return this.#watch.isSynced
  }

  async start(): Promise<void> {
    this.#watch.start()
  }

  async stop(): Promise<void> {
    await this.#watch.stop()
    this.#connection.close()
  }

  reasons(): readonly string[] {
    return resources.flatMap(resource => {
      const why = this.#watch.problem(resource)
      const because = why === '' ? '' : ` (${why})`
      const state = this.#watch.state(resource)
      if (state === 'forbidden' || state === 'absent' || state === 'off') return []
      if (state === 'listing') return [`${this.#cluster}: ${resource} are not listed yet${because}`]
      const quiet = this.#quietSeconds(resource) ?? 0
      return quiet * 1_000 < STALLED_MS
        ? []
        : [`${this.#cluster}: nothing heard of ${resource} for ${quiet} s${because}`]
    })
  }

  stats(): readonly ResourceStats[] {
    const wanted = resources.filter(resource => this.#watch.state(resource) !== 'off')
    return wanted.map(resource => ({
      cluster: this.#cluster,
      resource,
      objects: this.#watch.maps[resource].size,
      secondsSinceFrame: this.#quietSeconds(resource),
      ...this.#watch.counts(resource),
    }))
  }

  nodeOfPod({ namespace, name, uid }: PodClaim): string | undefined {
    const { pods } = this.#watch.maps
    if (uid !== undefined) return pods.get(uid)?.node
    // Rare: API servers put the uid beside the name.
    for (const pod of pods.values()) if (pod.name === name && pod.namespace === namespace) return pod.node
    return undefined
  }

  #quietSeconds(resource: Resource): number | undefined {
    const heard = this.#watch.lastFrameAt(resource)
    return heard === undefined ? undefined : Math.max(0, Math.floor((this.#clock.now() - heard) / 1_000))
  }
}
