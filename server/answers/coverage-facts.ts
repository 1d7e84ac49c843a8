import type { SeveralServices, TimeRange, Totals } from '@weir/contract/queries.ts'
import { type EpochMs, MINUTE_MS } from '@weir/contract/units.ts'
import type { AgentState } from '../ingest/feed.ts'
import type { FlowLogState } from '../ingest/flow-logs/flow-logs.ts'
import type { Decision } from '../store/flow-store.ts'
import type { Audit } from './recent-decisions.ts'
import type { Scope } from './scope.ts'

/** Everything that tells how much of the truth was seen. */
export interface CoverageFacts {
  readonly now: EpochMs
  readonly sealedUntil: EpochMs | null
  /** Names of the directory's nodes. */
  readonly nodes: readonly string[]
  readonly agents: readonly AgentState[]
  readonly flowLogs?: FlowLogState
  /** The range whose decisions are in `decisions`: the asked one, or its newest part where that is too long to check. */
  readonly checked: TimeRange
  readonly decisions: readonly Decision[]
  /** The same hops counted by two kernels, in the minutes that were sealed lately. */
  readonly audit: Audit
  /** Whose traffic `total` and `placedBytes` are; everything else here is of the whole cluster. */
  readonly scope: Scope
  readonly total: Totals
  /** Bytes with both ends placed. */
  readonly placedBytes: number
  /** Those of which it is not known for which Service they are. */
  readonly severalServices: SeveralServices
  /** Of the VPCs' map, as sentences. */
  readonly mapGaps?: readonly string[]
  /** The server takes batches from anyone. */
  readonly open: boolean
}

const LATE_AFTER_WINDOWS = 3
/** An agent's window when its report does not tell: the default. */
const WINDOW_MS = 10_000
const SILENT_AFTER_MS = 15 * MINUTE_MS

/** live: within three windows. late: behind. silent: nothing for longer than the sealing time. */
export function agentState(
  agent: AgentState,
  now: EpochMs,
  silentAfterMs: number = SILENT_AFTER_MS,
): 'live' | 'late' | 'silent' {
  if (now - agent.lastHeardAt > silentAfterMs) return 'silent'
  return now - agent.lastWindowTo > LATE_AFTER_WINDOWS * WINDOW_MS + 5_000 ? 'late' : 'live'
}
