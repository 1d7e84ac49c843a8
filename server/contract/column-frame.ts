/**
 * How a body of columns is framed, before compression (all integers little-endian, every column padded to 8 bytes):
 *
 *   4 letters | u32 header length | header: JSON, UTF-8, padded with spaces to a multiple of 8 | columns in their order
 *
 * The header holds everything but the columns, and `count`. Chosen by measurement: docs/performance.md.
 */
const PREFIX_BYTES = 8

type ColumnType = Uint8ArrayConstructor | Uint16ArrayConstructor | Uint32ArrayConstructor | Float64ArrayConstructor
type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array
/** The columns by name, in the order they stand in the body. */
export type ColumnTypes = { readonly [name: string]: ColumnType }
/** Columns of those types, each with `count` rows. */
export type ColumnsOf<T extends ColumnTypes> = { readonly count: number } & {
  readonly [Name in keyof T]: ColumnOf<T[Name]>
}
type ColumnOf<T extends ColumnType> = T extends Uint8ArrayConstructor
  ? Uint8Array
  : T extends Uint16ArrayConstructor
    ? Uint16Array
    : T extends Uint32ArrayConstructor
      ? Uint32Array
      : Float64Array

/** What kind of body it is. */
export interface Frame<T extends ColumnTypes> {
  /** The first four letters of its bodies. */
  readonly letters: string
  /** What such a body is called in sentences. */
  readonly what: string
  readonly types: T
}

/** A header that was checked, or a sentence; `version` where that is what is wrong. */
export type Checked<H> =
  | { readonly ok: true; readonly header: H }
  | { readonly ok: false; readonly detail: string; readonly version?: number }

// The two standard classes every runtime of ours has; the contract is compiled without Node's and the browser's types.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean })
  decode(body: Uint8Array): string
}

const padded = (length: number): number => (length + 7) & ~7

function collect<T extends ColumnTypes>(
  { types }: Frame<T>,
  count: number,
  make: (name: string, type: ColumnType) => Column,
) {
  const columns: { [name: string]: Column | number } = { count }
  for (const [name, type] of Object.entries(types)) columns[name] = make(name, type)
  return columns as unknown as ColumnsOf<T>
}

/** Empty columns for `count` rows. */
export const emptyColumns = <T extends ColumnTypes>(frame: Frame<T>, count: number): ColumnsOf<T> =>
  collect(frame, count, (_, type) => new type(count))

/** The first `count` rows from `from` on, as views on the same memory. */
export const sliceColumns = <T extends ColumnTypes>(
  frame: Frame<T>,
  columns: ColumnsOf<T>,
  from: number,
  count: number,
): ColumnsOf<T> => collect(frame, count, name => columnAt(columns, name).subarray(from, from + count))

// Every name of the frame's types is a column: that is how ColumnsOf is made.
const columnAt = <T extends ColumnTypes>(columns: ColumnsOf<T>, name: string): Column =>
  columns[name] as unknown as Column

export function encodeFrame<T extends ColumnTypes>(
  frame: Frame<T>,
  header: { readonly count: number },
  columns: ColumnsOf<T>,
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = padded(text.length)
  const entries = Object.entries(frame.types)
  let size = PREFIX_BYTES + headerLength
  for (const [, type] of entries) size += padded(header.count * type.BYTES_PER_ELEMENT)
  const body = new Uint8Array(size)
  body.set(new TextEncoder().encode(frame.letters))
  new DataView(body.buffer).setUint32(4, headerLength, true)
  body.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerLength)
  body.set(text, PREFIX_BYTES)
  let at = PREFIX_BYTES + headerLength
  for (const [name] of entries) {
    const column = columnAt(columns, name)
    body.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
    at += padded(column.byteLength)
  }
  return body
}

export type Decoded<H, T extends ColumnTypes> =
  | { readonly ok: true; readonly header: H; readonly columns: ColumnsOf<T> }
  | { readonly ok: false; readonly detail: string; readonly version?: number }

/** Never throws: whatever is wrong comes back as a sentence. Checks framing and header, not what is in the columns. */
export function decodeFrame<H extends { readonly count: number }, T extends ColumnTypes>(
  frame: Frame<T>,
  body: Uint8Array,
  check: (header: unknown) => Checked<H>,
): Decoded<H, T> {
  const refuse = (detail: string) => ({ ok: false, detail }) as const
  if (body.length < PREFIX_BYTES)
    return refuse(`body of ${body.length} bytes is shorter than a ${frame.what}'s first 8`)
  if (String.fromCharCode(...body.subarray(0, 4)) !== frame.letters)
    return refuse(`body does not begin with "${frame.letters}": not a ${frame.what}`)
  const headerLength = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(4, true)
  if (headerLength % 8 !== 0 || PREFIX_BYTES + headerLength > body.length)
    return refuse(`header length ${headerLength} does not fit a body of ${body.length} bytes`)
  const checked = parseHeader(body.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength), check)
  if (!checked.ok) return checked
  const { count } = checked.header
  // Typed arrays need aligned memory; a body that arrives unaligned is copied once.
  const aligned = body.byteOffset % 8 === 0 ? body : new Uint8Array(body)
  const offsets = new Map<string, number>()
  let at = PREFIX_BYTES + headerLength
  for (const [name, type] of Object.entries(frame.types)) {
    offsets.set(name, at)
    at += padded(count * type.BYTES_PER_ELEMENT)
    if (at > aligned.length) return refuse(`body ends within column ${name}: ${count} rows announced`)
  }
  if (at !== aligned.length) return refuse(`${aligned.length - at} bytes after the last column`)
  const columns = collect(
    frame,
    count,
    (name, type) => new type(aligned.buffer as ArrayBuffer, aligned.byteOffset + (offsets.get(name) ?? 0), count),
  )
  return { ok: true, header: checked.header, columns }
}

function parseHeader<H>(text: Uint8Array, check: (header: unknown) => Checked<H>): Checked<H> {
  try {
    return check(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)))
  } catch (error) {
    return { ok: false, detail: `header is not JSON in UTF-8: ${error instanceof Error ? error.message : error}` }
  }
}

/** Counts of one row stay far below this; what is above is a broken sender, not traffic. */
const MAX_COUNT = 2 ** 50

/** The first row whose index lies outside its table, as a sentence. `none`: a value that stands for no index. */
export function badIndex(name: string, column: Column, limit: number, none?: number): string | undefined {
  for (let i = 0; i < column.length; i++) {
    const value = column[i] as number
    if (value >= limit && value !== none) return `row ${i}: ${name} ${value} is outside its table of ${limit}`
  }
  return undefined
}

/** The first row whose number is no member of a closed list of `limit`. */
export function badMember(name: string, column: Column, limit: number): string | undefined {
  for (let i = 0; i < column.length; i++)
    if ((column[i] as number) >= limit) return `row ${i}: ${name} ${column[i]} is not below ${limit}`
  return undefined
}

/** The first row whose amount is no whole number within reason. */
export function badAmount(name: string, column: Column, unit: string): string | undefined {
  for (let i = 0; i < column.length; i++) {
    const value = column[i] as number
    if (!(value >= 0 && value <= MAX_COUNT && Number.isInteger(value)))
      return `row ${i}: ${name} ${value} is not a whole number of ${unit}`
  }
  return undefined
}
