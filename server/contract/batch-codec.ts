import type { AgentReport, Batch, BatchWindow, RowColumns } from './agent-wire.ts'
import { epochMs } from './units.ts'

/**
 * Layout of a batch body, before compression (all integers little-endian, every column padded to 8 bytes):
 *
 *   "WEIR" | u32 header length | header: JSON, UTF-8, padded with spaces to a multiple of 8 | columns in `columnTypes` order
 *
 * The header holds everything but the columns, and `count`. Chosen by measurement: docs/performance.md.
 */
const MAGIC = 0x52494557 // "WEIR" read little-endian
const PREFIX_BYTES = 8

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
type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array
export const columnNames = Object.keys(columnTypes) as ColumnName[]

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

// The two standard classes every runtime of ours has; the contract is compiled without Node's and the browser's types.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean })
  decode(body: Uint8Array): string
}

const padded = (length: number): number => (length + 7) & ~7

/** Empty columns for `count` rows. */
export function rowColumns(count: number): RowColumns {
  const columns: { [name: string]: Column | number } = { count }
  for (const name of columnNames) columns[name] = new columnTypes[name](count)
  return columns as unknown as RowColumns
}

/** The first `count` rows from `from` on, as views on the same memory. */
export function sliceRows(rows: RowColumns, from: number, count: number): RowColumns {
  const columns: { [name: string]: Column | number } = { count }
  for (const name of columnNames) columns[name] = rows[name].subarray(from, from + count)
  return columns as unknown as RowColumns
}

export function encodeBatch(batch: Batch): Uint8Array<ArrayBuffer> {
  const { rows, ...rest } = batch
  const header: BatchHeader = { ...rest, count: rows.count }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = padded(text.length)
  let size = PREFIX_BYTES + headerLength
  for (const name of columnNames) size += padded(rows.count * columnTypes[name].BYTES_PER_ELEMENT)
  const body = new Uint8Array(size)
  const view = new DataView(body.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, headerLength, true)
  body.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerLength)
  body.set(text, PREFIX_BYTES)
  let at = PREFIX_BYTES + headerLength
  for (const name of columnNames) {
    const column = rows[name]
    body.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
    at += padded(column.byteLength)
  }
  return body
}

export type DecodedBatch =
  | { readonly ok: true; readonly batch: Batch }
  | { readonly ok: false; readonly detail: string; readonly version?: number }

/** Never throws: whatever is wrong comes back as a sentence. Checks framing, types, indexes and ranges of every row. */
export function decodeBatch(body: Uint8Array, checkHeader: (header: unknown) => HeaderCheck): DecodedBatch {
  const refuse = (detail: string): DecodedBatch => ({ ok: false, detail })
  if (body.length < PREFIX_BYTES) return refuse(`body of ${body.length} bytes is shorter than a batch's first 8`)
  const prefix = new DataView(body.buffer, body.byteOffset, body.byteLength)
  if (prefix.getUint32(0, true) !== MAGIC) return refuse('body does not begin with "WEIR": not a batch')
  const headerLength = prefix.getUint32(4, true)
  if (headerLength % 8 !== 0 || PREFIX_BYTES + headerLength > body.length)
    return refuse(`header length ${headerLength} does not fit a body of ${body.length} bytes`)
  const checked = parseHeader(body.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength), checkHeader)
  if (!checked.ok) return checked
  const { count, ...rest } = checked.header
  const columns: { [name: string]: Column | number } = { count }
  // Typed arrays need aligned memory; a body that arrives unaligned is copied once.
  const aligned = body.byteOffset % 8 === 0 ? body : new Uint8Array(body)
  let at = PREFIX_BYTES + headerLength
  for (const name of columnNames) {
    const type = columnTypes[name]
    const length = count * type.BYTES_PER_ELEMENT
    if (at + padded(length) > aligned.length) return refuse(`body ends within column ${name}: ${count} rows announced`)
    columns[name] = new type(aligned.buffer as ArrayBuffer, aligned.byteOffset + at, count)
    at += padded(length)
  }
  if (at !== aligned.length) return refuse(`${aligned.length - at} bytes after the last column`)
  const rows = columns as unknown as RowColumns
  const fault = findBadRow(rows, rest.ends.length, rest.services.length)
  return fault === undefined ? { ok: true, batch: { ...rest, rows } } : refuse(fault)
}

export type HeaderCheck =
  | { readonly ok: true; readonly header: BatchHeader }
  | { readonly ok: false; readonly detail: string; readonly version?: number }

function parseHeader(text: Uint8Array, check: (header: unknown) => HeaderCheck): HeaderCheck {
  try {
    return check(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)))
  } catch (error) {
    return { ok: false, detail: `header is not JSON in UTF-8: ${error instanceof Error ? error.message : error}` }
  }
}

const NONE = 0xffffffff
/** Counts of one row in one window stay far below this; what is above is a broken agent, not traffic. */
const MAX_COUNT = 2 ** 50

/** The first row that breaks a rule, as a sentence; undefined when all hold. One pass per column keeps it cheap. */
function findBadRow(rows: RowColumns, ends: number, services: number): string | undefined {
  const { count } = rows
  const index = (name: 'initiator' | 'responder' | 'via' | 'service', limit: number, noneAllowed: boolean) => {
    const column = rows[name]
    for (let i = 0; i < count; i++) {
      const value = column[i] as number
      if (value >= limit && !(noneAllowed && value === NONE))
        return `row ${i}: ${name} ${value} is outside its table of ${limit}`
    }
    return undefined
  }
  const upTo = (name: 'leg' | 'role' | 'dialled', limit: number) => {
    const column = rows[name]
    for (let i = 0; i < count; i++)
      if ((column[i] as number) >= limit) return `row ${i}: ${name} ${column[i]} is not below ${limit}`
    return undefined
  }
  const amount = (name: 'bytesToResponder' | 'bytesToInitiator' | 'wireToResponder' | 'wireToInitiator') => {
    const column = rows[name]
    for (let i = 0; i < count; i++) {
      const value = column[i] as number
      if (!(value >= 0 && value <= MAX_COUNT && Number.isInteger(value)))
        return `row ${i}: ${name} ${value} is not a whole number of bytes`
    }
    return undefined
  }
  const legs = () => {
    for (let i = 0; i < count; i++)
      if ((rows.leg[i] === 0) !== (rows.via[i] === NONE))
        return `row ${i}: a direct leg has no via, the others have one`
    return undefined
  }
  return (
    index('initiator', ends, false) ??
    index('responder', ends, false) ??
    index('via', ends, true) ??
    index('service', services, true) ??
    upTo('leg', 3) ??
    upTo('role', 4) ??
    upTo('dialled', 3) ??
    legs() ??
    amount('bytesToResponder') ??
    amount('bytesToInitiator') ??
    amount('wireToResponder') ??
    amount('wireToInitiator')
  )
}

/** A window's moments as they came over the wire, made values of ours. */
export const windowOf = (from: number, to: number, kind: BatchWindow['kind']): BatchWindow => ({
  from: epochMs(from),
  to: epochMs(to),
  kind,
})
