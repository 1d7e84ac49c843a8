import type { AgentReport, Dialled, Leg, Role } from './agent-wire.ts'
import type { Peer, Workload } from './peers.ts'
import type { Bytes, EpochMs, MicroUsd } from './units.ts'
import type { Crossing, CrossingGap } from './zones.ts'

/** Half-open [from, to). */
export interface TimeRange {
  readonly from: EpochMs
  readonly to: EpochMs
}

export const pairGroups = ['service', 'workload', 'namespace', 'zone'] as const
export type PairGroup = (typeof pairGroups)[number]

/**
 * Which rows count. Within one field any value matches (OR), the fields must all match (AND); a value that begins with
 * "!" excludes. The same filter holds for pairs, zones, series, flows and the live views.
 */
export interface FlowFilter {
  /** Either end's cluster. */
  readonly cluster?: readonly string[]
  /** Either end's namespace. */
  readonly namespace?: readonly string[]
  readonly initiatorNamespace?: readonly string[]
  readonly responderNamespace?: readonly string[]
  /** The initiator's workload (or node, or other peer) by name. */
  readonly initiator?: readonly string[]
  /** The responder's Service, else workload, by name. */
  readonly responder?: readonly string[]
  /** Either end's zone of the hop, by name or ID. "a~b": one end in a and the other in b, either way round. */
  readonly zone?: readonly string[]
  readonly crossing?: readonly string[]
}
export const filterFields = [
  'cluster',
  'namespace',
  'initiatorNamespace',
  'responderNamespace',
  'initiator',
  'responder',
  'zone',
  'crossing',
] as const satisfies readonly (keyof FlowFilter)[]

export const pairSorts = ['crossZoneBytes', 'bytes', 'costMicroUsd', 'connections', 'name'] as const
export type PairSort = (typeof pairSorts)[number]

/** What is summed of hops, everywhere. Counted bytes, as conntrack counts IP bytes; wire bytes, as the network card sent them. */
export interface Amounts {
  readonly bytesToResponder: number
  readonly bytesToInitiator: number
  readonly wireToResponder: number
  readonly wireToInitiator: number
  readonly connections: number
}

/** The same sums split by crossing, so that shares can be told. bytes = all crossings added up. */
export interface Totals extends Amounts {
  readonly bytes: number
  readonly wireBytes: number
  readonly byCrossing: { readonly [crossing in Crossing]: { readonly bytes: number; readonly wireBytes: number } }
  /** What crosses zones, at the sides that are billed on its path, at the stated price. */
  readonly costMicroUsd: MicroUsd
}

/** An end of a pair as a row shows it. Where a pair's hops lie in several zones, `zones` names them all. */
export interface PairEnd {
  readonly kind: Peer['kind'] | 'zone' | 'namespace'
  /** The cluster it is in, where that is not the row's: the initiator's. */
  readonly cluster?: string
  readonly namespace: string
  /** Service, workload, node, AWS thing, reason of unplaced …: what the end is called. */
  readonly name: string
  readonly workload?: Workload
  readonly zones: readonly string[]
}

export interface PairRow extends Totals {
  /** Stable over time and between answers: the identity of the pair under this grouping. */
  readonly key: string
  readonly cluster: string
  readonly initiator: PairEnd
  readonly responder: PairEnd
  /** Nodes in between (NodePort, load balancer in instance mode), by name. */
  readonly via: readonly string[]
  /** How the responder was dialled. */
  readonly dialled: readonly Dialled[]
}

/** 'all', or the namespaces that the asking viewer may see: rows with at least one end in one of them. */
export type ShownScope = 'all' | readonly string[]

/** What stands beside every answer about traffic. */
export interface Provenance {
  readonly range: TimeRange
  /** Everything in the answer, totals and coverage included, is of this. */
  readonly scope: ShownScope
  /** The newest window that is in the answer. */
  readonly asOf: EpochMs | null
  /** Up to here every minute is decided: primary or promoted witness, nothing changes any more. */
  readonly sealedUntil: EpochMs | null
  readonly coverage: CoverageSummary
  readonly price: Price
}

export interface Price {
  /** Per GB and billed side. */
  readonly usdPerGb: number
  readonly bytesPerGb: number
  /** Of every amount, also of those whose names say Usd: ISO 4217. */
  readonly currency: string
  /** Where the figure comes from and of which day, in words. */
  readonly source: string
}

export interface PairsAnswer extends Provenance {
  readonly group: PairGroup
  readonly rows: readonly PairRow[]
  /** Over all rows that match, also those beyond the limit. */
  readonly total: Totals
  /** The rows the limit cut off, summed: rows + rest = total. */
  readonly rest: Totals & { readonly rows: number }
}

export interface ZoneCell {
  /** Zone label ("us-east-1a"), or "internet" / "unknown: <why>". */
  readonly source: string
  readonly destination: string
  readonly crossing: Crossing
  readonly why?: CrossingGap
  readonly bytes: Bytes
  readonly wireBytes: Bytes
  readonly costMicroUsd: MicroUsd
}

/** Directed: bytes that went from source to destination. */
export interface ZonesAnswer extends Provenance {
  readonly zones: readonly string[]
  readonly cells: readonly ZoneCell[]
  readonly total: Totals
}

