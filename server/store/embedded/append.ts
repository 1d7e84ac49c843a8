import { BIGINT, type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api'
import bindings from '@duckdb/node-bindings'
import type { FactColumns } from '../flow-store.ts'

/** Rows of one of the engine's vectors: STANDARD_VECTOR_SIZE. */
const CHUNK = 2048
const types = [INTEGER, INTEGER, BIGINT, BIGINT, BIGINT, BIGINT, BIGINT]
const amounts = [
  'bytesToResponder',
  'bytesToInitiator',
  'wireToResponder',
  'wireToInitiator',
  'connections',
] as const satisfies readonly (keyof FactColumns)[]
const WORD = 2 ** 32

/**
 * Appends facts to a table within the connection's transaction. Numbers go into the engine's memory as they lie:
 * 1.5 to 2 times faster than value by value, and without one BigInt per number.
 */
export async function appendFacts(connection: DuckDBConnection, table: string, columns: FactColumns): Promise<void> {
  const appender = await connection.createAppender(table)
  const words = new Uint32Array(2 * CHUNK)
  for (let at = 0; at < columns.count; at += CHUNK) {
    const length = Math.min(CHUNK, columns.count - at)
    const chunk = DuckDBDataChunk.create(types, length)
    const put = (column: number, values: Int32Array | Uint32Array, offset: number, bytes: number) =>
      bindings.copy_data_to_vector(
        bindings.data_chunk_get_vector(chunk.chunk, column),
        0,
        values.buffer as ArrayBuffer, // facts never lie in shared memory
        values.byteOffset + offset,
        bytes,
      )
    put(0, columns.minute, 4 * at, 4 * length)
    put(1, columns.series, 4 * at, 4 * length)
    for (const [i, name] of amounts.entries()) {
      split(columns[name], at, length, words)
      put(2 + i, words, 0, 8 * length)
    }
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

/** Whole numbers to 2^53 as the low and high words of 64-bit integers, little-endian as every machine we run on. */
function split(from: Float64Array, at: number, length: number, to: Uint32Array): void {
  for (let i = 0; i < length; i++) {
    const value = from[at + i] ?? 0
    const high = Math.floor(value / WORD)
    to[2 * i] = value - high * WORD
    to[2 * i + 1] = high
  }
}
