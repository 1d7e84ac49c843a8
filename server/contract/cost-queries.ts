import type { Workload } from './peers.ts'
import type { ShownScope, TimeRange } from './queries.ts'
import type { EpochMs, MicroUsd } from './units.ts'

/**
 * Who pays for a hop. initiator: whoever opened the connection. sender: whoever sent the bytes. split: each end pays what
 * AWS charges at it. A policy changes who pays, never how much.
 */
export const costPolicies = ['initiator', 'sender', 'split'] as const
export type CostPolicy = (typeof costPolicies)[number]

/** no data: the bill does not have the day yet. provisional: it still changes. final: it does not. */
export const billStates = ['no data', 'provisional', 'final'] as const
export type BillState = (typeof billStates)[number]

/** remainder: traffic without a workload at either end, named after what is there ("EKS control plane ↔ nodes"). */
export const costRowKinds = ['namespace', 'workload', 'label', 'remainder'] as const
export type CostRowKind = (typeof costRowKinds)[number]

export interface CostRow {
  readonly kind: CostRowKind
  /** '' for labels and remainders. */
  readonly cluster: string
  readonly namespace: string
  /** Namespace, workload, the label's value ('' where a workload has none), or what a remainder is. */
  readonly name: string
  readonly workload?: Workload
  /** Wire bytes times the sides that AWS charges: what its meters count. */
  readonly meteredBytes: number
  readonly costMicroUsd: MicroUsd
  /** Of the cost, what lies on days whose bill may still change. */
  readonly provisionalMicroUsd: MicroUsd
  /** Of the cost, what lies on days without a bill: at the nearest day's price, else the list's. */
  readonly estimatedMicroUsd: MicroUsd
}

/** Exactly: rows + unattributed = total. Where every day is final, total = the bill. */
export interface CostTotal {
  readonly costMicroUsd: MicroUsd
  readonly attributedMicroUsd: MicroUsd
  /** Billed and not observed; negative where more was observed than is on the bill. */
  readonly unattributedMicroUsd: MicroUsd
  readonly meteredBytes: number
  /** Of the total, what lies on days of each state. */
  readonly byState: { readonly [state in BillState]: MicroUsd }
}

/** What the bill has beside traffic across zones: shown, and never mixed into it. */
export interface ApartLine {
  readonly name: string
  readonly gb: number
  readonly costMicroUsd: MicroUsd
}

/** The bill's days of the range, added up. */
export interface BillSummary {
  readonly billedMicroUsd: MicroUsd
  readonly billedGb: number
  readonly apart: readonly ApartLine[]
  /** Whose bill it is and when it was read, in words. */
  readonly source: string
}

export interface CostDay {
  /** Start of the UTC day. */
  readonly day: EpochMs
  readonly state: BillState
  /** Every minute of it is decided: nothing is added any more. */
  readonly isSealed: boolean
  /** null in a scope: what follows is everybody's. */
  readonly figures: DayFigures | null
}

export interface DayFigures {
  readonly observedGb: number
  /** null: no bill. Likewise below. */
  readonly billedGb: number | null
  /** Observed ÷ billed; above 1 where more was observed than is on the bill. null also where nothing is billed. */
  readonly coverage: number | null
  readonly attributedMicroUsd: MicroUsd
  readonly billedMicroUsd: MicroUsd | null
  readonly unattributedMicroUsd: MicroUsd | null
}

/** What the whole month will come to. */
export interface CostProjection {
  readonly costMicroUsd: MicroUsd
  /** How it was found, in words. */
  readonly method: string
}

/** GET /api/v1/costs. */
export interface CostsAnswer {
  readonly month: string
  readonly range: TimeRange
  readonly scope: ShownScope
  readonly policy: CostPolicy
  readonly by: string
  /** Of all money in the answer, ISO 4217: millionths of it where fields say MicroUsd. */
  readonly currency: string
  readonly sealedUntil: EpochMs | null
  /** Largest first. */
  readonly rows: readonly CostRow[]
  /** null in a scope: it is everybody's. Likewise below. */
  readonly total: CostTotal | null
  readonly bill: BillSummary | null
  readonly days: readonly CostDay[]
  /** null also where no day is complete yet. */
  readonly projection: CostProjection | null
  readonly selfCost: SelfCost | null
  /** Price per GB and side where the bill does not tell one, with its source. */
  readonly listPrice: { readonly usdPerGb: number; readonly source: string }
  /** What one has to know to read the figures, in sentences. */
  readonly notes: readonly string[]
}

/** What Weir itself causes. */
export interface SelfCost {
  readonly costMicroUsd: MicroUsd
  readonly parts: readonly {
    readonly name: string
    readonly amount: number
    readonly unit: 'bytes' | 'calls'
    readonly costMicroUsd: MicroUsd
  }[]
  readonly method: string
}

/** A day's observed quantity by what is at the ends of its hops. */
export interface ReconciledDay extends CostDay {
  readonly figures: DayFigures
  /** Largest first: "workloads" (at both ends), "RDS", "EKS control plane ↔ nodes" … Together: observed. */
  readonly causes: readonly { readonly name: string; readonly gb: number; readonly costMicroUsd: MicroUsd }[]
  /** Billed less observed, in GB; null without a bill. Never clipped. */
  readonly unattributedGb: number | null
  /** Crossed zones and is not charged (load balancers, endpoints). */
  readonly freeGb: number
  /** One end's zone is not known: nobody can tell whether it is on the bill. */
  readonly unknownGb: number
  /** Of the observed, what took a path of which AWS does not tell at which ends it charges: by the default or setting. */
  readonly unresolvedGb: number
  /** Halves of hops to other accounts: on their bills, and in no figure above. */
  readonly elsewhereGb: number
  readonly apart: readonly ApartLine[]
}

/** GET /api/v1/reconciliation. */
export interface ReconciliationAnswer {
  readonly range: TimeRange
  readonly sealedUntil: EpochMs | null
  readonly days: readonly ReconciledDay[]
  readonly source: string
  readonly notes: readonly string[]
}
