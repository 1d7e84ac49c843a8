import type { AdviceAnswer, WhatIfAnswer } from '@weir/contract/advice-queries.ts'
import type { AuditAnswer } from '@weir/contract/audit-queries.ts'
import type { CostPolicy, CostsAnswer, ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import type { LiveFrame, LiveView, Subscription } from '@weir/contract/live-wire.ts'
import type {
  AgentsAnswer,
  CoverageAnswer,
  FlowFilter,
  PairGroup,
  PairSort,
  PairsAnswer,
  SeriesAnswer,
  SeriesGroup,
  TimeRange,
  ViewerAnswer,
  ZonesAnswer,
} from '@weir/contract/queries.ts'
import type { MarkRollout, RolloutAnswer, RolloutsAnswer, RoutingChange } from '@weir/contract/rollout-queries.ts'
import type { RoutingAnswer } from '@weir/contract/routing-queries.ts'

/** Where the page's answers come from: a server (live.ts), or the browser itself (demo.ts). */
export interface Feed {
  /** Begins to listen; nothing arrives before a subscription. Ends when the returned function is called. */
  open(listener: FeedListener): () => void
  /** Asks for a view; a new question for the same view replaces the old one, also over a reconnection. */
  subscribe(subscription: Subscription): void
  unsubscribe(view: LiveView): void
  /** @throws FeedError with a sentence for people. */
  ask<Name extends QuestionName>(name: Name, question: Asked<Name>, signal: AbortSignal): Promise<Answer<Name>>
  /** Marks a change by hand, for good. @throws FeedError with a sentence for people. */
  mark(rollout: MarkRollout): Promise<{ readonly change: RoutingChange }>
}

/** What can be asked beside the live views: the API's routes, each with what it is told and what it answers. */
export interface Questions {
  readonly pairs: readonly [PairsQuestion, PairsAnswer]
  readonly zones: readonly [TrafficQuestion, ZonesAnswer]
  readonly series: readonly [SeriesQuestion, SeriesAnswer]
  readonly costs: readonly [CostsQuestion, CostsAnswer]
  readonly reconciliation: readonly [RangeQuestion, ReconciliationAnswer]
  readonly coverage: readonly [RangeQuestion, CoverageAnswer]
  readonly audit: readonly [RangeQuestion, AuditAnswer]
  readonly agents: readonly [Record<string, never>, AgentsAnswer]
  readonly rollouts: readonly [RolloutsQuestion, RolloutsAnswer]
  readonly rollout: readonly [{ readonly id: string }, RolloutAnswer]
  readonly routing: readonly [RoutingQuestion, RoutingAnswer]
  readonly advice: readonly [RangeQuestion, AdviceAnswer]
  readonly whatIf: readonly [WhatIfQuestion, WhatIfAnswer]
  readonly version: readonly [Record<string, never>, VersionAnswer]
}
export type QuestionName = keyof Questions
export type Asked<Name extends QuestionName> = Questions[Name][0]
export type Answer<Name extends QuestionName> = Questions[Name][1]

export interface RangeQuestion {
  readonly range: TimeRange
}

export interface TrafficQuestion extends RangeQuestion {
  readonly filter: FlowFilter
}

export interface PairsQuestion extends TrafficQuestion {
  readonly group: PairGroup
  readonly sort: PairSort
  readonly limit: number
}

export interface SeriesQuestion extends TrafficQuestion {
  readonly stepMs: number
  readonly by: SeriesGroup
  /** Lines besides “other”. */
  readonly limit: number
}

export interface CostsQuestion {
  /** YYYY-MM, in UTC. */
  readonly month: string
  /** namespace, workload or label:<key>. */
  readonly by: string
  readonly policy: CostPolicy
}

export interface RolloutsQuestion extends RangeQuestion {
  /** Only of this Service. */
  readonly service?: { readonly namespace: string; readonly name: string }
}

export interface RoutingQuestion {
  readonly namespace: string
  readonly name: string
  /** Where several clusters have such a Service. */
  readonly cluster?: string
}

export interface WhatIfQuestion {
  /** GB a month, both directions together. */
  readonly gb: number
  readonly zones: number
  /** Share that still crosses where the same zone is preferred, 0 to 1. */
  readonly hintedShare: number
}

/** What the server's own description of its API says of itself. */
export interface VersionAnswer {
  readonly info: { readonly title: string; readonly version: string }
}

export interface FeedListener {
  onFrame(frame: LiveFrame): void
  onLink(link: Link): void
  /** The server would not take a subscription: what was wrong with it. */
  onRefused(detail: string): void
  /** Who the server takes this browser for. */
  onViewer(viewer: ViewerAnswer): void
  /** The server shows nothing to this browser: never did, or does not any more. Nothing comes after it. */
  onDenied(denied: Denied): void
}

export interface Denied {
  readonly detail: string
  /** The page where one can sign in; undefined where that is somebody else's, such as a proxy's. */
  readonly signIn: string | undefined
}

/** connecting: never connected yet. lost: was connected; tries again by itself. */
export type Link = 'connecting' | 'open' | 'lost'

export class FeedError extends Error {
  /** What to name when asking for help: the server's log has it. */
  readonly requestId: string | undefined
  /** Of the answer; undefined where none came. */
  readonly status: number | undefined
  constructor(message: string, told: { readonly requestId?: string | undefined; readonly status?: number } = {}) {
    super(message)
    this.requestId = told.requestId
    this.status = told.status
  }
}
