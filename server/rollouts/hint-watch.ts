import type { Part } from '@weir/contract/parts.ts'
import type { HintState } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { RoutedService } from './cluster-routing.ts'
import { STUCK_AFTER_MS } from './hints/actual.ts'
import { preferenceOf } from './hints/preference.ts'
import type { Routings } from './routings.ts'
import {
  type FamilyRouting,
  groundOf,
  type RoutingGround,
  type ServiceRouting,
  serviceRouting,
  stateOf,
} from './service-routing.ts'
import type { ServiceName } from './service-traffic.ts'

/** Well below the time after which missing hints are stuck. */
const LOOK_EVERY_MS = 30_000

/** A Service's routing now, with how long hints of a family (IPv4, IPv6) that could be there are missing, in ms. */
export interface WatchedRouting {
  readonly ground: RoutingGround
  readonly routing: ServiceRouting
  readonly missingFor: (addressType: string) => number
}

/**
 * The routing of every Service of the watched clusters, and since when hints that could be there are not: only that has
 * to be remembered. After a start it begins anew, so that nothing is called stuck too early.
 */
export class HintWatch implements Part {
  readonly name = 'watch over hints'
  readonly #routings: Pick<Routings, 'clusters' | 'of'>
  readonly #now: () => EpochMs
  readonly #log: (line: string) => void
  /** By cluster, then by Service and family. */
  readonly #missingSince = new Map<string, ReadonlyMap<string, EpochMs>>()
  readonly #known = new Map<string, Known>()
  #timer: NodeJS.Timeout | undefined

  constructor(routings: Pick<Routings, 'clusters' | 'of'>, now: () => EpochMs, log: (line: string) => void) {
    this.#routings = routings
    this.#now = now
    this.#log = log
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => {
      try {
        this.look()
      } catch (error) {
        // Nothing is called stuck then; the rest of the server does not depend on it.
        this.#log(`hints could not be looked at: ${error}`)
      }
    }, LOOK_EVERY_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
  }

  /** Notes what is missing now. What could not be looked at stays as it was. */
  look(): void {
    for (const cluster of this.#routings.clusters) {
      const known = this.#knownOf(cluster)
      if (known === undefined) continue
      const before = this.#missingSince.get(cluster)
      const missing = new Map<string, EpochMs>()
      for (const routed of known.services.values()) {
        if (preferenceOf(routed.service, known.ground.minor).preference === 'none') continue
        const routing = serviceRouting(known.ground, routed)
        for (const family of routing.families) {
          if (family.actual.hinted > 0 || stateOf(routing, family, 0) !== 'missing') continue
          const key = familyKey(routing, family.addressType)
          missing.set(key, before?.get(key) ?? this.#now())
        }
      }
      this.#missingSince.set(cluster, missing)
    }
  }

  get clusters(): readonly string[] {
    return this.#routings.clusters
  }

  /** undefined: no such Service is known in that cluster. */
  of({ cluster, name, namespace }: ServiceName): WatchedRouting | undefined {
    const known = this.#knownOf(cluster)
    const routed = known?.services.get(`${namespace}/${name}`)
    if (known === undefined || routed === undefined) return undefined
    const routing = serviceRouting(known.ground, routed)
    const since = this.#missingSince.get(cluster)
    const missingFor = (addressType: string): number => {
      const from = since?.get(familyKey(routing, addressType))
      return from === undefined ? 0 : Math.max(0, this.#now() - from)
    }
    return { ground: known.ground, routing, missingFor }
  }

  /** The state of a Service's hints, the worse of two families'; null: it is not known, or has no endpoints to hint. */
  stateOf(service: ServiceName): HintState | null {
    const watched = this.of(service)
    if (watched === undefined) return null
    const { routing, missingFor } = watched
    const states = routing.families.map(family => stateOf(routing, family, missingFor(family.addressType)))
    return worstFirst.find(state => states.includes(state)) ?? null
  }

  /** By cluster: Services whose hints could be there, and are missing for longer than the controller needs to set them. */
  missing(): ReadonlyMap<string, number> {
    const isLong = (since: EpochMs): boolean => this.#now() - since >= STUCK_AFTER_MS
    return new Map(
      Array.from(this.#missingSince, ([cluster, since]) => {
        const long = [...since].filter(([, from]) => isLong(from))
        return [cluster, new Set(long.map(([key]) => key.split(' ', 1)[0])).size]
      }),
    )
  }

  #knownOf(cluster: string): Known | undefined {
    const routing = this.#routings.of(cluster)
    if (routing === undefined) return undefined
    const last = this.#known.get(cluster)
    const before = last?.ground.routing
    const isSameGround =
      before?.nodes === routing.nodes && before.workloads === routing.workloads && before.version === routing.version
    const known: Known = {
      ground: last !== undefined && isSameGround ? { ...last.ground, routing } : groundOf(routing),
      services: last !== undefined && before?.services === routing.services ? last.services : byName(routing.services),
    }
    this.#known.set(cluster, known)
    return known
  }
}

interface Known {
  readonly ground: RoutingGround
  /** By namespace and name. */
  readonly services: ReadonlyMap<string, RoutedService>
}

const byName = (services: readonly RoutedService[]): Known['services'] =>
  new Map(services.map(routed => [`${routed.service.namespace}/${routed.service.name}`, routed]))

const familyKey = ({ service }: ServiceRouting, addressType: FamilyRouting['addressType']): string =>
  `${service.namespace}/${service.name} ${addressType}`

const worstFirst: readonly HintState[] = [
  'stuck off',
  'missing',
  'not used',
  'unexpected',
  'as predicted',
  'none, as predicted',
]
