import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { snappyUncompress } from 'hyparquet'
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js'
import { ReadFault } from '../read-fault.ts'

/** Numbers of parquet.thrift. */
export const PAGE = { data: 0, dictionary: 2, dataV2: 3 } as const
export const ENCODING = {
  plain: 0,
  plainDictionary: 2,
  deltaBinaryPacked: 5,
  deltaLengthByteArray: 6,
  deltaByteArray: 7,
  rleDictionary: 8,
} as const

/** A page's header as its column needs it. */
export interface PageHeader {
  readonly kind: number
  readonly compressedBytes: number
  readonly plainBytes: number
  /** Values, nulls included. */
  readonly count: number
  readonly encoding: number
  /** Version 2 only: bytes of levels before the values, never compressed. */
  readonly levelBytes?: { readonly repetition: number; readonly definition: number; readonly areValuesPacked: boolean }
}

/** The header that begins at the first byte; undefined: more bytes are needed. */
export function readPageHeader(
  bytes: Uint8Array,
): { readonly header: PageHeader; readonly length: number } | undefined {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  let thrift: ReturnType<typeof deserializeTCompactProtocol>
  try {
    thrift = deserializeTCompactProtocol(reader)
  } catch {
    return undefined // it ends before its end
  }
  const sizes = { kind: thrift.field_1, plainBytes: thrift.field_2, compressedBytes: thrift.field_3 }
  const length = reader.offset
  const v2 = thrift.field_8
  if (v2 !== undefined)
    return {
      length,
      header: {
        ...sizes,
        count: v2.field_1,
        encoding: v2.field_4,
        levelBytes: { definition: v2.field_5, repetition: v2.field_6, areValuesPacked: v2.field_7 !== false },
      },
    }
  const of = thrift.field_5 ?? thrift.field_7
  return { length, header: { ...sizes, count: of?.field_1 ?? 0, encoding: of?.field_2 ?? ENCODING.plain } }
}

/** @throws ReadFault when the bytes are damaged, or packed in a way that no Parquet writer of AWS uses. */
export function unpacked(bytes: Uint8Array, codec: string, plainBytes: number): Uint8Array {
  try {
    const plain = inflate(bytes, codec, plainBytes)
    if (plain.length === plainBytes) return plain
  } catch (error) {
    if (error instanceof ReadFault) throw error
    throw new ReadFault(
      'corrupt',
      `a page does not unpack (${codec}): ${error instanceof Error ? error.message : error}`,
    )
  }
  throw new ReadFault('corrupt', `a page does not unpack to the ${plainBytes} bytes it should have`)
}

function inflate(bytes: Uint8Array, codec: string, plainBytes: number): Uint8Array {
  const limit = { maxOutputLength: Math.max(plainBytes, 1) }
  switch (codec) {
    case 'UNCOMPRESSED':
      return bytes
    case 'GZIP':
      return gunzipSync(bytes, limit)
    case 'SNAPPY': {
      const plain = new Uint8Array(plainBytes)
      snappyUncompress(bytes, plain)
      return plain
    }
    case 'ZSTD':
      return zstdDecompressSync(bytes, limit)
    case 'BROTLI':
      return brotliDecompressSync(bytes, limit)
    default:
      throw new ReadFault('unknown format', `Parquet pages packed with ${codec}`)
  }
}
