import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { Listed } from '../listing.ts'
import type { NodeRecord, PodRecord, ServiceRecord, SliceRecord } from './objects.ts'
import type { FoundWorkload } from './owners.ts'
import { routingOf } from './routing.ts'

/** What Kubernetes' objects mean to the directory; undefined: nothing, for now. */

export function listedNode({ name, addresses, fargate, ...node }: NodeRecord): Listed {
  // The address of a Fargate node is its one pod's, and no agent can run there.
  return { kind: 'node', name, zone: zoneOf(node), addresses: fargate ? [] : addresses }
}

/** A node without zone labels is a node all the same: its traffic is counted, its crossing is unknown. */
export function zoneOf(node: Pick<NodeRecord, 'zoneName' | 'zoneId' | 'region'>): Zone | undefined {
  const { zoneName, zoneId } = node
  if (zoneName === undefined && zoneId === undefined) return undefined
  const region = node.region ?? regionOf(zoneName ?? zoneId ?? '')
  return { region, ...(zoneName !== undefined && { name: zoneName }), ...(zoneId !== undefined && { id: zoneId }) }
}

/** AWS calls zones us-east-1a, us-west-2-lax-1a: the region comes first. A name of another pattern is its own region. */
const regionOf = (zone: string): string => /^[a-z]{2}(-[a-z]+)+-\d+/.exec(zone)?.[0] ?? zone

/** A pod without an address is nobody yet; one that has ended has given its address back. */
export function listedPod(
  pod: PodRecord,
  { workload }: FoundWorkload,
  labelKeys: readonly string[],
): Listed | undefined {
  const { namespace, name, node, addresses, ports, hostPorts, hostNetwork, startedAt } = pod
  if (node === undefined || pod.ended || addresses.length === 0) return undefined
  const labels = labelKeys.flatMap(key => (pod.labels[key] === undefined ? [] : [[key, pod.labels[key]] as const]))
  return {
    kind: 'pod',
    namespace,
    name,
    workload,
    node,
    // A hostNetwork pod has its node's addresses: what the node itself says of them is newer, and all of them.
    addresses: hostNetwork ? [] : addresses,
    ports,
    hostNetwork,
    ...(hostPorts.length > 0 && { hostPorts: hostPorts.map(({ port, protocol }) => ({ port, protocol })) }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
    ...since(startedAt),
  }
}

/** An ExternalName is a name in DNS: nothing is ever sent to it, or answered by it. */
export function listedService(service: ServiceRecord, slices: readonly SliceRecord[]): Listed | undefined {
  const { namespace, name, type, clusterIps, externalAddresses, createdAt } = service
  if (type === 'ExternalName') return undefined
  return {
    kind: 'service',
    namespace,
    name,
    addresses: clusterIps,
    // A node's address may be one of these, and load balancers share theirs: no label may claim them.
    ...(externalAddresses.length > 0 && { sharedAddresses: externalAddresses }),
    ports: service.ports.map(({ port, protocol, nodePort }) => ({
      port,
      protocol,
      ...(nodePort !== undefined && { nodePort }),
    })),
    routing: routingOf(service, slices),
    ...since(createdAt),
  }
}

/**
 * All endpoints, ready or not: a connection outlives its pod's readiness. The slice's ports are numbers of the pods'
 * own, also where the Service names them.
 */
export function listedBackends({ namespace, service, addressType, endpoints, ports }: SliceRecord): Listed | undefined {
  if (service === undefined || addressType === 'FQDN' || ports.length === 0) return undefined
  const addresses = [...new Set(endpoints.flatMap(endpoint => endpoint.addresses))].sort()
  if (addresses.length === 0) return undefined
  const numbers = ports.map(({ port, protocol }) => ({ port, protocol }))
  return { kind: 'backends', namespace, service, addresses, ports: numbers }
}

const since = (moment: EpochMs | undefined) => moment !== undefined && { since: moment }
