import type { ObjectId } from '@weir/contract/flow-log-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Format } from './format.ts'

/** A piece of a flow log as it lies in S3 or CloudWatch Logs, not opened yet. */
export interface ListedObject {
  readonly id: ObjectId
  /** When its newest records ended, as far as its name tells: what is older is read first. */
  readonly at: EpochMs
  /** flow-log-id, or the place where its name does not tell. */
  readonly flowLog: string
  /** Bucket and prefix, or log group. */
  readonly place: string
  /** Bytes, where they are known: for progress. */
  readonly size?: number
  /** False while more records may come under this id: it is offered again then. */
  readonly isWhole: boolean
}

export interface OpenObject {
  /** Its bytes from the first on, once. Rejects when they break off. */
  chunks(): AsyncIterable<Uint8Array>
  /** Bytes [from, to), for formats that are read from their end; absent where there is no such thing. */
  readonly ranges?: { readonly size: number; read(from: number, to: number): Promise<Uint8Array> }
  /** Of lines without a header. */
  readonly format?: Format | undefined
}

/** Where flow logs are delivered. Errors are ReadFault (it is the object's fault) or anything else (try all again). */
export interface FlowLogObjects {
  /** Bucket and prefix, or log group: shown to people. */
  readonly place: string
  /** Objects whose records may end in [from, to), in no order. Some from outside may be among them. */
  list(from: EpochMs, to: EpochMs, signal: AbortSignal): AsyncIterable<ListedObject>
  /** The signal ends the reading of it as well. */
  open(object: ListedObject, signal: AbortSignal): Promise<OpenObject>
  close(): void
}
