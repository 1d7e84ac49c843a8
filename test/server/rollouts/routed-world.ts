import { type EpochMs, epochMs, microUsd } from '@weir/contract/units.ts'
import type {
  EndpointRecord,
  NodeRecord,
  ServiceRecord,
  SliceRecord,
} from '../../../server/directory/kubernetes/objects.ts'
import type { ClusterRouting } from '../../../server/rollouts/cluster-routing.ts'
import { HintWatch } from '../../../server/rollouts/hint-watch.ts'
import type { Routings } from '../../../server/rollouts/routings.ts'
import type { ServiceTraffic, ZoneFlow } from '../../../server/rollouts/service-traffic.ts'
import { serviceRecord, sliceRecord } from '../directory/kubernetes/records.ts'
import { endpointsOf, node } from './hints/slices.ts'

/** A node in each of three zones, the same CPU each. */
export const threeNodes: readonly NodeRecord[] = [node('node-a', 'a'), node('node-b', 'b'), node('node-c', 'c')]

export const auto: Partial<ServiceRecord> = { topologyModeAnnotation: 'Auto' }
export const sameZone: Partial<ServiceRecord> = { trafficDistribution: 'PreferSameZone' }

/** shop/cart and its endpoints ("a>b": in zone a, hinted for b), in a cluster of three zones. */
export function routedCart(
  more: Partial<ServiceRecord>,
  endpoints: readonly (string | EndpointRecord)[],
  cluster: Partial<ClusterRouting> = {},
  slice: Partial<SliceRecord> = {},
): ClusterRouting {
  const records = endpoints.map((one, index) => {
    const [record] = typeof one === 'string' ? endpointsOf(one) : [one]
    if (record === undefined) throw new Error(`no endpoint: ${one}`)
    return typeof one === 'string' ? { ...record, addresses: [`10.0.0.${index + 1}`] } : record
  })
  const slices = records.length === 0 ? [] : [sliceRecord('cart', records, slice)]
  return {
    cluster: 'town',
    asOf: epochMs(Date.UTC(2026, 10, 21, 10)),
    version: 'v1.36.1',
    nodes: threeNodes,
    services: [{ service: serviceRecord('cart', '10.96.0.1', more), slices }],
    workloads: [],
    ...cluster,
  }
}

/** Clusters as a test sets them. */
export const routingsOf = (clusters: () => readonly ClusterRouting[]): Pick<Routings, 'clusters' | 'of'> => ({
  get clusters() {
    return clusters().map(({ cluster }) => cluster)
  },
  of: name => clusters().find(({ cluster }) => cluster === name),
})

/** The watch over their hints. */
export const watchOver = (clusters: () => readonly ClusterRouting[], now: () => EpochMs): HintWatch =>
  new HintWatch(routingsOf(clusters), now, () => {})

export const cart = { cluster: 'town', namespace: 'shop', name: 'cart' } as const

/** "a>b 100" are 100 bytes of clients in zone a to an endpoint in b. */
export function flow(text: string, more: Partial<ZoneFlow> = {}): ZoneFlow {
  const [zones = '', bytes] = text.split(' ')
  const [clientZone = '', endpointZone = ''] = zones.split('>')
  return {
    clientZone,
    endpointZone,
    crosses: clientZone !== endpointZone,
    dialled: 'cluster-ip',
    leg: 'direct',
    generation: 1,
    bytes: Number(bytes),
    wireBytes: Number(bytes),
    connections: 1,
    cost: microUsd(0),
    ...more,
  }
}

export const trafficOf = (...flows: readonly (string | ZoneFlow)[]): ServiceTraffic => ({
  ...cart,
  flows: flows.map(one => (typeof one === 'string' ? flow(one) : one)),
  unknownBytes: 0,
  elsewhereBytes: 0,
})
