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

export const patchKinds = ['kubectl patch', 'kubectl apply', 'helm values', 'aws cli'] as const

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
  readonly namespace: string
  /** What is wrong, with its figures. */
  readonly problem: string
  /** Wire bytes across zones in the range that this would keep within a zone, and those it has now. */
  readonly savedBytes: number
  readonly crossZoneBytes: number
  /** In a month of 30 days of traffic as in the range. */
  readonly savedPerMonth: MicroUsd
  readonly shareBefore: number | null
  readonly shareAfter: number | null
  readonly risk: string
  readonly precondition: string
  readonly patches: readonly Patch[]
}

/** Traffic across zones that nothing in the cluster's settings would move, with the reason. */
export interface StructuralRow {
  readonly cluster: string
  readonly subject: string
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
  /** Largest saving first. */
  readonly rows: readonly AdviceRow[]
  readonly structural: readonly StructuralRow[]
  /** What could not be looked at, in words. */
  readonly gaps: readonly string[]
}

/** GET /api/v1/what-if: a volume between two Services of one region, by how it may be sent. */
export interface WhatIfAnswer {
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
  readonly crossShare: number
  /** As guides publish it: one side of each crossing. */
  readonly oneSide: MicroUsd
  /** What AWS bills: both sides, and what the option itself costs. */
  readonly billed: MicroUsd
  readonly parts: readonly { readonly name: string; readonly cost: MicroUsd }[]
  readonly note: string
}
