import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import type { TimeRange } from '@weir/contract/queries.ts'
import { MINUTE_MS, type Minute } from '@weir/contract/units.ts'
import { DAY_MINUTES } from './partitions.ts'
import { appendRows } from './rows.ts'

/** Rows about minutes, in a table for each hour or day that only grows and is dropped whole by age. */

/** Within the connection's transaction; returns the tables that were written, made where they were not there. */
export async function appendTimed<T extends { readonly minute: Minute }>(
  connection: DuckDBConnection,
  rows: readonly T[],
  tableOf: (row: T) => string,
  create: (table: string) => string,
  write: (to: DuckDBAppender, row: T) => void,
): Promise<string[]> {
  const byTable = Map.groupBy(rows, tableOf)
  for (const [table, some] of byTable) {
    await connection.run(create(table))
    await appendRows(connection, table, some, write)
  }
  return [...byTable.keys()]
}

/** Of rows with the same key the one written last holds, which is the one with the highest rowid. */
export const newest = (key: string): string => `QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY rowid DESC) = 1`

/** Those of the days (whole UTC days since the epoch) that a range touches, and the condition that a row is in it. */
export function daysIn(range: TimeRange, days: readonly number[]): { days: readonly number[]; where: string } {
  const [from, to] = [Math.ceil(range.from / MINUTE_MS), Math.ceil(range.to / MINUTE_MS)]
  return {
    days: days.filter(day => (day + 1) * DAY_MINUTES > from && day * DAY_MINUTES < to),
    where: `minute >= ${from} AND minute < ${to}`,
  }
}
