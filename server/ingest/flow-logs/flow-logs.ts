import { randomUUID } from 'node:crypto'
import type { Minute } from '@weir/contract/units.ts'
import type { Directory } from '../../directory/directory.ts'
import type { FlowStore } from '../../store/flow-store.ts'
import type { Gate } from '../../trust/gate.ts'
import type { CommitQueue } from '../commit.ts'
import type { Counting } from '../counting.ts'
import type { Ends } from '../ends.ts'
import type { FarGatewayOf } from '../nat-hops.ts'
import type { ClusterNumbers } from '../numbers.ts'
import { Services } from '../responders.ts'
import type { SeriesNumbers } from '../series-numbers.ts'
import type { Claims } from './claims.ts'
import { type DeskParts, FlowLogDesk, type FlowLogResult } from './desk.ts'
import { type Holder, Leases } from './lease.ts'
import { type Interfaces, Loggers } from './loggers.ts'
import { FlowLogPlacer } from './place.ts'
import { flowLogRoutes } from './routes.ts'
import type { FlowLogTally } from './tally.ts'

export interface FlowLogsOptions {
  readonly store: FlowStore
  readonly directory: Directory
  readonly gate: Gate
  readonly queue: CommitQueue
  readonly counting: Counting
  readonly ends: Ends
  readonly series: SeriesNumbers
  readonly nodes: ClusterNumbers
  readonly interfaces: Interfaces | undefined
  readonly claims: Claims
  readonly farGatewayOf: FarGatewayOf | undefined
  readonly now: () => number
  readonly log: (line: string) => void
  readonly isOpen: () => boolean
  readonly seal: () => Promise<void>
  readonly onCounted: DeskParts['onCounted']
}

/** The readers' side of ingest: VPC flow logs, counted beside what agents report. */
export interface FlowLogs {
  /** An express router: POST /agent/v1/flow-logs/…. */
  readonly router: ReturnType<typeof flowLogRoutes>
  readonly desk: FlowLogDesk
  /** A batch waits for the minute before this one to be sealed. */
  wantedUntil(): Minute | undefined
  state(): FlowLogState
  /** Whether flow logs of this interface are read, or are known to be. */
  isLogged(id: string): boolean
}

/** What is known of reading flow logs, since the process started. */
export interface FlowLogState {
  /** Who reads them, or did last; undefined: nobody has come yet. */
  readonly reader: Holder | undefined
  readonly batches: { readonly [result in FlowLogResult]: number }
  readonly bytes: FlowLogTally
}

export function createFlowLogs(options: FlowLogsOptions): FlowLogs {
  const {
    store,
    directory,
    gate,
    queue,
    counting,
    ends,
    series,
    nodes,
    interfaces,
    claims,
    farGatewayOf,
    now,
    log,
    isOpen,
    seal,
    onCounted,
  } = options
  const loggers = new Loggers(interfaces)
  const leases = new Leases(randomUUID)
  const placer = new FlowLogPlacer(ends, series, new Services(directory, series), loggers, farGatewayOf)
  const desk = new FlowLogDesk({
    store,
    gate,
    queue,
    counting,
    placer,
    loggers,
    claims,
    nodes,
    leases,
    seal,
    onCounted,
  })
  return {
    router: flowLogRoutes({ desk, gate, now, isOpen, log }),
    desk,
    wantedUntil: () => desk.wantedUntil,
    isLogged: id => loggers.isLogged(id),
    state: () => ({
      reader: leases.last,
      batches: { ...desk.results },
      bytes: { ...desk.tally, setAside: { ...desk.tally.setAside } },
    }),
  }
}
