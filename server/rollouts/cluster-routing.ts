import type { Workload } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type {
  DestinationRuleRecord,
  IngressRecord,
  NodeRecord,
  ServiceRecord,
  SliceRecord,
  SpreadRule,
} from '../directory/kubernetes/objects.ts'

/** A Service with the slices that say who answers for it, those of other controllers included. */
export interface RoutedService {
  readonly service: ServiceRecord
  readonly slices: readonly SliceRecord[]
}

/** Where a workload's pods are. Zones are names as nodes have them; '' is a node whose zone is not known. */
export interface WorkloadPlacement {
  readonly namespace: string
  readonly workload: Workload
  /** Pods that are neither ended nor terminating, by zone. */
  readonly podsByZone: ReadonlyMap<string, number>
  readonly nodes: ReadonlySet<string>
  /** Of its newest pods. */
  readonly spread: readonly SpreadRule[]
}

/** What decides where connections of one cluster go, at one moment: what hints, detection and advice are worked out of. */
export interface ClusterRouting {
  readonly cluster: string
  readonly asOf: EpochMs
  /** gitVersion of the API server ("v1.34.2-eks-1a2b3c"); undefined where it is not known. */
  readonly version: string | undefined
  readonly nodes: readonly NodeRecord[]
  readonly services: readonly RoutedService[]
  readonly workloads: readonly WorkloadPlacement[]
  /** Istio's; absent where nobody asked for them to be watched. */
  readonly destinationRules?: readonly DestinationRuleRecord[]
  /** Absent where nobody asked for them to be watched. */
  readonly ingresses?: readonly IngressRecord[]
}
