import type { Dialled, Leg } from '@weir/contract/agent-wire.ts'
import type { Peer } from '@weir/contract/peers.ts'

/**
 * An end as it is kept for ever: no addresses, no pod names. name: a pod's workload, a node, an AWS thing's id, a
 * subnet's id, a Service, the reason of an unplaced end; of the internet: the service of AWS in the region that answers
 * there ('s3', 'dynamodb'), else ''. workloadKind: a pod's workload's, an AWS thing's `AwsThing`. zone: zoneKey() or ''. vpc: the VPC's id, absent where it is not known.
 */
export interface SeriesEnd {
  readonly kind: Peer['kind']
  readonly namespace: string
  readonly name: string
  readonly workloadKind: string
  readonly zone: string
  readonly vpc?: string
}

/**
 * Why the bytes of a series count.
 * primary: reported by the node that sent the hop on. witness: promoted, because that node had no coverage.
 * overhead: what an overlay added around bytes counted elsewhere. outer: an overlay flow whose inside nobody saw.
 * flow log: VPC flow logs, where no agent covered the hop or none can see it.
 * route: a hop to a NAT gateway in another zone that no flow log tells of, by the VPC's routes.
 */
export const bases = ['primary', 'witness', 'overhead', 'outer', 'flow log', 'route'] as const
export type Basis = (typeof bases)[number]

/** Everything that tells one series from another; facts are (time, series id, numbers). */
export interface SeriesKey {
  /** The initiator's. */
  readonly cluster: string
  /** The responder's, where it is another. */
  readonly responderCluster?: string
  readonly initiator: SeriesEnd
  readonly responder: SeriesEnd
  /** The Service the responder answered for: both '' when there is none; several at one port: see several-services.ts. */
  readonly serviceNamespace: string
  readonly serviceName: string
  readonly dialled: Dialled
  readonly leg: Leg
  /** The node in between and its zoneKey; both '' on a direct leg. */
  readonly via: string
  readonly viaZone: string
  readonly protocol: number
  readonly port: number
  /** Routing generation of the Service when the connections were first seen. */
  readonly generation: number
  readonly basis: Basis
}

/** A whole number from 0, given by the store that holds the series. */
export type SeriesId = number

/** Text that is equal exactly when two keys are. */
export function seriesText(key: SeriesKey): string {
  const end = (e: SeriesEnd) => [e.kind, e.namespace, e.name, e.workloadKind, e.zone, e.vpc ?? '']
  return [
    key.cluster,
    ...end(key.initiator),
    ...end(key.responder),
    key.serviceNamespace,
    key.serviceName,
    key.dialled,
    key.leg,
    key.via,
    key.viaZone,
    key.protocol,
    key.port,
    key.generation,
    key.basis,
    key.responderCluster ?? '',
  ].join('\u0000')
}

/** The zoneKeys of the two machines of the hop: those of the leg's two ends. */
export function hopZones(key: SeriesKey): { readonly towardsInitiator: string; readonly towardsResponder: string } {
  switch (key.leg) {
    case 'direct':
      return { towardsInitiator: key.initiator.zone, towardsResponder: key.responder.zone }
    case 'first':
      return { towardsInitiator: key.initiator.zone, towardsResponder: key.viaZone }
    case 'second':
      return { towardsInitiator: key.viaZone, towardsResponder: key.responder.zone }
  }
}
