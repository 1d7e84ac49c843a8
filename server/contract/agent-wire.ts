import type { Label } from './peers.ts'
import type { EpochMs } from './units.ts'

/**
 * POST /agent/v1/batches: one window of one node. The body is immutable once offered; what may differ between two
 * offers of the same batch travels in headers (BatchHeaders). Layout of the body: batch-codec.ts.
 */
export interface Batch {
  readonly version: number
  readonly cluster: string
  readonly node: string
  /** Random id of a fresh spool (not of the boot, not of the process): 1 to 64 characters of [A-Za-z0-9-]. */
  readonly epoch: string
  /** 1, 2, 3 … within the epoch. */
  readonly sequence: number
  /** After a 413 the rows of one sequence are sent in parts. `of` is the same for all parts of one sequence. */
  readonly part: { readonly index: number; readonly of: number }
  readonly window: BatchWindow
  /** Ends of rows: a label id, or the bare address (canonical text) where the agent has no label. */
  readonly ends: readonly (number | string)[]
  /** Service ids of the directory. */
  readonly services: readonly number[]
  readonly rows: RowColumns
  readonly report: AgentReport
}

export interface BatchWindow {
  readonly from: EpochMs
  readonly to: EpochMs
  /** See ObservedWindow in the agent: a catch-up window is no coverage; its bytes outlived an absence. */
  readonly kind: 'live' | 'catch-up'
}

/** Column-wise rows: all columns have the same length; integers are exact to 2^53. */
export interface RowColumns {
  readonly count: number
  /** Index into `ends`: who opened the connection. */
  readonly initiator: Uint32Array
  /** Index into `ends`: who answered, as far as this node can see. */
  readonly responder: Uint32Array
  /** Index into `ends` of the node in between, or NONE. */
  readonly via: Uint32Array
  /** Which hop of the pair this is: see `legs`. */
  readonly leg: Uint8Array
  /** Who reports it: see `roles`. */
  readonly role: Uint8Array
  /** How the responder was dialled: see `dialledAs`. */
  readonly dialled: Uint8Array
  /** Index into `services`, or NONE. */
  readonly service: Uint32Array
  readonly protocol: Uint8Array
  /** The Service's port, else the responder's declared port, else 0. Never an ephemeral port. */
  readonly port: Uint16Array
  readonly generation: Uint32Array
  readonly bytesToResponder: Float64Array
  readonly bytesToInitiator: Float64Array
  readonly wireToResponder: Float64Array
  readonly wireToInitiator: Float64Array
  /** Connections first seen in this window; counted on a connection's first hop only. */
  readonly connections: Uint32Array
}

/** "No index": there is no via node, or no service. */
export const NONE = 0xffffffff

/**
 * direct: initiator → responder. first: initiator → via. second: via → responder.
 * A leg's two machines are its hop; zones and nodes of the hop are those of these two ends.
 */
export const legs = ['direct', 'first', 'second'] as const
export type Leg = (typeof legs)[number]

/**
 * primary: this node sent the hop on (its own pod or process opened it, or it forwarded it). witness: this node
 * received it. tunnel / tunnel witness: the same for an outer flow of an overlay (VXLAN …), whose inside is seen apart.
 */
export const roles = ['primary', 'witness', 'tunnel', 'tunnel witness'] as const
export type Role = (typeof roles)[number]

/** cluster-ip, node-port: a Service was dialled. direct: the responder's own address (headless, pod IP, outside). */
export const dialledAs = ['direct', 'cluster-ip', 'node-port'] as const
export type Dialled = (typeof dialledAs)[number]

/** Headers of a batch request. */
export const batchHeaders = {
  /** Epoch ms of the agent's clock when this request left: the server shifts windows by the measured offset. */
  sentAt: 'weir-sent-at',
  /**
   * How far the agent's clock is ahead at most, ms, negative when it is behind for certain: its clock when the last
   * answer came, less that answer's ANSWERED_AT. Absent before the first answer. With sentAt, which says how far at
   * least, a slow request cannot be taken for a clock that is behind.
   */
  clockAheadAtMost: 'weir-clock-ahead-at-most',
  /** The oldest sequence the agent still holds: what is older and was never received will never come. */
  oldestSequence: 'weir-oldest-sequence',
} as const

/** Header of every 200 to an agent: epoch ms of the server's clock when the answer left. */
export const ANSWERED_AT = 'weir-answered-at'

/** 200: committed and fsynced (also for a duplicate). */
export interface BatchReceipt {
  readonly duplicate: boolean
  /** Labels of addresses the agent did not know or had wrong. */
  readonly labels: readonly Label[]
  /** Label ids the agent should forget. */
  readonly drop: readonly number[]
}

/** Every other answer of the agents' API. */
export interface Refusal {
  /** A word of a closed list, for machines; `detail` is for people. */
  readonly code: RefusalCode
  readonly detail: string
}
export const refusalCodes = [
  'malformed', // 400 never send again
  'unsupported version', // 400
  'foreign', // 403 another cluster or node than the credential's
  'unauthorised', // 401
  'too large', // 413 split
  'clock ahead', // 400 window more than 5 minutes in the future
  'busy', // 429 later
  'storage', // 503 later: disk full, store not ready
  'unverified', // 503 later: whoever could check the credential does not answer
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** Limits of one batch body; beyond them the server answers 413 and the agent splits. */
export const MAX_BATCH_COMPRESSED_BYTES = 1024 * 1024
export const MAX_BATCH_INFLATED_BYTES = 8 * 1024 * 1024

/** What the agent says of itself with every window: totals only grow within one process. */
export interface AgentReport {
  readonly agentVersion: string
  /** Random per process: tells a restart from a counter that fell. */
  readonly process: string
  readonly startedAt: EpochMs
  readonly mode: string
  readonly accounting: string
  readonly events: string
  readonly timestamps: string
  readonly mtu: number
  readonly entries: number
  readonly tableMax: number
  readonly entriesWithoutCounters: number
  readonly dumpMs: number
  readonly dumpCpuMs: number
  readonly dumpEveryMs: number
  readonly spoolBytes: number
  readonly spoolWindows: number
  readonly rssBytes: number
  readonly cpuMsTotal: number
  /** Bytes this agent sent and received for itself: batches, and directory + labels. */
  readonly uplinkBytesTotal: number
  readonly labelBytesTotal: number
  /** Grow-only counts by a closed name, see `lossNames`. */
  readonly losses: { readonly [name in LossName]?: number }
}

/** Everything the agent can lose or not count, one name each; Health shows them by these words. */
export const lossNames = [
  'kernel events lost',
  'event overruns',
  'tails lost',
  'without final counters',
  'malformed netlink messages',
  'spool bytes dropped',
  'spool windows dropped',
  'spool segments damaged',
  'batches refused',
  'loopback skipped',
  'unresolved mid-stream',
] as const
export type LossName = (typeof lossNames)[number]
