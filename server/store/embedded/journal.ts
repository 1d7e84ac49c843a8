import { BLOB, blobValue, type DuckDBConnection } from '@duckdb/node-api'
import type { FactColumns } from '../flow-store.ts'
import { appendRows } from './rows.ts'

/**
 * Facts as they are committed: one row per commit, whose body holds their columns as they lie in memory. Written once,
 * read only after a crash; in between the sums live in memory (arrivals.ts). Putting single facts into the engine's
 * columns at this point would cost five times the CPU, for rows that are summed up a minute later.
 *
 *   i32 minute × n | i32 series × n | f64 × n of each amount, in the order of `amounts`; little-endian
 */
const ROW_BYTES = 4 + 4 + 5 * 8
const amounts = [
  'bytesToResponder',
  'bytesToInitiator',
  'wireToResponder',
  'wireToInitiator',
  'connections',
] as const satisfies readonly (keyof FactColumns)[]

/** Appends one row for all of the facts within the connection's transaction. Returns its size in bytes. */
export async function appendJournal(
  connection: DuckDBConnection,
  table: string,
  facts: readonly FactColumns[],
): Promise<number> {
  const body = encodeFacts(facts)
  await appendRows(connection, table, [BLOB], [[blobValue(body)]])
  return body.byteLength
}

/** Everything in a journal, commit by commit. */
export async function* readJournal(connection: DuckDBConnection, table: string): AsyncIterable<FactColumns> {
  const result = await connection.stream(`SELECT body FROM ${table}`)
  for await (const rows of result.yieldRowsJs())
    for (const [body] of rows) {
      if (!(body instanceof Uint8Array)) throw new TypeError(`${table} holds something that is no blob`)
      yield decodeFacts(body)
    }
}

export function encodeFacts(facts: readonly FactColumns[]): Uint8Array {
  const count = facts.reduce((rows, columns) => rows + columns.count, 0)
  const body = new Uint8Array(count * ROW_BYTES)
  const to = viewsOn(body.buffer, count)
  let filled = 0
  for (const columns of facts) {
    const rows = (column: Int32Array | Float64Array) => column.subarray(0, columns.count)
    to.minute.set(rows(columns.minute), filled)
    to.series.set(rows(columns.series), filled)
    for (const name of amounts) to[name].set(rows(columns[name]), filled)
    filled += columns.count
  }
  return body
}

/** @throws RangeError on a body that `encodeFacts` did not make. */
export function decodeFacts(body: Uint8Array): FactColumns {
  if (body.byteLength % ROW_BYTES !== 0) throw new RangeError(`${body.byteLength} bytes are no facts`)
  // Copied: the engine's memory goes away, and columns need aligned memory.
  return viewsOn(new Uint8Array(body).buffer, body.byteLength / ROW_BYTES)
}

function viewsOn(buffer: ArrayBuffer, count: number): FactColumns {
  const doubles = (i: number) => new Float64Array(buffer, 8 * count + 8 * count * i, count)
  return {
    count,
    minute: new Int32Array(buffer, 0, count),
    series: new Int32Array(buffer, 4 * count, count),
    bytesToResponder: doubles(0),
    bytesToInitiator: doubles(1),
    wireToResponder: doubles(2),
    wireToInitiator: doubles(3),
    connections: doubles(4),
  }
}
