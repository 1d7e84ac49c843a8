import { type AgentReport, type Batch, type BatchWindow, MAX_BATCH_INFLATED_BYTES } from '@weir/contract/agent-wire.ts'
import { decodeBatch, encodeBatch, sliceRows } from '@weir/contract/batch-codec.ts'
import { checkHeader } from '@weir/contract/batch-header.ts'
import { epochMs } from '@weir/contract/units.ts'
import { WIRE_VERSION } from '@weir/contract/version.ts'
import { Tally, type WireRows } from '../flows/tally.ts'
import { compress, inflate } from './compress.ts'

/** What a window says, before the spool has given it a place in the order. */
export interface WindowContent {
  readonly window: BatchWindow
  readonly rows: WireRows
  readonly report: AgentReport
}

export interface BatchOrigin {
  readonly cluster: string
  readonly node: string
  readonly epoch: string
  readonly sequence: number
}

/** Rows of one part: stays under a megabyte compressed at 20 to 30 bytes a row. */
const ROWS_PER_PART = 20_000
/** A window of a busy node may be larger than what one request may carry: it is split before it is offered. */
const MAX_WINDOW_BYTES = 8 * MAX_BATCH_INFLATED_BYTES

export function makeBatch({ window, rows, report }: WindowContent, origin: BatchOrigin): Batch {
  return { version: WIRE_VERSION, ...origin, part: { index: 0, of: 1 }, window, ...rows, report }
}

export const partsFor = (rowCount: number): number => Math.max(1, Math.ceil(rowCount / ROWS_PER_PART))

/** The same split at every offer, so that a part that was committed is not sent again under other rows. */
export function partOf(batch: Batch, index: number, of: number): Batch {
  const from = Math.floor((batch.rows.count * index) / of)
  const until = Math.floor((batch.rows.count * (index + 1)) / of)
  const tally = new Tally()
  tally.addWire({ ...batch, rows: sliceRows(batch.rows, from, until - from) })
  return { ...batch, ...tally.toWire(), part: { index, of } }
}

/**
 * One batch for several windows that lie side by side: sums per row are kept, the grain in time is not.
 * @param batches oldest first, of the same epoch and kind, none of them ever offered
 */
export function mergeBatches(batches: readonly Batch[]): Batch {
  const [first, last] = [batches[0], batches.at(-1)]
  if (first === undefined || last === undefined) throw new RangeError('nothing to merge')
  const tally = new Tally()
  for (const batch of batches) tally.addWire(batch)
  return { ...last, window: { ...last.window, from: epochMs(first.window.from) }, ...tally.toWire() }
}

export const packBatch = (batch: Batch): Buffer => compress(encodeBatch(batch))

/** @throws Error when the body is no batch of ours: its checksum held, so a version of the agent wrote it that we are not. */
export function unpackBatch(body: Uint8Array): Batch {
  const decoded = decodeBatch(inflate(body, MAX_WINDOW_BYTES), checkHeader)
  if (!decoded.ok) throw new Error(decoded.detail)
  return decoded.batch
}

/** Traffic that is lost with this batch if it never arrives: what this node alone reports. */
export function countedBytes({ rows }: WireRows): number {
  let sum = 0
  for (let i = 0; i < rows.count; i++)
    if (rows.role[i] === 0) sum += (rows.bytesToResponder[i] ?? 0) + (rows.bytesToInitiator[i] ?? 0)
  return sum
}
