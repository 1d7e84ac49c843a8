import type { Price, Provenance, TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { AgentState } from '../ingest/feed.ts'
import type { FlowLogState } from '../ingest/flow-logs/flow-logs.ts'
import type { Decision } from '../store/flow-store.ts'
import { summarise } from './coverage.ts'
import type { CoverageFacts } from './coverage-facts.ts'
import type { Audit } from './recent-decisions.ts'
import { shownScope } from './scope.ts'

export type NodeName = (of: { readonly cluster: string; readonly node: string }) => string

/** The server at one moment: what an answer must know beside the traffic. */
export interface Surroundings {
  readonly now: EpochMs
  readonly sealedUntil: EpochMs | null
  readonly agents: readonly AgentState[]
  /** The directory's nodes, by `nodeName`. */
  readonly nodes: readonly string[]
  /** What a node is called where several clusters may have one of that name. Absent where one cluster is all there is. */
  readonly nodeName?: NodeName
  /** Who reads flow logs, and what became of them. */
  readonly flowLogs?: FlowLogState
  readonly open: boolean
  readonly price: Price
  /** What the VPCs' map is without, or says against the numbers, in sentences. Absent where no VPC is mapped. */
  readonly mapGaps?: readonly string[]
  /** What the server itself did not add to any sum, by name. */
  readonly lost: readonly { readonly name: string; readonly count: number }[]
}

/** The minute by minute check looks at no more node minutes than these: an answer about a year must not read 10^8 rows. */
const MAX_NODE_MINUTES = 50_000

/** The newest part of a range whose decisions are looked at. */
export function checkedRange(range: TimeRange, around: Surroundings): TimeRange {
  const to = Math.min(range.to, around.sealedUntil ?? range.to)
  const most = Math.max(1, Math.floor(MAX_NODE_MINUTES / Math.max(1, around.nodes.length))) * MINUTE_MS
  const from = Math.max(range.from, to - most)
  return { from: epochMs(Math.min(from, to)), to: epochMs(to) }
}

/** The end of the newest window that can be in an answer about that range; null before any agent was heard. */
export function newestWindow(range: TimeRange, agents: readonly AgentState[]): EpochMs | null {
  if (agents.length === 0) return null
  return epochMs(Math.min(range.to, Math.max(...agents.map(agent => agent.lastWindowTo))))
}

/** What stands beside every answer about traffic. */
export function provenanceOf(
  range: TimeRange,
  around: Surroundings,
  traffic: Pick<CoverageFacts, 'total' | 'placedBytes' | 'severalServices' | 'scope'>,
  ledger: { readonly checked: TimeRange; readonly decisions: readonly Decision[]; readonly audit: Audit },
): Provenance {
  const { nodeName } = around
  const called = <T extends { readonly cluster: string; readonly node: string }>(of: readonly T[]): readonly T[] =>
    nodeName === undefined ? of : of.map(one => ({ ...one, node: nodeName(one) }))
  const named = { agents: called(around.agents), decisions: called(ledger.decisions) }
  return {
    range,
    scope: shownScope(traffic.scope),
    asOf: newestWindow(range, around.agents),
    sealedUntil: around.sealedUntil,
    coverage: summarise({ ...around, ...traffic, ...ledger, ...named }, range),
    price: around.price,
  }
}
