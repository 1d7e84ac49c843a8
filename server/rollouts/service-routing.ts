import type { HintState } from '@weir/contract/rollout-queries.ts'
import type { EndpointRecord, ServiceRecord } from '../directory/kubernetes/objects.ts'
import { policies } from '../directory/kubernetes/routing.ts'
import type { ClusterRouting, RoutedService } from './cluster-routing.ts'
import { type ActualHints, actualHints, endpointsOf, hintState } from './hints/actual.ts'
import { type CpuShares, cpuShares } from './hints/cpu-shares.ts'
import type { ProxyRules } from './hints/kube-proxy.ts'
import { isIn, minorOf, since } from './hints/kube-version.ts'
import { type Prediction, predictHints } from './hints/prediction.ts'
import { type AskedPreference, followsZoneHints, preferenceOf } from './hints/preference.ts'
import { type NodesByZone, nodesByZone, reachOf, type ZoneReach } from './hints/reach.ts'

/** What is the same for all Services of a cluster, worked out once. */
export interface RoutingGround {
  readonly routing: ClusterRouting
  /** Of Kubernetes 1; undefined where it is not known. */
  readonly minor: number | undefined
  readonly shares: CpuShares
  readonly nodes: NodesByZone
  /** A DaemonSet of that name is all that can be seen of it. */
  readonly hasCilium: boolean
  /** Nodes are named in sentences: not for whom may see some namespaces only. */
  readonly namesNodes: boolean
}

export const groundOf = (routing: ClusterRouting): RoutingGround => ({
  routing,
  minor: minorOf(routing.version),
  shares: cpuShares(routing.nodes),
  nodes: nodesByZone(routing.nodes),
  hasCilium: routing.workloads.some(({ workload }) => workload.kind === 'DaemonSet' && workload.name === 'cilium'),
  namesNodes: true,
})

/** A Service's routing: what was asked, what should be, what is, and what nodes make of it. */
export interface ServiceRouting {
  readonly service: ServiceRecord
  readonly asked: AskedPreference
  readonly headless: boolean
  readonly internalPolicy: 'Cluster' | 'Local'
  /** undefined: nothing outside reaches it. */
  readonly externalPolicy: 'Cluster' | 'Local' | undefined
  /** In the order IPv4, IPv6; none for a Service without slices. */
  readonly families: readonly FamilyRouting[]
}

export interface FamilyRouting {
  readonly addressType: string
  /** Ready or not, each once. */
  readonly endpoints: readonly EndpointRecord[]
  readonly predicted: Prediction
  readonly actual: ActualHints
  /** Zones of nodes, of endpoints and of hints, in order; '' where some have none. */
  readonly zones: readonly string[]
  /** Where clients inside the cluster land, by their zone. */
  readonly reach: (zone: string) => ZoneReach
}

export function serviceRouting(ground: RoutingGround, { service, slices }: RoutedService): ServiceRouting {
  const asked = preferenceOf(service, ground.minor)
  const { internal, external } = policies(service)
  const internalPolicy = policyOf(internal)
  const rules: ProxyRules = {
    policy: internalPolicy,
    followsZones: followsZoneHints(service, ground.minor),
    followsNodes: isIn(ground.minor, since.PreferSameNode),
  }
  const byFamily = Map.groupBy(
    slices.filter(({ addressType }) => addressType !== 'FQDN'),
    ({ addressType }) => addressType,
  )
  const families = [...byFamily]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([addressType, ofFamily]): FamilyRouting => {
      const endpoints = endpointsOf(ofFamily)
      const actual = actualHints(endpoints)
      const known = new Map<string, ZoneReach>()
      return {
        addressType,
        endpoints,
        predicted: predictHints(service, asked.preference, ofFamily, ground.shares),
        actual,
        zones: zonesOf(ground.nodes, endpoints, actual),
        reach: zone => {
          const reach = known.get(zone) ?? reachOf(zone, ground.nodes, endpoints, rules)
          known.set(zone, reach)
          return reach
        },
      }
    })
  const headless = service.clusterIps.length === 0 && service.type !== 'ExternalName'
  const externalPolicy = external === undefined ? undefined : policyOf(external)
  return { service, asked, headless, internalPolicy, externalPolicy, families }
}

const policyOf = (policy: string): 'Cluster' | 'Local' => (policy === 'Local' ? 'Local' : 'Cluster')

const zonesOf = (nodes: NodesByZone, endpoints: readonly EndpointRecord[], { byZone }: ActualHints): string[] =>
  [...new Set([...nodes.keys(), ...endpoints.map(({ zone = '' }) => zone), ...byZone.keys()])].sort()

/** Clients of some zone go by the hints of this family. */
export const isFollowed = ({ headless }: ServiceRouting, { reach, zones }: FamilyRouting): boolean =>
  !headless &&
  zones.some(zone => {
    const { ignoring, nodes } = reach(zone)
    return nodes > ignoring.values().reduce((sum, each) => sum + each, 0)
  })

/** @param missingForMs how long there could have been hints and were none (missing-since.ts) */
export const stateOf = (routing: ServiceRouting, family: FamilyRouting, missingForMs: number): HintState =>
  hintState(routing.asked.preference, family.predicted, family.actual, isFollowed(routing, family), missingForMs)
