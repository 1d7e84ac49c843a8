import type { ReaderReport } from '@weir/contract/flow-log-wire.ts'
import { flowLogResults } from '../../../../server/ingest/flow-logs/desk.ts'
import type { FlowLogState } from '../../../../server/ingest/flow-logs/flow-logs.ts'
import { emptyFlowLogTally } from '../../../../server/ingest/flow-logs/tally.ts'
import { readerReport } from './reader.ts'

const none = Object.fromEntries(flowLogResults.map(result => [result, 0])) as FlowLogState['batches'] // all are there

/** Nobody has read flow logs. */
export const noFlowLogs: FlowLogState = { reader: undefined, batches: none, bytes: emptyFlowLogTally() }

/** A reader that was heard at that moment (epoch ms) said this. */
export const flowLogsRead = (heardAt: number, report: Partial<ReaderReport> = {}): FlowLogState => ({
  reader: { cluster: 'lab', reader: 'reader-1', heardAt, report: readerReport(report) },
  batches: { ...none, counted: 3, 'not decided': 1 },
  bytes: { ...emptyFlowLogTally(), received: 100, counted: 40, evidence: 60 },
})
