import type { Price, ShownScope, TimeRange } from './queries.ts'
import type { EpochMs, MicroUsd } from './units.ts'

/** What can be done about traffic across zones: a closed list. */
export const remedies = [
  'prefer the same zone', // spec.trafficDistribution, or topology-mode
  'spread the replicas', // topologySpreadConstraints
  'change the replica count', // so that hints can be allocated
  'mend the hints', // stuck off, wrong value, a node without zone …
  'keep traffic on the node', // internalTrafficPolicy: Local
  'put pods together', // pod affinity
  'cache DNS on the node', // NodeLocal DNSCache
  'load balancer to pods', // IP-mode targets
  'load balancer within its zone', // cross-zone off for NLB
  'NAT gateway per zone',
  'endpoint for AWS services', // gateway or interface endpoints
  'replica in every zone', // of a stateful set
  'mesh locality', // Istio
  'skip the load balancer', // use the ClusterIP from inside the cluster
  'node pool in one zone', // for batch work
] as const
export type Remedy = (typeof remedies)[number]

/** client setting: the address to write into the clients' own settings; Kubernetes does not know where that is. */
export const patchKinds = ['kubectl patch', 'kubectl apply', 'helm values', 'aws cli', 'client setting'] as const

/** Ready to apply; never applied by Weir. */
export interface Patch {
  readonly kind: (typeof patchKinds)[number]
  /** The command or the document. */
  readonly text: string
}

export interface AdviceRow {
  /** Stable between answers for the same thing to do. */
  readonly id: string
  readonly cluster: string
  readonly remedy: Remedy
  /** What it is about: "shop/cart", a node, a subnet. */
  readonly subject: string
  /** '' where it is about no namespace's own. */
  readonly namespace: string
  /** What is wrong, with its figures. */
  readonly problem: string
  /** Wire bytes across zones in the range that this would keep within a zone, and those it has now. */
  readonly savedBytes: number
  readonly crossZoneBytes: number
  /** In a month of 30 days of traffic as in the range, less `ownCostPerMonth`. */
  readonly savedPerMonth: MicroUsd
  /** What the remedy itself costs: hours of a NAT gateway, and the like. */
  readonly ownCostPerMonth: MicroUsd
  readonly shareBefore: number | null
  readonly shareAfter: number | null
  readonly risk: string
  readonly precondition: string
  /**
   * After it: load of the busiest zone's endpoint ÷ load of an endpoint if all were even. Above 1.2 hot, above 1.5
   * critical: then the row comes after all that are not. null where it does not say anything.
   */
  readonly loadFactor: number | null
  /** Nodes with clients but no endpoint: their connections would be dropped (policy Local). Empty in a scope. */
  readonly dropsOn: readonly string[]
  /**
   * The id of a row that stands before this one and moves some of the same bytes: do one of them. Savings are added up
   * over the rows where this is null, and over no others.
   */
  readonly alternativeTo: string | null
  readonly patches: readonly Patch[]
}

/** Why nothing in the cluster's settings would move it: a closed list. */
export const structuralReasons = [
  'headless', // clients choose among the addresses themselves
  'direct to pods', // by pod address: no Service chooses
  'control plane', // the API servers' interfaces
  'managed by AWS', // a database, a cache, a load balancer … stands where it stands
  'one zone only', // all that answers is in another zone than the client
  'already routed', // preference is set, and what is left is where no endpoint is
  'node traffic', // kubelets, host processes
  'way to the internet',
  'not placed', // an end that nobody knows
  'other',
] as const
export type StructuralReason = (typeof structuralReasons)[number]

/** Traffic across zones that nothing in the cluster's settings would move, with the reason. */
export interface StructuralRow {
  readonly cluster: string
  readonly subject: string
  readonly namespace: string
  readonly reason: StructuralReason
  /** In a sentence. */
  readonly why: string
  readonly crossZoneBytes: number
  readonly costPerMonth: MicroUsd
}

/** GET /api/v1/advice */
export interface AdviceAnswer {
  readonly range: TimeRange
  readonly scope: ShownScope
  readonly asOf: EpochMs
  readonly price: Price
  /** What to do first, largest saving first; then what is risky; then the alternatives. */
  readonly rows: readonly AdviceRow[]
  /** Largest first. */
  readonly structural: readonly StructuralRow[]
  /** Of the rows without `alternativeTo`, those beyond the limit included. */
  readonly savedPerMonth: MicroUsd
  /** Wire bytes across zones in the range: of the rows' traffic, each byte once, and of `structural`. */
  readonly crossZoneBytes: number
  /** Rows and structural rows beyond the limit. */
  readonly hidden: number
  /** What could not be looked at, in words. */
  readonly gaps: readonly string[]
}

/** GET /api/v1/what-if: a volume between two Services of one region, by how it may be sent. */
export interface WhatIfAnswer {
  readonly scope: ShownScope
  readonly gbPerMonth: number
  readonly currency: string
  /** Of the list prices, in words: source and date. */
  readonly source: string
  /** What the figures rest on, in words. */
  readonly inputs: readonly string[]
  readonly options: readonly WhatIfOption[]
}

export interface WhatIfOption {
  readonly name: string
  /** Share of the bytes that cross zones, 0 to 1, of all hops that the option has. */
  readonly crossShare: number
  /** As guides publish it: one side of each crossing. */
  readonly oneSide: MicroUsd
  /** What AWS bills: both sides, and what the option itself costs. */
  readonly billed: MicroUsd
  readonly parts: readonly { readonly name: string; readonly cost: MicroUsd }[]
  readonly note: string
}