export const seriesGroups = ['crossing', 'namespace', 'service', 'zone'] as const
export type SeriesGroup = (typeof seriesGroups)[number]

/** Bytes per step. A step nobody watched is null, not 0. */
export interface SeriesAnswer extends Provenance {
  readonly stepMs: number
  readonly times: readonly EpochMs[]
  /** Largest first; what is beyond the limit is one line called "other". */
  readonly lines: readonly { readonly name: string; readonly bytes: readonly (number | null)[] }[]
}

/** One recent hop at address level: bounded, in memory only. */
export interface FlowRow extends Amounts {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly node: string
  readonly role: Role
  readonly leg: Leg
  readonly dialled: Dialled
  readonly protocol: number
  readonly port: number
  readonly initiator: FlowEnd
  readonly responder: FlowEnd
  readonly via: FlowEnd | null
  readonly service: { readonly namespace: string; readonly name: string } | null
  readonly crossing: Crossing
  readonly why?: CrossingGap
}

export interface FlowEnd {
  readonly address: string
  readonly peer: Peer
  readonly zone: string | null
}

export interface FlowsAnswer {
  readonly scope: ShownScope
  readonly rows: readonly FlowRow[]
  /** Hops that were in the span but not kept, because the ring is bounded; null in a scope: whose they were is not kept. */
  readonly left: number | null
}

export const coverageKinds = [
  'nodes reporting', // nodes whose agent covered the range's sealed minutes from its first one on ÷ nodes in the directory
  'connections with counters', // live connections with counters ÷ all
  'bytes placed', // bytes with both ends placed ÷ all
  'primary against witness', // the same hops counted by two kernels: the smaller sum ÷ the larger
  'zones compared', // bytes whose crossing is known ÷ all
] as const
export type CoverageKind = (typeof coverageKinds)[number]

export interface CoveragePart {
  readonly kind: CoverageKind
  /** 0 to 1; null when there is nothing to divide by. */
  readonly ratio: number | null
  readonly seen: number
  readonly of: number
  readonly unit: 'nodes' | 'connections' | 'bytes'
}

export interface CoverageSummary {
  readonly parts: readonly CoveragePart[]
  /** Sentences about what is missing, in the words of Health; empty is good. */
  readonly gaps: readonly string[]
}

export interface CoverageAnswer extends CoverageSummary {
  readonly range: TimeRange
  readonly scope: ShownScope
  readonly sealedUntil: EpochMs | null
  /** Bytes of unplaced ends by reason. */
  readonly unplaced: readonly { readonly reason: string; readonly bytes: number }[]
  /** Bytes of which it is not known for which Service they are. */
  readonly severalServices: SeveralServices
  /** Minutes given away: who decided what. null in a scope: it is of whole nodes. */
  readonly givenAway: readonly GivenAway[] | null
  /** null in a scope: it is of the whole cluster. */
  readonly lost: readonly { readonly name: string; readonly count: number }[] | null
}

/** Several Services answer at the responder's port, and none of them was dialled: the bytes are its workload's. */
export interface SeveralServices {
  readonly bytes: number
  /** namespace/name of the responder's workload (a node: its name) and of the Services; most bytes first, at most 20. */
  readonly responders: readonly {
    readonly responder: string
    readonly services: readonly string[]
    readonly bytes: number
  }[]
  /** How many more responders there are. */
  readonly more: number
}

export interface GivenAway {
  readonly node: string
  readonly minute: EpochMs
  readonly promotedBytes: number
  readonly supersededBytes: number
}

export interface AgentRow {
  readonly cluster: string
  readonly node: string
  readonly zone: string | null
  /** live: within three windows. late: behind. silent: nothing for longer than the sealing time. */
  readonly state: 'live' | 'late' | 'silent'
  readonly lastWindowTo: EpochMs
  readonly lastHeardAt: EpochMs
  readonly clockOffsetMs: number
  /** asserted: any holder of the shared secret may claim it. */
  readonly identity: 'asserted' | 'proven'
  /** Bytes set aside since the server started: more than the node's card can carry. Above 0 it is broken, or it lies. */
  readonly aboveLineRateBytes: number
  readonly report: AgentReport
}

export interface AgentsAnswer {
  readonly asOf: EpochMs
  readonly agents: readonly AgentRow[]
  /** Nodes of the directory without an agent. */
  readonly withoutAgent: readonly string[]
}

/** How people are told apart: see the setting dashboardAuth. */
export const dashboardAuths = ['token', 'proxy', 'oidc', 'none'] as const
export type DashboardAuth = (typeof dashboardAuths)[number]

/** Who is asking, as the server knows them. */
export interface ViewerAnswer {
  readonly name: string
  readonly scope: ShownScope
  readonly auth: DashboardAuth
  /** The viewer came with a session of this server, which POST /logout ends. */
  readonly hasSession: boolean
}

/** RFC 9457 problem details: the body of every 4xx and 5xx of the dashboard's API. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** The parameter at fault, and what it may be. */
  readonly parameter?: string
  readonly allowed?: string
  /** With 401: the page where one can sign in, if this server has one. */
  readonly signIn?: string
  readonly requestId: string
}
