import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js'
import { ReadFault } from '../read-fault.ts'
import { ABSENT, UNREADABLE } from '../record.ts'
import { ENCODING } from './page.ts'

/** Texts of a page or of a dictionary, by their place: bytes only, no strings. */
export interface Texts {
  readonly bytes: Uint8Array
  /** One more than there are texts: each ends where `ends` says. */
  readonly begins: Int32Array
  readonly ends: Int32Array
}

/** Values [from, end of bytes) of a column that holds texts, whatever its type. */
export function readTexts(bytes: Uint8Array, from: number, type: string, encoding: number, count: number): Texts {
  if (type !== 'BYTE_ARRAY') return numbersAsTexts(readNumbers(bytes, from, type, encoding, count))
  if (encoding !== ENCODING.plain) return joined(deltaTexts(bytes, from, encoding, count))
  const begins = new Int32Array(count)
  const ends = new Int32Array(count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = from
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) throw new ReadFault('corrupt', `a page ends after ${i} of ${count} texts`)
    const begin = at + 4
    at = begin + view.getUint32(at, true)
    begins[i] = begin
    ends[i] = at
  }
  if (at > bytes.length) throw new ReadFault('corrupt', `a page ends within the last of ${count} texts`)
  return { bytes, begins, ends }
}

/** The same of a column that holds numbers: whole ones from 0 up, or ABSENT, or UNREADABLE. */
export function readNumbers(
  bytes: Uint8Array,
  from: number,
  type: string,
  encoding: number,
  count: number,
): Float64Array {
  const out = new Float64Array(count)
  if (type === 'BYTE_ARRAY') {
    const texts = readTexts(bytes, from, type, encoding, count)
    for (let i = 0; i < count; i++) out[i] = numberOf(texts, i)
    return out
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (encoding === ENCODING.deltaBinaryPacked) {
    const values = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count)
    deltaBinaryUnpack({ view, offset: from }, count, values)
    for (let i = 0; i < count; i++) out[i] = whole(Number(values[i]))
    return out
  }
  if (encoding !== ENCODING.plain) throw new ReadFault('unknown format', `Parquet encoding ${encoding} for ${type}`)
  const size = type === 'INT64' || type === 'DOUBLE' ? 8 : 4
  if (from + count * size > bytes.length) throw new ReadFault('corrupt', `a page is too short for ${count} numbers`)
  switch (type) {
    case 'INT32':
      for (let i = 0, at = from; i < count; i++, at += 4) {
        const value = view.getInt32(at, true)
        out[i] = value < 0 ? UNREADABLE : value
      }
      return out
    case 'INT64':
      for (let i = 0, at = from; i < count; i++, at += 8) {
        const high = view.getInt32(at + 4, true)
        out[i] = high < 0 ? UNREADABLE : high * 4_294_967_296 + view.getUint32(at, true)
      }
      return out
    case 'FLOAT':
      for (let i = 0, at = from; i < count; i++, at += 4) out[i] = whole(view.getFloat32(at, true))
      return out
    case 'DOUBLE':
      for (let i = 0, at = from; i < count; i++, at += 8) out[i] = whole(view.getFloat64(at, true))
      return out
    default:
      throw new ReadFault('unknown format', `Parquet type ${type} where a number is expected`)
  }
}

/** Not a number is how some writers say null; below zero no field of a flow log can be. */
const whole = (value: number): number =>
  value >= 0 && value % 1 === 0 ? value : Number.isNaN(value) ? ABSENT : UNREADABLE

/** Digits, a dash, or nothing. */
function numberOf({ bytes, begins, ends }: Texts, i: number): number {
  const [begin, end] = [begins[i] ?? 0, ends[i] ?? 0]
  if (begin === end || (end === begin + 1 && bytes[begin] === 0x2d)) return ABSENT
  let value = 0
  for (let at = begin; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return UNREADABLE
    value = value * 10 + digit
  }
  return value
}

function numbersAsTexts(numbers: Float64Array): Texts {
  return joined(Array.from(numbers, value => Buffer.from(value < 0 ? '' : String(value))))
}

function deltaTexts(bytes: Uint8Array, from: number, encoding: number, count: number): Uint8Array[] {
  const out = new Array<Uint8Array>(count)
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: from }
  if (encoding === ENCODING.deltaLengthByteArray) deltaLengthByteArray(reader, count, out)
  else if (encoding === ENCODING.deltaByteArray) deltaByteArray(reader, count, out)
  else throw new ReadFault('unknown format', `Parquet encoding ${encoding} for texts`)
  return out
}

function joined(parts: readonly Uint8Array[]): Texts {
  const begins = new Int32Array(parts.length)
  const ends = new Int32Array(parts.length)
  let at = 0
  for (const [i, part] of parts.entries()) {
    begins[i] = at
    at += part.length
    ends[i] = at
  }
  return { bytes: Buffer.concat(parts), begins, ends }
}
