import type { Dialled, Leg } from '@weir/contract/agent-wire.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { EpochMs, MicroUsd } from '@weir/contract/units.ts'

/**
 * A Service's share that crosses zones = cross-zone bytes ÷ all bytes of its connections' hops, both directions, of the
 * hops whose two machines stand in known zones of one region. A hop is what AWS bills: a connection by a node in between
 * (a nodePort, a load balancer in instance mode) is two hops, and each counts with the zones it runs between, so that its
 * bytes stand twice below the line and, where both hops cross, twice above it. What cannot be told, or leaves the region,
 * is in neither, and stands apart.
 */

/** Bytes of a Service's hops between two zones, both ways together. Zones are labels. */
export interface ZoneFlow {
  /** Of the hop's machine nearer to the client: on the second leg, the node in between. */
  readonly clientZone: string
  /** Of the machine nearer to the endpoint: on the first leg, the node in between. */
  readonly endpointZone: string
  /** The two zones differ. */
  readonly crosses: boolean
  readonly dialled: Dialled
  readonly leg: Leg
  /** Routing generation when the connections were first seen; 0: it is not known (dialled directly, flow logs). */
  readonly generation: number
  readonly bytes: number
  readonly wireBytes: number
  /** Counted on a connection's first hop only. */
  readonly connections: number
  readonly cost: MicroUsd
}

export interface ServiceName {
  readonly cluster: string
  readonly namespace: string
  readonly name: string
}

export interface ServiceTraffic extends ServiceName {
  readonly flows: readonly ZoneFlow[]
  /** Of hops of which the zone of a machine is not known, or cannot be compared. */
  readonly unknownBytes: number
  /** Of hops that leave the region, or go to or come from the internet. */
  readonly elsewhereBytes: number
}

/**
 * Bytes by step, for one set of routing generations. NaN in all of them: nobody watched in that step, so that 0 is
 * silence. `bytes` is what a share is of; `unknownBytes` stand beside it.
 */
export interface ShareSteps {
  readonly from: EpochMs
  readonly stepMs: number
  readonly crossZoneBytes: Float64Array
  readonly bytes: Float64Array
  readonly unknownBytes: Float64Array
  readonly connections: Float64Array
}

/**
 * What Services had in a range, all of them as one, and how much of the truth that is. The shares are from 0 to 1; null
 * where there is nothing to tell them by.
 */
export interface TrafficSummary {
  readonly bytes: number
  readonly crossZoneBytes: number
  /** Of what crosses. */
  readonly cost: MicroUsd
  /** Minutes that the cluster's nodes watched themselves ÷ minutes of all of them that were heard of. */
  readonly nodesWatching: number | null
  /**
   * Of the bytes that came to these Services' endpoints from pods and nodes, those told by the agents of the nodes that
   * sent them. What others saw of a node without an agent has lost its Service, and what stayed on that node nobody saw.
   */
  readonly toldBySenders: number | null
  /** Of their bytes within the region, those whose zones are both known. */
  readonly zonesKnown: number | null
}

/** Which routing generations of a Service count. */
export type Generations = (service: ServiceName, generation: number) => boolean

/** What the rollouts ask of the store. Sums are of counted bytes unless their names say otherwise. */
export interface TrafficOfServices {
  /** Of all Services with traffic in the range. */
  all(range: TimeRange): Promise<readonly ServiceTraffic[]>
  of(service: ServiceName, range: TimeRange): Promise<ServiceTraffic>
  summary(services: readonly ServiceName[], range: TimeRange): Promise<TrafficSummary>
  /**
   * Of the Services as one. Costs what their series cost: for a few Services, not for all of a large cluster.
   *
   * @param range widened to whole steps.
   * @param stepMs whole minutes; steps begin at whole multiples of it since 1970.
   * @param generations all where not given.
   */
  steps(
    services: readonly ServiceName[],
    range: TimeRange,
    stepMs: number,
    generations?: Generations,
  ): Promise<ShareSteps>
  /** The same of each Service by itself, in their order. */
  stepsOfEach(services: readonly ServiceName[], range: TimeRange, stepMs: number): Promise<readonly ShareSteps[]>
}
