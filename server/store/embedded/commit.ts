import type { DuckDBConnection } from '@duckdb/node-api'
import type { Change, FactColumns } from '../flow-store.ts'
import type { Arrivals } from './arrivals.ts'
import { appendClaims } from './claims.ts'
import type { ClosedSums } from './closed-sums.ts'
import { appendAudit, appendCompared, appendObjects, setWatchedFrom } from './flow-logs.ts'
import type { JournalEncoder } from './journal.ts'
import type { Tables } from './layout.ts'
import { appendDecisions, appendPromotions } from './ledger.ts'
import { appendMarks } from './marks.ts'
import type { OpenDays } from './open-days.ts'
import { journalTable, pendingTable } from './partitions.ts'
import { appendPending, isPending, minuteOfBatch, type Sealed, sealPending, type WrittenBatch } from './pending.ts'
import type { RecordFiles, RecordPlace } from './record-files.ts'
import { appendPlace, appendRows } from './rows.ts'
import { createJournal } from './schema.ts'
import type { SeriesTable } from './series-table.ts'

/** What commits share and change. */
export interface CommitParts {
  readonly series: SeriesTable
  readonly tables: Tables
  readonly arrivals: Arrivals
  readonly openDays: OpenDays
  readonly closedSums: ClosedSums
  readonly journal: JournalEncoder
  readonly files: RecordFiles
  /** Marks written since they were compacted. */
  marks: number
  /** The same of objects of flow logs, and of claims. */
  objectMarks: number
  /** Number of the next batch. */
  nextOrd: number
  /** Minutes that are sealed and whose batches are needed still. */
  keptMinutes: readonly number[]
}

/** Changes whose large parts are on the disk already. */
export interface Written {
  readonly changes: readonly Change[]
  readonly facts: readonly FactColumns[]
  /** Of the journal that the facts went to. */
  readonly generation: number
  readonly journal: readonly RecordPlace[]
  readonly batches: readonly WrittenBatch[]
}

/** Puts facts and bodies into their files. Nothing names them before `commitGroup`: a failure leaves no trace. */
export async function writeRecords(changes: readonly Change[], parts: CommitParts): Promise<Written> {
  const { arrivals, files, nextOrd } = parts
  const generation = arrivals.newest
  const facts = changes.flatMap(change => change.facts).filter(columns => columns.count > 0)
  const waiting = changes.flatMap(change => change.batches).map((batch, i) => ({ ord: nextOrd + i, batch }))
  const byMinute = Map.groupBy(waiting, ({ batch }) => minuteOfBatch(batch))
  const bodies = Array.from(byMinute, async ([minute, some]): Promise<WrittenBatch[]> => {
    const places = await files.append(
      pendingTable(minute),
      some.map(({ batch }) => batch.body),
    )
    return some.flatMap((one, i) => {
      const place = places[i]
      return place === undefined ? [] : { ...one, place }
    })
  })
  const writing = facts.length > 0 ? files.append(journalTable(generation), [parts.journal.encode(facts)]) : []
  // All have ended before anything is thrown: the next commit writes to the same files.
  await Promise.allSettled([writing, ...bodies])
  const journal = await writing
  const batches = (await Promise.all(bodies)).flat()
  return { changes, facts, generation, journal, batches }
}

/**
 * Writes changes within the connection's transaction, in order. Nothing in memory is changed before the returned
 * function is called: the transaction may still fail.
 */
export async function commitGroup(
  connection: DuckDBConnection,
  { changes, facts, generation, journal, batches }: Written,
  parts: CommitParts,
): Promise<() => void> {
  const { tables, arrivals, series } = parts
  const made: string[] = []
  const seriesWritten = await series.append(connection)
  if (journal.length > 0) {
    const table = journalTable(generation)
    if (!tables.has('journal', generation)) await connection.run(createJournal(table))
    await appendRows(connection, table, journal, appendPlace)
    made.push(table)
  }
  made.push(...(await appendPending(connection, batches, tables)))
  const marks = changes.flatMap(change => change.marks)
  await appendMarks(connection, marks)
  const decisions = changes.flatMap(change => change.decisions)
  made.push(...(await appendDecisions(connection, decisions)))
  const promotions = changes.flatMap(change => change.promotions)
  made.push(...(await appendPromotions(connection, promotions)))
  const objects = changes.flatMap(change => change.objects ?? [])
  await appendObjects(connection, objects)
  const claims = changes.flatMap(change => change.claims ?? [])
  await appendClaims(connection, claims)
  const compared = changes.flatMap(change => change.compared ?? [])
  made.push(...(await appendCompared(connection, compared)))
  const audit = changes.flatMap(change => change.audit ?? [])
  made.push(...(await appendAudit(connection, audit)))
  const [watchedFrom] = changes.flatMap(change => change.watchedFrom ?? []).sort((a, b) => a - b)
  if (watchedFrom !== undefined) await setWatchedFrom(connection, watchedFrom)

  const { sealedUntil, keepPending = new Set<string>() } = changes.at(-1) ?? {}
  let sealed: Sealed | undefined
  if (sealedUntil !== undefined) {
    const pending = [...tables.all('pending').map(pendingTable), ...made.filter(table => isPending(table))]
    sealed = await sealPending(connection, sealedUntil, keepPending, pending)
    await connection.run(`UPDATE sealed SET until = ${sealedUntil}`)
  }

  return () => {
    seriesWritten()
    for (const table of made) tables.add(table)
    for (const table of sealed?.gone ?? []) tables.drop(table)
    parts.keptMinutes = sealed?.keptMinutes ?? parts.keptMinutes
    for (const columns of facts) arrivals.add(generation, columns)
    for (const { bytes } of journal) arrivals.journalBytes += bytes
    parts.marks += marks.length
    parts.objectMarks += objects.length + claims.length
    parts.nextOrd += batches.length
  }
}

/** Removes the files whose tables are gone. */
export function sweepFiles({ files, tables, keptMinutes }: CommitParts): Promise<void> {
  return files.sweep(
    new Set([
      ...tables.all('journal').map(journalTable),
      ...tables.all('pending').map(pendingTable),
      ...keptMinutes.map(pendingTable),
    ]),
  )
}
