import type { AgentReport, Batch, BatchWindow } from '@weir/contract/agent-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Placed } from '../directory/directory.ts'
import type { Decision, FactColumns } from '../store/flow-store.ts'

/** What ingest tells the rest of the server after a commit. Listeners must be quick and must not throw. */
export interface IngestListener {
  /** Rows of one batch that count at once (primary): the facts that were just committed, and where they came from. */
  onCounted?(batch: CountedBatch): void
  /** Minutes that were sealed, with the promoted facts and the decisions. */
  onSealed?(sealing: Sealed): void
  /** What flow logs added to the minutes of the last day; nothing of what is imported from before. */
  onFlowLogs?(facts: readonly FactColumns[]): void
}

export interface CountedBatch {
  readonly cluster: string
  readonly node: string
  readonly window: BatchWindow
  /** To be read during the call only: their memory is used again. */
  readonly facts: FactColumns
  readonly batch: Batch
  /** An end by its index in batch.ends, as placed for this window. */
  placedAt(index: number): Placed | undefined
}

export interface Sealed {
  readonly sealedUntil: EpochMs
  readonly facts: readonly FactColumns[]
  readonly decisions: readonly Decision[]
  /** The same hops counted by two kernels, over these minutes: smaller ÷ larger is how well they agree. */
  readonly audit: { readonly smallerBytes: number; readonly largerBytes: number }
}

/** What ingest knows of every agent it has heard. */
export interface AgentState {
  readonly cluster: string
  readonly node: string
  readonly identity: 'asserted' | 'proven'
  readonly lastWindowTo: EpochMs
  readonly lastHeardAt: EpochMs
  /** The agent's clock minus the server's, as measured on its last requests (clock.ts). */
  readonly clockOffsetMs: number
  /** More than 2 minutes off: shown, and worth mending. */
  readonly clockIsWrong: boolean
  /** Bytes set aside since the server started, because the node's card could not have carried them (line-rate.ts). */
  readonly aboveLineRateBytes: number
  readonly report: AgentReport
  /** Losses added up over the processes of this node that were heard since the server started. */
  readonly losses: { readonly [name: string]: number }
}
