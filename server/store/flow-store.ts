import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { EpochMs, Millis, Minute } from '@weir/contract/units.ts'
import type { SeriesId, SeriesKey } from './series.ts'

/**
 * The port of everything that is kept. Two adapters: embedded (DuckDB), later ClickHouse; one contract suite.
 * Facts are append-only partial sums: every read adds up, so that a late row is just one more row.
 */
export interface FlowStore {
  /** Opens or creates, migrates, recovers. Rejects with a sentence when another process holds the data. */
  start(): Promise<Recovered>
  /** Checkpoints and closes; waits for the commit under way. */
  stop(): Promise<void>

  /** The id of a series, new ids included; a new series becomes durable with the next commit. Synchronous: in memory. */
  seriesId(key: SeriesKey): SeriesId
  series(id: SeriesId): SeriesKey
  /** How many series there are: ids run from 0 to this. */
  seriesCount(): number

  /**
   * One transaction, fsynced when the promise resolves: all of it or nothing. Commits are applied in the order of the
   * calls. Rejects with StorageError when the disk is full or the store is unusable. The columns of the facts belong to
   * the caller again when the promise resolves.
   */
  commit(change: Change): Promise<void>

  /** Sums per series over a range; whole days and hours come from the roll-ups, the edges from minutes. */
  sumBySeries(range: TimeRange, only?: ReadonlySet<SeriesId>): Promise<SeriesSums>
  /**
   * Sums per series and step, step by step, oldest first; a step without facts is left out. `stepMs` is a whole number
   * of minutes.
   */
  sumBySeriesAndStep(range: TimeRange, stepMs: Millis, only?: ReadonlySet<SeriesId>): Promise<readonly StepSums[]>
  /**
   * Sums per lane and day from the daily (namespace, zone pair) roll-ups, for whole UTC days: the fast road of the
   * statement and the matrix. A lane is a series without service, port, generation, via name and workload names.
   */
  sumByLane(range: TimeRange): Promise<LaneSums>
  /** The decisions of the minutes in the range. */
  decisions(range: TimeRange): Promise<readonly Decision[]>
  /** The same, counted by cluster and step, which begin at whole multiples of `stepMs` (whole minutes); oldest first. */
  watched(range: TimeRange, stepMs: Millis): Promise<readonly WatchedStep[]>
  /** From here on decisions are kept; what is older was dropped by age. null: there are none. Synchronous: in memory. */
  decisionsFrom(): Minute | null

  /** How far these objects of flow logs were read; those nobody has read are left out. */
  objects(names: readonly string[]): Promise<readonly ObjectMark[]>
  /** What agents and flow logs saw of each node in the range, by node and hour, oldest hour first. */
  audit(range: TimeRange): Promise<readonly AuditHour[]>

  /** Batches of minutes that are not sealed, in commit order: the count-once fold starts from them after a restart. */
  pendingBatches(): AsyncIterable<PendingBatch>
  /** Rolls closed hours up, drops what is older than its retention; `now` decides. Safe to call often. */
  maintain(now: EpochMs): Promise<Maintenance>
  /** Size and space, for Health and /metrics. */
  health(): Promise<StoreHealth>
}

/** Columns of facts: one row is one series in one minute. All columns have `count` rows; numbers are whole. */
export interface FactColumns {
  readonly count: number
  readonly minute: Int32Array
  readonly series: Int32Array
  readonly bytesToResponder: Float64Array
  readonly bytesToInitiator: Float64Array
  readonly wireToResponder: Float64Array
  readonly wireToInitiator: Float64Array
  readonly connections: Float64Array
}

export interface Change {
  readonly facts: readonly FactColumns[]
  /** Batches as received, kept until their minutes are sealed. */
  readonly batches: readonly PendingBatch[]
  readonly marks: readonly Mark[]
  readonly decisions: readonly Decision[]
  /** After this commit, every minute before this one is sealed; pending batches that end before it are dropped. */
  readonly sealedUntil?: Minute
  /** Balances of sealed hops that late rows are set off against: the newest value of each key wins. */
  readonly promotions: readonly Promotion[]
  /** Batch ids (cluster/node/epoch/sequence/part) that are still needed though their window lies before sealedUntil. */
  readonly keepPending?: ReadonlySet<string>
  /** How far objects of flow logs are read with this change. */
  readonly objects?: readonly ObjectMark[]
  /** What is known of pairs of addresses that no agent watched: the newest value of each key wins. */
  readonly compared?: readonly Compared[]
  /** Interfaces of which a flow log counts. Claims of one interface never overlap. */
  readonly claims?: readonly Claim[]
  /** Added to what is kept of the same node and minute. */
  readonly audit?: readonly AuditSums[]
  /** The oldest minute of which any agent has told anything. Only told when it becomes older. */
  readonly watchedFrom?: Minute
}

/** How far an object of flow logs was read; the newest value of an object wins. Kept for ever: 100 bytes an object. */
export interface ObjectMark {
  /** ObjectId of the readers' wire. */
  readonly object: string
  /** Records committed. */
  readonly records: number
  /** Nothing more comes of it. */
  readonly isDone: boolean
}

/** In minutes [from, to) this flow log's records of the interface count, and no other's. Kept for ever, joined. */
export interface Claim {
  readonly interface: string
  /** flow-log-id, or the place it is read from. */
  readonly flowLog: string
  readonly from: Minute
  readonly to: Minute
}

/**
 * Bytes between two addresses in a sealed minute, each way, by who saw them: what agents' rows counted, and what flow
 * logs say, as the sender's interface logged it and as the receiver's did. `one` sorts before `other`.
 */
