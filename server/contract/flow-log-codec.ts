import {
  badAmount,
  badIndex,
  badMember,
  decodeFrame,
  emptyColumns,
  encodeFrame,
  type Frame,
  sliceColumns,
} from './column-frame.ts'
import { checkFlowLogHeader, type FlowLogHeader } from './flow-log-header.ts'
import { directions, type FlowLogBatch, type FlowLogColumns, initiators, NO_NEXT_HOP } from './flow-log-wire.ts'

/** Columns of a flow-log body, in the order they stand in it; column-frame.ts says what lies around them. */
const columnTypes = {
  minute: Uint32Array,
  interface: Uint32Array,
  source: Uint32Array,
  destination: Uint32Array,
  packetSource: Uint32Array,
  packetDestination: Uint32Array,
  direction: Uint8Array,
  initiator: Uint8Array,
  port: Uint16Array,
  protocol: Uint8Array,
  path: Uint8Array,
  nextHop: Uint32Array,
  bytes: Float64Array,
  packets: Float64Array,
  flows: Uint32Array,
} as const
export const flowLogColumnNames = Object.keys(columnTypes) as (keyof typeof columnTypes)[]
const frame: Frame<typeof columnTypes> = { letters: 'WFLO', what: 'flow-log batch', types: columnTypes }

/** Empty columns for `count` rows. */
export const flowLogColumns = (count: number): FlowLogColumns => emptyColumns(frame, count)

/** The first `count` rows from `from` on, as views on the same memory. */
export const sliceFlowLogRows = (rows: FlowLogColumns, from: number, count: number): FlowLogColumns =>
  sliceColumns(frame, rows, from, count)

export function encodeFlowLogBatch(batch: FlowLogBatch): Uint8Array<ArrayBuffer> {
  const { rows, ...rest } = batch
  const header: FlowLogHeader = { ...rest, count: rows.count }
  return encodeFrame(frame, header, rows)
}

export type DecodedFlowLogBatch =
  | { readonly ok: true; readonly batch: FlowLogBatch }
  | { readonly ok: false; readonly detail: string; readonly version?: number }

/** Never throws: whatever is wrong comes back as a sentence. Checks framing, header, indexes and ranges of every row. */
export function decodeFlowLogBatch(body: Uint8Array): DecodedFlowLogBatch {
  const decoded = decodeFrame(frame, body, checkFlowLogHeader)
  if (!decoded.ok) return decoded
  const { count, ...rest } = decoded.header
  const rows: FlowLogColumns = decoded.columns
  const fault = findBadRow(rows, rest)
  return fault === undefined ? { ok: true, batch: { ...rest, rows } } : { ok: false, detail: fault }
}

function findBadRow(
  rows: FlowLogColumns,
  { interfaces, addresses, nextHops }: Pick<FlowLogBatch, 'interfaces' | 'addresses' | 'nextHops'>,
): string | undefined {
  return (
    badIndex('interface', rows.interface, interfaces.length) ??
    badIndex('source', rows.source, addresses.length) ??
    badIndex('destination', rows.destination, addresses.length) ??
    badIndex('packetSource', rows.packetSource, addresses.length) ??
    badIndex('packetDestination', rows.packetDestination, addresses.length) ??
    badMember('direction', rows.direction, directions.length) ??
    badMember('initiator', rows.initiator, initiators.length) ??
    badIndex('nextHop', rows.nextHop, nextHops.length, NO_NEXT_HOP) ??
    badAmount('bytes', rows.bytes, 'bytes') ??
    badAmount('packets', rows.packets, 'packets')
  )
}
