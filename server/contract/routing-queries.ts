import type { HintState, ShareExpectation } from './rollout-queries.ts'
import type { EpochMs } from './units.ts'

/** How a Service prefers near endpoints, whoever set it. */
export const preferences = ['none', 'Auto', 'PreferClose', 'PreferSameZone', 'PreferSameNode'] as const
export type Preference = (typeof preferences)[number]

/** Why hints are not there, not used, or of no use: a closed list. Each comes with a sentence and a remedy. */
export const routingReasons = [
  'too few endpoints', // n of at least k
  'overload threshold', // the CPU shares of the zones cannot be met with so many endpoints
  'node without zone or CPU', // takes the hints of every Service with topology-mode Auto
  'nodes in one zone only',
  'endpoint without zone',
  'value not understood', // of the annotation: only Auto and auto are
  'old key wins', // topology-aware-hints hides topology-mode
  'annotation wins', // over spec.trafficDistribution
  'not in this version', // of Kubernetes
  'no selector',
  'external name',
  'headless', // clients choose among the addresses themselves
  'stuck off', // hints could be set and are not: the controller does not look again by itself
  'zone without endpoint', // its clients use all zones
  'traffic policy Local', // hints are not looked at
  'no endpoint on the node', // Local: connections of clients there are dropped
  'data plane ignores hints', // Cilium without serviceTopology, a mesh, an ingress
  'long-lived connections', // opened before the change, still where they were
  'direct to pods', // by pod address: no Service chooses
  'endpoints elsewhere by design', // Auto moved hints to another zone
  'session affinity',
] as const
export type RoutingReason = (typeof routingReasons)[number]

/** A reason in words that a user can act on. */
export interface RoutingFinding {
  readonly reason: RoutingReason
  /** With the figures: "4 endpoints for 3 zones …". */
  readonly sentence: string
  /** What to do about it; '' where nothing need be done. */
  readonly remedy: string
}

/** GET /api/v1/services/{namespace}/{name}/routing */
export interface RoutingAnswer {
  readonly cluster: string
  readonly namespace: string
  readonly name: string
  readonly asOf: EpochMs
  readonly type: string
  readonly headless: boolean
  readonly preference: Preference
  /** Where the preference was read: the field or annotation that wins, with its value; '' for none. */
  readonly preferenceFrom: string
  readonly internalTrafficPolicy: string
  /** '' for a Service that nothing outside reaches. */
  readonly externalTrafficPolicy: string
  readonly families: readonly RoutingFamily[]
  /** null without traffic in the last 24 hours. */
  readonly expectation: ShareExpectation | null
  /** Why no hints are set, or settings that do nothing. Empty where nobody asked for hints. */
  readonly whyNoHints: readonly RoutingFinding[]
  /** Why nodes do not go by hints that are set, and where connections are dropped. */
  readonly whyDropped: readonly RoutingFinding[]
  /** Why so much still crosses: of the last hour's traffic, and of the routing. */
  readonly whyBillDidNotFall: readonly RoutingFinding[]
}

/** Hints are worked out apart for IPv4 and IPv6. */
export interface RoutingFamily {
  readonly addressType: string
  readonly readyEndpoints: number
  readonly state: HintState
  readonly zones: readonly RoutingZone[]
}

export interface RoutingZone {
  readonly zone: string
  readonly nodes: number
  readonly readyEndpoints: number
  /** Of the allocatable CPU of all ready nodes that count, 0 to 1; null where it cannot be told. */
  readonly cpuShare: number | null
  /** Endpoints that the controller would hint for this zone; null: no hints. */
  readonly predictedHints: number | null
  readonly actualHints: number
  /** What clients on this zone's nodes are sent to now. */
  readonly usedEndpoints: number
  readonly usedInOtherZones: number
}