export interface Compared {
  readonly cluster: string
  readonly minute: Minute
  /** As `near` and `far` of a Promotion. */
  readonly one: string
  readonly other: string
  readonly agentsToOther: number
  readonly agentsToOne: number
  readonly sentToOther: number
  readonly sentToOne: number
  readonly receivedToOther: number
  readonly receivedToOne: number
}

/** What a node's card carried in a minute, both directions together, by who counted it. Bytes. */
export interface AuditSums {
  readonly cluster: string
  readonly node: string
  readonly minute: Minute
  /** By the node's own agent, which watched all of the minute, and its estimate of the bytes on the wire. */
  readonly agentBytes: number
  readonly agentWireBytes: number
  /** By the flow logs of the node's interfaces. */
  readonly flowLogBytes: number
  /** Hops that this node sent and another node received, counted by both: the sums of the smaller and of the larger. */
  readonly smallerBytes: number
  readonly largerBytes: number
}

export interface BatchId {
  readonly cluster: string
  readonly node: string
  readonly epoch: string
  readonly sequence: number
  readonly part: number
  readonly of: number
}

export interface PendingBatch {
  readonly id: BatchId
  readonly window: BatchWindow
  /** The batch's body, as received (compressed) or inflated: `encoding` tells. */
  readonly encoding: 'identity' | 'zstd' | 'gzip'
  readonly body: Uint8Array
}

/** One batch that has been taken: (cluster, node, epoch) × sequence × part. Kept for ever, compacted to high-water marks. */
export interface Mark {
  readonly id: BatchId
  /** Everything of this epoch below this sequence was received or will never come. */
  readonly settledBelow: number
}

/** Who counted the hops that a node sent in a minute: a row of the ledger, committed with the data. The newest of a key wins. */
export interface Decision {
  readonly cluster: string
  readonly node: string
  readonly minute: Minute
  /** primary: full coverage. witness: what the others saw was promoted where it exceeded what the node reported. */
  readonly counted: 'primary' | 'witness'
  readonly primaryBytes: number
  readonly witnessBytes: number
  readonly promotedBytes: number
  /** Late primary bytes that were not added because a witness had been promoted for them. */
  readonly supersededBytes: number
}

/** How much of a step the nodes of a cluster watched. A step of which no agent told anything is left out. */
export interface WatchedStep {
  readonly cluster: string
  /** Its beginning. */
  readonly at: EpochMs
  /** Minutes × nodes of which there is a decision. */
  readonly nodeMinutes: number
  /** Those of them that their own agents watched whole. */
  readonly watchedMinutes: number
}

/**
 * What is still to be set off for a hop of a sealed minute: Σ witness − Σ primary, per direction. Above 0 a witness was
 * promoted by that much, and a late primary is set off against it. Below 0 the primary was ahead by that much, and a
 * late witness is set off against it. The newest value of a key wins; 0 0 need not be kept.
 */
export interface Promotion {
  readonly cluster: string
  /** The sender's node; '' where no directory knows whose the near address is. */
  readonly node: string
  readonly minute: Minute
  /** '' where no directory knew whose address the sender's was. */ /** Addresses of the hop's two machines. */
  readonly near: string
  readonly far: string
  /** May be negative. */
  readonly bytesToResponder: number
  readonly bytesToInitiator: number
}

/** What agents and flow logs counted of a node in an hour. Bytes. */
export interface AuditHour {
  readonly cluster: string
  readonly node: string
  /** Its beginning. */
  readonly hour: EpochMs
  /** Minutes of which both counted something: the next three are of these only. */
  readonly minutes: number
  readonly agentBytes: number
  readonly agentWireBytes: number
  readonly flowLogBytes: number
  /** See AuditSums; of all minutes. */
  readonly smallerBytes: number
  readonly largerBytes: number
}

export interface Recovered {
  readonly marks: readonly Mark[]
  readonly promotions: readonly Promotion[]
  /** null: nothing was ever sealed. */
  readonly sealedUntil: Minute | null
  readonly compared: readonly Compared[]
  /** By interface, in the order of time. */
  readonly claims: readonly Claim[]
  /** The oldest minute of which any agent has told anything; null: none ever did. */
  readonly watchedFrom: Minute | null
  /** Flow logs have been counted. */
  readonly hasFlowLogs: boolean
  /** What could not be read and was set aside, in words; empty is good. */
  readonly damage: readonly string[]
}

/** Each series once. The columns may be the store's own: nobody changes them. */
export interface SeriesSums {
  readonly count: number
  readonly series: Int32Array
  readonly bytesToResponder: Float64Array
  readonly bytesToInitiator: Float64Array
  readonly wireToResponder: Float64Array
  readonly wireToInitiator: Float64Array
  readonly connections: Float64Array
}

export interface StepSums extends SeriesSums {
  /** Start of the step. */
  readonly at: EpochMs
}

export interface LaneSums {
  readonly count: number
  readonly day: Float64Array
  /** Any series of the lane: its namespaces, kinds and zones are the lane's. */
  readonly example: Int32Array
  readonly bytesToResponder: Float64Array
  readonly bytesToInitiator: Float64Array
  readonly wireToResponder: Float64Array
  readonly wireToInitiator: Float64Array
  readonly connections: Float64Array
}

export interface Maintenance {
  readonly closedHours: number
  readonly droppedForAge: number
  /** Partitions dropped early because the disk was nearly full: lost history, counted. */
  readonly droppedForSpace: number
}

export interface StoreHealth {
  readonly bytesOnDisk: number
  readonly freeBytes: number
  readonly series: number
  readonly pendingBatches: number
  readonly droppedForSpace: number
}

/** disk full and unavailable can pass: the agents are told 503 and keep their batches. */
export class StorageError extends Error {
  readonly code: 'disk full' | 'unavailable' | 'held by another process' | 'broken'
  constructor(code: StorageError['code'], message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
