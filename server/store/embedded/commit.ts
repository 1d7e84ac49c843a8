import type { DuckDBConnection } from '@duckdb/node-api'
import type { Change } from '../flow-store.ts'
import { appendFacts } from './append.ts'
import type { Tables } from './layout.ts'
import { appendDecisions, appendPromotions } from './ledger.ts'
import { appendMarks } from './marks.ts'
import { arrivalsTable, pendingTable } from './partitions.ts'
import { appendPending, sealPending } from './pending.ts'
import { createFacts } from './schema.ts'
import type { SeriesTable } from './series-table.ts'

/** What commits share and change. */
export interface CommitParts {
  readonly series: SeriesTable
  readonly tables: Tables
  /** Facts go into this generation; folding raises it first, so that nobody writes to what is being folded. */
  generation: number
  /** Rows in this generation, and marks in their table: told to those who decide when to fold. */
  arrived: number
  marks: number
  /** Number of the next batch. */
  nextOrd: number
}

/**
 * Writes changes within the connection's transaction, in order. Nothing in memory is changed before the returned
 * function is called: the transaction may still fail.
 */
export async function commitGroup(
  connection: DuckDBConnection,
  changes: readonly Change[],
  parts: CommitParts,
): Promise<() => void> {
  const made: string[] = []
  const seriesWritten = await parts.series.append(connection)

  const facts = changes.flatMap(change => change.facts).filter(columns => columns.count > 0)
  if (facts.length > 0) {
    const table = arrivalsTable(parts.generation)
    if (!parts.tables.has('arrivals', parts.generation)) await connection.run(createFacts(table))
    made.push(table)
    await appendFacts(connection, table, facts)
  }

  const batches = changes.flatMap(change => change.batches).map((batch, i) => ({ ord: parts.nextOrd + i, batch }))
  const pending = await appendPending(connection, batches)
  made.push(...pending.map(pendingTable))
  const marks = changes.flatMap(change => change.marks)
  await appendMarks(connection, marks)
  made.push(
    ...(await appendDecisions(
      connection,
      changes.flatMap(change => change.decisions),
    )),
  )
  made.push(
    ...(await appendPromotions(
      connection,
      changes.flatMap(change => change.promotions),
    )),
  )

  const gone: string[] = []
  const { sealedUntil, keepPending } = changes.at(-1) ?? {}
  if (sealedUntil !== undefined) {
    const minutes = new Set([...parts.tables.all('pending'), ...pending])
    gone.push(...(await sealPending(connection, sealedUntil, keepPending ?? new Set(), minutes)))
    await connection.run(`UPDATE sealed SET until = ${sealedUntil}`)
  }

  const arrived = facts.reduce((rows, { count }) => rows + count, 0)
  return () => {
    seriesWritten()
    for (const table of made) parts.tables.add(table)
    for (const table of gone) parts.tables.drop(table)
    parts.arrived += arrived
    parts.marks += marks.length
    parts.nextOrd += batches.length
  }
}
