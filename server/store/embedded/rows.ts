import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import type { RecordPlace } from './record-files.ts'

/** Rows of a small answer whose cells are all numbers; NULL reads as 0. */
export async function numbers(connection: DuckDBConnection, sql: string): Promise<number[][]> {
  const rows = await (await connection.run(sql)).getRows()
  return rows.map(row => row.map(cell => (cell === null ? 0 : Number(cell))))
}

/** Rows of a small answer as text. */
export async function texts(connection: DuckDBConnection, sql: string): Promise<string[][]> {
  const rows = await (await connection.run(sql)).getRows()
  return rows.map(row => row.map(cell => (cell === null ? '' : String(cell))))
}

/** The three columns that say where a record lies. */
export function appendPlace(to: DuckDBAppender, { offset, bytes, crc }: RecordPlace): void {
  to.appendBigInt(BigInt(offset))
  to.appendInteger(bytes)
  to.appendBigInt(BigInt(crc))
}

/** A text as a literal of SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Appends rows value by value; facts have a faster road (append.ts). Joins the connection's transaction. */
export async function appendRows<T>(
  connection: DuckDBConnection,
  table: string,
  rows: Iterable<T>,
  write: (to: DuckDBAppender, row: T) => void,
): Promise<void> {
  const appender = await connection.createAppender(table)
  for (const row of rows) {
    write(appender, row)
    appender.endRow()
  }
  appender.closeSync()
}
