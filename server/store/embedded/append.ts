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
export async function appendFacts(
  connection: DuckDBConnection,
  table: string,
  facts: readonly FactColumns[],
): Promise<void> {
  const appender = await connection.createAppender(table)
  const minute = new Int32Array(CHUNK)
  const series = new Int32Array(CHUNK)
  const words = amounts.map(() => new Uint32Array(2 * CHUNK))
  let filled = 0
  const flush = () => {
    const chunk = DuckDBDataChunk.create(types, filled)
    const put = (column: number, values: Int32Array | Uint32Array, length: number) =>
      bindings.copy_data_to_vector(
        bindings.data_chunk_get_vector(chunk.chunk, column),
        0,
        values.buffer as ArrayBuffer, // made above, never shared
        0,
        length * 4,
      )
    put(0, minute, filled)
    put(1, series, filled)
    for (const [i, column] of words.entries()) put(2 + i, column, 2 * filled)
    appender.appendDataChunk(chunk)
    filled = 0
  }
  for (const columns of facts) {
    for (let at = 0; at < columns.count; ) {
      const length = Math.min(CHUNK - filled, columns.count - at)
      minute.set(columns.minute.subarray(at, at + length), filled)
      series.set(columns.series.subarray(at, at + length), filled)
      for (const [i, name] of amounts.entries()) split(columns[name], at, length, words[i], filled)
      at += length
      filled += length
      if (filled === CHUNK) flush()
    }
  }
  if (filled > 0) flush()
  appender.closeSync()
}

/** Whole numbers to 2^53 as the low and high words of 64-bit integers, little-endian as every machine we run on. */
function split(from: Float64Array, at: number, length: number, to: Uint32Array | undefined, filled: number): void {
  if (to === undefined) return
  for (let i = 0; i < length; i++) {
    const value = from[at + i] ?? 0
    const high = Math.floor(value / WORD)
    to[2 * (filled + i)] = value - high * WORD
    to[2 * (filled + i) + 1] = high
  }
}
