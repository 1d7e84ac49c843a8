import type { Workload } from './peers.ts'
import type { ShownScope, TimeRange } from './queries.ts'
import type { EpochMs, MicroUsd } from './units.ts'

/** What can change about where connections go: a closed list, shown as it stands. */
export const changeKinds = [
  'topology mode', // service.kubernetes.io/topology-mode, or topology-aware-hints before it
  'traffic distribution', // spec.trafficDistribution
  'internal traffic policy',
  'external traffic policy',
  'load balancer', // its target type, or whether it spreads over zones
  'mesh locality', // Istio: DestinationRule, networking.istio.io/traffic-distribution
  'hints set', // in EndpointSlices, by whatever set them
  'hints lost',
  'topology spread', // topologySpreadConstraints of a workload's pods
  'replicas per zone', // of a workload
  'node-local DNS', // NodeLocal DNSCache came or went
  'zones of nodes', // a zone got its first node or lost its last
  'share climbed back', // after a rollout that had cut it: told by Weir itself
  'marked by hand',
] as const
export type ChangeKind = (typeof changeKinds)[number]

/** What it changed of. A Service's change is judged by that Service's traffic. */
export type ChangeSubject =
  | { readonly kind: 'service'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'workload'; readonly namespace: string; readonly workload: Workload }
  | { readonly kind: 'cluster' }

/** Something that changed where connections go, as it is kept. */
export interface RoutingChange {
  /** Stable, opaque, fit for an address. */
  readonly id: string
  readonly cluster: string
  /** When the server learnt of it; of one marked by hand, the moment that was given. */
  readonly at: EpochMs
  readonly kind: ChangeKind
  readonly subject: ChangeSubject
  /** Services whose traffic it may have moved, the subject included: what it is judged by. */
  readonly services: readonly { readonly namespace: string; readonly name: string }[]
  /** In the words and values of Kubernetes ("PreferSameZone", "Auto", "none", "us-east-1a 2, us-east-1b 2"). */
  readonly before: string
  readonly after: string
  /** Why whoever marked it by hand did, in their words; '' else. */
  readonly note: string
  /** Turns since the last change of the kind that was told of the subject: 1, or more where it flapped in between. */
  readonly times: number
}

/** Never more than these words: what the figures can bear. */
export const verdicts = ['reduced', 'no clear change', 'increased', 'not enough data', 'coverage changed'] as const
export type Verdict = (typeof verdicts)[number]

/** A figure with the interval that holds the truth in 95 of 100 cases. */
export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** One side of a comparison. share = crossZoneBytes ÷ bytes; null where there were none. */
export interface ShareSide {
  readonly range: TimeRange
  readonly bytes: number
  readonly crossZoneBytes: number
  readonly share: number | null
  /** Of the share; null where it cannot be told. */
  readonly interval: Interval | null
  /** Steps with data, of the steps in the range. */
  readonly steps: number
  readonly stepsInRange: number
}

/**
 * early: connections of the new routing generation against those of the old, minutes to hours after the change.
 * settled: hours after the change against the same hours of the week before it.
 */
export const readingKinds = ['early', 'settled'] as const
export type ReadingKind = (typeof readingKinds)[number]

/** One reading of a change. Shares and their differences are from 0 to 1; a point is 0.01. */
export interface ShareReading {
  readonly kind: ReadingKind
  readonly verdict: Verdict
  /** Why, in one sentence with the figures it rests on. */
  readonly why: string
  readonly before: ShareSide
  readonly after: ShareSide
  /** share after − share before: below 0 it fell. null where no interval can be given honestly. */
  readonly change: Interval | null
  /** In a month of 30 days of traffic as after the change; positive: saved. null while the interval holds zero. */
  readonly savedPerMonth: SavedPerMonth | null
}

export interface SavedPerMonth {
  readonly estimate: MicroUsd
  readonly low: MicroUsd
  readonly high: MicroUsd
  /** ISO 4217. */
  readonly currency: string
}

/** A change as the list shows it: the settled reading where it says something, else the early one. */
export interface RolloutRow {
  readonly change: RoutingChange
  /** null: of no Service's traffic, or not judged yet. */
  readonly reading: ShareReading | null
  /** State of the subject's hints now; null where it has none to have. */
  readonly hints: HintState | null
}

/** As the routing answer tells at length. */
export const hintStates = [
  'as predicted',
  'none, as predicted',
  'missing',
  'stuck off',
  'unexpected',
  'not used',
] as const
export type HintState = (typeof hintStates)[number]

/** GET /api/v1/rollouts */
export interface RolloutsAnswer {
  readonly range: TimeRange
  readonly scope: ShownScope
  readonly asOf: EpochMs
  /** Newest first. */
  readonly rows: readonly RolloutRow[]
  /** Beyond the limit. */
  readonly hidden: number
  /** Where changes cannot be seen, in sentences; empty is good. */
  readonly gaps: readonly string[]
}

/** GET /api/v1/rollouts/{id} */
export interface RolloutAnswer {
  readonly scope: ShownScope
  readonly asOf: EpochMs
  readonly change: RoutingChange
  readonly readings: readonly ShareReading[]
  /** Settled, less what unchanged Services did in the same hours; null where there are none to compare with. */
  readonly againstOthers: { readonly services: number; readonly change: Interval } | null
  /** What routing can reach at best with these endpoints and these clients; null where it is not known. */
  readonly expectation: ShareExpectation | null
  /** Shares by step around the change: bytes null where nobody watched. */
  readonly series: {
    readonly stepMs: number
    readonly times: readonly EpochMs[]
    readonly bytes: readonly (number | null)[]
    readonly crossZoneBytes: readonly (number | null)[]
  }
  /** Other changes of the same Services within the readings' ranges: what moved may be theirs. */
  readonly others: readonly RoutingChange[]
}

/** All shares of a Service's bytes, 0 to 1. */
export interface ShareExpectation {
  /** If every connection went to any endpoint at random. */
  readonly baseline: number
  /** If every connection went where its client's node is told to send it. */
  readonly expected: number
  /** Measured, of the connections that the Service's routing decided about (not of those by pod address); null without. */
  readonly observed: number | null
  /** 1 − expected ÷ baseline: what routing saves at best; null where the baseline is 0. */
  readonly possibleSaving: number | null
  /** 1 − observed ÷ baseline. */
  readonly achievedSaving: number | null
  readonly zones: readonly ZoneLoad[]
}

/** A zone's part in a Service's routing. */
export interface ZoneLoad {
  readonly zone: string
  /** Share of the traffic whose clients are here, 0 to 1. */
  readonly clients: number
  readonly endpoints: number
  /** Load of the busiest endpoint here ÷ load of an endpoint if all were even; null where there is none. Above 1.2 hot, above 1.5 critical. */
  readonly loadFactor: number | null
}

/** POST /api/v1/rollouts: body. */
export interface MarkRollout {
  readonly cluster?: string
  readonly namespace: string
  readonly service: string
  /** ISO 8601 or epoch ms; default: now. */
  readonly at?: string | number
  readonly note: string
}

/** GET /api/v1/gate: may a rollout go on? For `weir verify` and the web metrics of Argo Rollouts and Flagger. */
export interface GateAnswer {
  readonly cluster: string
  readonly namespace: string
  readonly service: string
  readonly range: TimeRange
  readonly pass: 'yes' | 'no' | 'not enough data'
  /** 0 to 1; null without traffic. */
  readonly crossShare: number | null
  readonly interval: Interval | null
  readonly maxCrossShare: number
  readonly bytes: number
  readonly why: string
}
