import type { Workload } from '@weir/contract/peers.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { EndpointRecord, ServiceRecord } from '../../directory/kubernetes/objects.ts'
import type { VpcRecords } from '../../directory/vpc-map.ts'
import type { SidesBook } from '../../pricing/billed-sides.ts'
import { hasService } from '../../store/several-services.ts'
import type { ClusterRouting, RoutedService, WorkloadPlacement } from '../cluster-routing.ts'
import { endpointsOf } from '../hints/actual.ts'
import { type CpuShares, cpuShares } from '../hints/cpu-shares.ts'
import { takesNew } from '../hints/kube-proxy.ts'
import { minorOf } from '../hints/kube-version.ts'
import { type AskedPreference, preferenceOf } from '../hints/preference.ts'
import { type ByZone, zonesOf } from './sends.ts'
import { responderCluster, type Stream } from './stream.ts'

/** What advice is worked out of: one cluster's routing, what went to, from and within it, and the map of the VPCs. */
export interface AdviceInput {
  readonly routing: ClusterRouting
  /** Of the whole server; those of other clusters are passed over. */
  readonly streams: readonly Stream[]
  readonly range: TimeRange
  readonly vpcs: readonly VpcRecords[]
  /** Where AWS bills what it bills. */
  readonly book: SidesBook
}

/** A Service with its traffic. */
export interface ServiceView {
  readonly record: ServiceRecord
  readonly namespace: string
  readonly name: string
  readonly asked: AskedPreference
  /** Ready ones, of the family that has most. */
  readonly endpoints: readonly EndpointRecord[]
  readonly byZone: ByZone
  /** Hops for which kube-proxy at the near machine chooses the endpoint. */
  readonly steered: readonly Stream[]
  /** Hops to a node that passes the connection on: a load balancer's or a client's to a nodePort. */
  readonly entries: readonly Stream[]
  /** All others: by pod address. */
  readonly direct: readonly Stream[]
  /** Whose pods answer; undefined where no traffic tells, or several do. */
  readonly backing: WorkloadPlacement | undefined
}

/** One cluster as advice looks at it. */
export interface ClusterView {
  readonly cluster: string
  readonly asOf: number
  readonly range: TimeRange
  /** Minor version of Kubernetes 1; undefined where it is not known. */
  readonly minor: number | undefined
  readonly streams: readonly Stream[]
  /** By `workloadKey`: those with one of its pods at an end, each once. */
  readonly ofWorkload: ReadonlyMap<string, readonly Stream[]>
  readonly services: readonly ServiceView[]
  /** By `serviceKey`. */
  readonly byService: ReadonlyMap<string, ServiceView>
  /** Zones with ready nodes that pods can be on, by name in order. */
  readonly zones: readonly string[]
  readonly shares: CpuShares
  readonly placements: ReadonlyMap<string, WorkloadPlacement>
  readonly routing: ClusterRouting
  readonly vpcs: readonly VpcRecords[]
  readonly book: SidesBook
}

export const serviceKey = (namespace: string, name: string): string => `${namespace}/${name}`

export const workloadKey = (namespace: string, { kind, name }: Workload): string => `${namespace}/${kind}/${name}`

export function viewOf({ routing, streams, range, vpcs, book }: AdviceInput): ClusterView {
  const { cluster } = routing
  const own = streams.filter(stream => stream.key.cluster === cluster || responderCluster(stream) === cluster)
  const byService = Map.groupBy(
    own.filter(stream => hasService(stream.key) && responderCluster(stream) === cluster),
    ({ key }) => serviceKey(key.serviceNamespace, key.serviceName),
  )
  const placements = new Map(routing.workloads.map(one => [workloadKey(one.namespace, one.workload), one]))
  const minor = minorOf(routing.version)
  const workers = routing.nodes.filter(node => node.ready && !node.controlPlane)
  const services = routing.services.map(one =>
    serviceView(one, byService.get(serviceKey(one.service.namespace, one.service.name)) ?? [], placements, minor),
  )
  return {
    cluster,
    asOf: routing.asOf,
    range,
    minor,
    streams: own,
    ofWorkload: byWorkload(own),
    services,
    byService: new Map(services.map(one => [serviceKey(one.namespace, one.name), one])),
    zones: [...new Set(workers.flatMap(node => node.zoneName ?? []))].sort(),
    shares: cpuShares(routing.nodes),
    placements,
    routing,
    vpcs,
    book,
  }
}

/** Whether kube-proxy chose the endpoint: nobody does for a headless Service, or where a pod was dialled itself. */
export const isSteered = ({ clusterIps }: Pick<ServiceRecord, 'clusterIps'>, { key }: Stream): boolean =>
  clusterIps.length > 0 && key.dialled !== 'direct' && key.leg !== 'first'

function byWorkload(streams: readonly Stream[]): Map<string, Stream[]> {
  const found = new Map<string, Stream[]>()
  for (const stream of streams) {
    const { initiator, responder } = stream.key
    const keys = [initiator, responder]
      .filter(({ kind }) => kind === 'pod')
      .map(({ name, namespace, workloadKind }) => workloadKey(namespace, { kind: workloadKind, name }))
    for (const key of new Set(keys)) {
      const known = found.get(key)
      if (known === undefined) found.set(key, [stream])
      else known.push(stream)
    }
  }
  return found
}

function serviceView(
  { service, slices }: RoutedService,
  streams: readonly Stream[],
  placements: ReadonlyMap<string, WorkloadPlacement>,
  minor: number | undefined,
): ServiceView {
  const families = Map.groupBy(slices, ({ addressType }) => addressType)
  const [endpoints = []] = [...families.values()]
    .map(ofFamily => endpointsOf(ofFamily).filter(takesNew))
    .sort((a, b) => b.length - a.length)
  return {
    record: service,
    namespace: service.namespace,
    name: service.name,
    asked: preferenceOf(service, minor),
    endpoints,
    byZone: zonesOf(endpoints),
    steered: streams.filter(stream => isSteered(service, stream)),
    entries: streams.filter(({ key }) => key.leg === 'first'),
    direct: streams.filter(stream => stream.key.leg !== 'first' && !isSteered(service, stream)),
    backing: backingOf(streams, placements),
  }
}

function backingOf(
  streams: readonly Stream[],
  placements: ReadonlyMap<string, WorkloadPlacement>,
): WorkloadPlacement | undefined {
  const keys = new Set(
    streams
      .map(({ key }) => key.responder)
      .filter(({ kind }) => kind === 'pod')
      .map(({ namespace, workloadKind, name }) => workloadKey(namespace, { kind: workloadKind, name })),
  )
  const [key = ''] = keys
  return keys.size === 1 ? placements.get(key) : undefined
}

/** Wire bytes by the zone where kube-proxy chooses. */
export function clientsByZone(streams: readonly Stream[]): Map<string, number> {
  const bytes = new Map<string, number>()
  for (const { near, wireBytes } of streams) if (near !== '') bytes.set(near, (bytes.get(near) ?? 0) + wireBytes)
  return bytes
}
