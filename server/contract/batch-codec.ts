import type { AgentReport, Batch, BatchWindow, RowColumns } from './agent-wire.ts'
import {
  badAmount,
  badIndex,
  badMember,
  type Checked,
  decodeFrame,
  emptyColumns,
  encodeFrame,
  type Frame,
  sliceColumns,
} from './column-frame.ts'
import { epochMs } from './units.ts'

/** Columns of a batch body, in the order they stand in it; column-frame.ts says what lies around them. */
const columnTypes = {
  initiator: Uint32Array,
  responder: Uint32Array,
  via: Uint32Array,
  leg: Uint8Array,
  role: Uint8Array,
  dialled: Uint8Array,
  service: Uint32Array,
  protocol: Uint8Array,
  port: Uint16Array,
  generation: Uint32Array,
  bytesToResponder: Float64Array,
  bytesToInitiator: Float64Array,
  wireToResponder: Float64Array,
  wireToInitiator: Float64Array,
  connections: Uint32Array,
} as const
type ColumnName = keyof typeof columnTypes
export const columnNames = Object.keys(columnTypes) as ColumnName[]
const frame: Frame<typeof columnTypes> = { letters: 'WEIR', what: 'batch', types: columnTypes }

/** What is in the header: the batch without its columns. */
export interface BatchHeader {
  readonly version: number
  readonly cluster: string
  readonly node: string
  readonly epoch: string
  readonly sequence: number
  readonly part: { readonly index: number; readonly of: number }
  readonly window: BatchWindow
  readonly ends: readonly (number | string)[]
  readonly services: readonly number[]
  readonly count: number
  readonly report: AgentReport
}

/** Empty columns for `count` rows. */
export const rowColumns = (count: number): RowColumns => emptyColumns(frame, count)

/** The first `count` rows from `from` on, as views on the same memory. */
export const sliceRows = (rows: RowColumns, from: number, count: number): RowColumns =>
  sliceColumns(frame, rows, from, count)

export function encodeBatch(batch: Batch): Uint8Array<ArrayBuffer> {
  const { rows, ...rest } = batch
  const header: BatchHeader = { ...rest, count: rows.count }
  return encodeFrame(frame, header, rows)
}

export type DecodedBatch =
  | { readonly ok: true; readonly batch: Batch }
  | { readonly ok: false; readonly detail: string; readonly version?: number }

export type HeaderCheck = Checked<BatchHeader>

/** Never throws: whatever is wrong comes back as a sentence. Checks framing, types, indexes and ranges of every row. */
export function decodeBatch(body: Uint8Array, checkHeader: (header: unknown) => HeaderCheck): DecodedBatch {
  const decoded = decodeFrame(frame, body, checkHeader)
  if (!decoded.ok) return decoded
  const { count, ...rest } = decoded.header
  const rows: RowColumns = decoded.columns
  const fault = findBadRow(rows, rest.ends.length, rest.services.length)
  return fault === undefined ? { ok: true, batch: { ...rest, rows } } : { ok: false, detail: fault }
}

const NONE = 0xffffffff

/** The first row that breaks a rule, as a sentence; undefined when all hold. One pass per column keeps it cheap. */
function findBadRow(rows: RowColumns, ends: number, services: number): string | undefined {
  const legs = () => {
    for (let i = 0; i < rows.count; i++)
      if ((rows.leg[i] === 0) !== (rows.via[i] === NONE))
        return `row ${i}: a direct leg has no via, the others have one`
    return undefined
  }
  return (
    badIndex('initiator', rows.initiator, ends) ??
    badIndex('responder', rows.responder, ends) ??
    badIndex('via', rows.via, ends, NONE) ??
    badIndex('service', rows.service, services, NONE) ??
    badMember('leg', rows.leg, 3) ??
    badMember('role', rows.role, 4) ??
    badMember('dialled', rows.dialled, 3) ??
    legs() ??
    badAmount('bytesToResponder', rows.bytesToResponder, 'bytes') ??
    badAmount('bytesToInitiator', rows.bytesToInitiator, 'bytes') ??
    badAmount('wireToResponder', rows.wireToResponder, 'bytes') ??
    badAmount('wireToInitiator', rows.wireToInitiator, 'bytes')
  )
}

/** A window's moments as they came over the wire, made values of ours. */
export const windowOf = (from: number, to: number, kind: BatchWindow['kind']): BatchWindow => ({
  from: epochMs(from),
  to: epochMs(to),
  kind,
})
