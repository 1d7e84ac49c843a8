import type { Dialled } from '@weir/contract/agent-wire.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { EpochMs, MicroUsd } from '@weir/contract/units.ts'

/** Bytes of a Service's connections between two zones, both ways together. Zones are labels; '' is not known. */
export interface ZoneFlow {
  readonly clientZone: string
  readonly endpointZone: string
  /** Its hops lie in different zones of a region (a leg by a node in between counts with where it leads). */
  readonly crosses: boolean
  readonly dialled: Dialled
  /** Routing generation when the connections were first seen. */
  readonly generation: number
  readonly bytes: number
  readonly wireBytes: number
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
}

/** Bytes of one Service by step, for one set of routing generations. NaN in both: the step was not watched whole. */
export interface ShareSteps {
  readonly from: EpochMs
  readonly stepMs: number
  readonly crossZoneBytes: Float64Array
  readonly bytes: Float64Array
  readonly connections: Float64Array
}

/** What the rollouts ask of the store. Sums are of counted bytes unless their names say otherwise. */
export interface TrafficOfServices {
  /** Of all Services with traffic in the range. */
  all(range: TimeRange): Promise<readonly ServiceTraffic[]>
  of(service: ServiceName, range: TimeRange): Promise<ServiceTraffic>
  /** @param generations which count; all where not given. */
  steps(
    service: ServiceName,
    range: TimeRange,
    stepMs: number,
    generations?: (generation: number) => boolean,
  ): Promise<ShareSteps>
}
