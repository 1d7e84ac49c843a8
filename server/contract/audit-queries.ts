import type { TimeRange } from './queries.ts'
import type { EpochMs } from './units.ts'

/** GET /api/v1/audit: the same bytes as a node's agent and as the flow logs of its interfaces counted them. */
export interface AuditAnswer {
  readonly range: TimeRange
  /** Newest hour first, then by cluster and node. */
  readonly rows: readonly AuditRow[]
  /** Rows beyond the limit. */
  readonly hidden: number
  /** Of all rows, hidden ones included. */
  readonly total: AuditFigures
}

export interface AuditRow extends AuditFigures {
  readonly cluster: string
  readonly node: string
  /** Its beginning. */
  readonly hour: EpochMs
}

export interface AuditFigures {
  /** Node minutes that both counted: the next three figures are of these. */
  readonly minutes: number
  readonly agentBytes: number
  readonly agentWireBytes: number
  readonly flowLogBytes: number
  /** agentBytes ÷ flowLogBytes; null: nothing to compare. */
  readonly ratio: number | null
  /** agentWireBytes ÷ flowLogBytes: how good the estimate of wire bytes is. */
  readonly wireRatio: number | null
  /** Hops that the node sent and another agent received: the smaller sum ÷ the larger; null: no such hops. */
  readonly witnessRatio: number | null
}
