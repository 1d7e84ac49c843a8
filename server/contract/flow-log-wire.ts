import type { EpochMs } from './units.ts'

/**
 * What a reader of VPC flow logs and the server tell each other, on the agents' port. One reader at a time holds the
 * lease; the server keeps how far each object was read, in the same transaction as the rows that came of it, so that an
 * object is counted once however often it is read.
 *
 *   POST /agent/v1/flow-logs/lease     LeaseRequest → Lease, or 409 while another reader holds it
 *   POST /agent/v1/flow-logs/objects   ObjectsQuestion → ObjectsAnswer
 *   POST /agent/v1/flow-logs/batches   FlowLogBatch (flow-log-codec.ts) → FlowLogReceipt
 */
export interface LeaseRequest {
  readonly version: number
  readonly cluster: string
  /** Random per process; the holder renews with the same one. */
  readonly reader: string
  /** An import that somebody told not to wait: a tail gives way to it, another import does not. */
  readonly takesOver?: boolean
  readonly report: ReaderReport
}

export interface Lease {
  readonly lease: string
  /** Ask again before this has passed, ms. */
  readonly expiresInMs: number
}

/** How an object is named: `s3://bucket/key#etag`, or `logs://group/stream#<hour>` for an hour of a stream. */
export type ObjectId = string

export interface ObjectsQuestion {
  readonly lease: string
  readonly objects: readonly ObjectId[]
}

/** Parallel to the question: records already committed of each, and whether it is done. */
export interface ObjectsAnswer {
  readonly objects: readonly { readonly records: number; readonly isDone: boolean }[]
}
/** One question asks for at most this many objects; more is a 400. */
export const MAX_OBJECTS_QUESTION = 1_000

/** Records [from, to) of one object, summed. A batch that begins past what is committed is refused: read again from there. */
export interface FlowLogBatch {
  readonly version: number
  readonly cluster: string
  readonly lease: string
  readonly object: ObjectId
  readonly records: { readonly from: number; readonly to: number; readonly isLast: boolean }
  /** Records of this batch that carry no bytes to count, by reason. */
  readonly skipped: { readonly [reason in SkippedReason]?: number }
  readonly interfaces: readonly LoggedInterface[]
  /** Canonical addresses; rows hold indexes. */
  readonly addresses: readonly string[]
  readonly nextHops: readonly NextHop[]
  readonly rows: FlowLogColumns
}

/** no data, skipped by AWS: records without flows. rejected: not delivered, hence not billed. malformed: unreadable. */
export const skippedReasons = ['no data', 'skipped by AWS', 'rejected', 'malformed', 'no addresses'] as const
export type SkippedReason = (typeof skippedReasons)[number]

/** The interface that wrote a record; what its format does not carry is absent. */
export interface LoggedInterface {
  /** interface-id, else the resource-id of a regional NAT gateway. */
  readonly id: string
  readonly account?: string
  readonly vpc?: string
  readonly subnet?: string
  readonly region?: string
  /** az-id: a zone ID such as use1-az1. */
  readonly zoneId?: string
  /** interface-type, version 11. */
  readonly type?: string
}

/** The other interface of the hop, version 11. */
export interface NextHop {
  readonly id?: string
  readonly vpc?: string
  readonly zoneId?: string
  readonly type?: string
}

/** Column-wise: all columns have the same length. Rows are sums of records that agree in everything but the ephemeral port. */
export interface FlowLogColumns {
  readonly count: number
  /** Minutes since the epoch. A record's bytes are spread evenly over the minutes from its start to its end. */
  readonly minute: Uint32Array
  /** Index into `interfaces`. */
  readonly interface: Uint32Array
  /** Indexes into `addresses`: srcaddr and dstaddr, as the interface saw them. */
  readonly source: Uint32Array
  readonly destination: Uint32Array
  /** pkt-srcaddr and pkt-dstaddr; the same as above where the format does not carry them. */
  readonly packetSource: Uint32Array
  readonly packetDestination: Uint32Array
  /** Index into `directions`. */
  readonly direction: Uint8Array
  /** Index into `initiators`: told by SYN flags, else by the ports. */
  readonly initiator: Uint8Array
  /** The responder's port; 0: not known. */
  readonly port: Uint16Array
  readonly protocol: Uint8Array
  /** traffic-path; 0: not given. */
  readonly path: Uint8Array
  /** Index into `nextHops`, or NO_NEXT_HOP. */
  readonly nextHop: Uint32Array
  readonly bytes: Float64Array
  readonly packets: Float64Array
  /** Records whose first minute this is. */
  readonly flows: Uint32Array
}
export const directions = ['unknown', 'egress', 'ingress'] as const
export const initiators = ['unknown', 'source', 'destination'] as const
export const NO_NEXT_HOP = 0xffffffff

export interface FlowLogReceipt {
  /** Records of the object that are committed now; a batch that lay below it changed nothing. */
  readonly records: number
  readonly duplicate: boolean
}

/**
 * Refusals that only readers get, beside those of Refusal; the body is the same. After a 409 of `lease lost` the reader
 * asks for the lease anew; after `read again` it asks how far the object is and goes on from there.
 */
export const flowLogRefusals = {
  'lease held': 409, // by another reader: Retry-After says when it may be free
  'lease lost': 409, // it ran out, another reader has it, or the server was restarted
  'read again': 409, // the batch does not begin where the committed records end
  'not decided': 503, // agents may still report the newest minutes: the same batch again, after Retry-After
} as const
export type FlowLogRefusal = keyof typeof flowLogRefusals

/** What a reader says of itself when it renews; totals grow within one process. */
export interface ReaderReport {
  readonly version: string
  readonly process: string
  /** tail: reads what arrives. import: reads a range of the past and ends. */
  readonly mode: 'tail' | 'import'
  /** Flow logs that are read, with what their formats lack and what is lost without it, in words. */
  readonly flowLogs: readonly ReadFlowLog[]
  readonly objectsRead: number
  readonly recordsRead: number
  /** Objects given up after several tries, by reason; their bytes are missing. */
  readonly objectsSetAside: { readonly [reason: string]: number }
  /** Objects listed and not read yet. */
  readonly backlogObjects: number
  /** The end of the newest record read, null before the first. */
  readonly newestRecord: EpochMs | null
}

export interface ReadFlowLog {
  /** flow-log-id, or the place where it is not known. */
  readonly id: string
  /** Bucket and prefix, or log group. */
  readonly place: string
  /** Resource that is logged (vpc-, subnet-, eni-, tgw-); absent where DescribeFlowLogs may not be asked. */
  readonly resource?: string
  readonly missing: readonly { readonly field: string; readonly lost: string }[]
}
