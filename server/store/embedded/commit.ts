import type { DuckDBConnection } from '@duckdb/node-api'
import type { Change } from '../flow-store.ts'
import type { Arrivals } from './arrivals.ts'
import type { Journal } from './journal.ts'
import type { Tables } from './layout.ts'
import { appendDecisions, appendPromotions } from './ledger.ts'
import { appendMarks } from './marks.ts'
import { journalTable, pendingTable } from './partitions.ts'
import { appendPending, sealPending } from './pending.ts'
import { createJournal } from './schema.ts'
import type { SeriesTable } from './series-table.ts'

/** What commits share and change. */
export interface CommitParts {
  readonly series: SeriesTable
  readonly tables: Tables
  readonly arrivals: Arrivals
  readonly journal: Journal
  /** Marks written since they were compacted. */
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

  const generation = parts.arrivals.newest
  let journalBytes = 0
  const facts = changes.flatMap(change => change.facts).filter(columns => columns.count > 0)
  if (facts.length > 0) {
    const table = journalTable(generation)
    if (!parts.tables.has('journal', generation)) await connection.run(createJournal(table))
    made.push(table)
    journalBytes = await parts.journal.append(connection, table, facts)
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

  return () => {
    seriesWritten()
    for (const table of made) parts.tables.add(table)
    for (const table of gone) parts.tables.drop(table)
    for (const columns of facts) parts.arrivals.add(generation, columns)
    parts.arrivals.journalBytes += journalBytes
    parts.marks += marks.length
    parts.nextOrd += batches.length
  }
}
