import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { windowOf } from '@weir/contract/batch-codec.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { PendingBatch } from '../flow-store.ts'
import type { Layout } from './layout.ts'
import { appendBatchId } from './marks.ts'
import { parsePartition, pendingTable } from './partitions.ts'
import type { RecordPlace } from './record-files.ts'
import { appendPlace, appendRows, numbers, quoted, texts } from './rows.ts'
import { createPending, KEPT_BATCHES } from './schema.ts'

/** A batch on its way into the file and the table of the minute in which its window ends. */
export interface WrittenBatch {
  readonly ord: number
  readonly batch: PendingBatch
  readonly place: RecordPlace
}

export const minuteOfBatch = ({ window }: Pick<PendingBatch, 'window'>): number => Math.ceil(window.to / MINUTE_MS)

/**
 * Batches lie in one table, and their bodies in one file, per minute in which their window ends: sealing that minute
 * drops both whole. Within the connection's transaction; returns the tables that were written to.
 */
export async function appendPending(
  connection: DuckDBConnection,
  batches: readonly WrittenBatch[],
  layout: Layout,
): Promise<string[]> {
  const byMinute = Map.groupBy(batches, ({ batch }) => minuteOfBatch(batch))
  for (const [minute, rows] of byMinute) {
    if (!layout.has('pending', minute)) await connection.run(createPending(pendingTable(minute)))
    await appendRows(connection, pendingTable(minute), rows, writeBatch)
  }
  return [...byMinute.keys()].map(pendingTable)
}

function writeBatch(to: DuckDBAppender, { ord, batch, place }: WrittenBatch): void {
  to.appendBigInt(BigInt(ord))
  appendBatchId(to, batch.id)
  to.appendBigInt(BigInt(batch.window.from))
  to.appendBigInt(BigInt(batch.window.to))
  to.appendVarchar(batch.window.kind)
  to.appendVarchar(batch.encoding)
  appendPlace(to, place)
}

const BATCH_KEY = `cluster || '/' || node || '/' || epoch || '/' || sequence || '/' || part`

export interface Sealed {
  readonly gone: readonly string[]
  readonly keptMinutes: readonly number[]
}

export const isPending = (table: string): boolean => parsePartition(table)?.kind === 'pending'

/**
 * Drops the batches whose window ends at or before the sealed minute, except those to be kept. Within the connection's
 * transaction; returns the tables that are gone, and the minutes whose files are still needed.
 */
export async function sealPending(
  connection: DuckDBConnection,
  sealedUntil: number,
  keep: ReadonlySet<string>,
  tables: Iterable<string>,
): Promise<Sealed> {
  const gone = [...new Set(tables)].filter(table => (parsePartition(table)?.at ?? sealedUntil) <= sealedUntil)
  const wanted = [...keep].map(quoted).join(', ')
  const isKept = wanted === '' ? 'false' : `${BATCH_KEY} IN (${wanted})`
  await connection.run(`DELETE FROM ${KEPT_BATCHES} WHERE NOT (${isKept})`)
  for (const table of gone) {
    if (wanted !== '') await connection.run(`INSERT INTO ${KEPT_BATCHES} SELECT * FROM ${table} WHERE ${isKept}`)
    await connection.run(`DROP TABLE ${table}`)
  }
  return { gone, keptMinutes: await readKeptMinutes(connection) }
}

/** The minutes in whose files the bodies of kept batches lie. */
export async function readKeptMinutes(connection: DuckDBConnection): Promise<number[]> {
  const minutes = `SELECT DISTINCT CAST(ceil(window_to / ${MINUTE_MS}) AS INTEGER) FROM ${KEPT_BATCHES}`
  return (await numbers(connection, minutes)).map(([minute = 0]) => minute)
}

/** All tables that hold batches, as one to select from. */
function everywhere(columns: string, layout: Layout): string {
  const tables = [KEPT_BATCHES, ...layout.all('pending').map(pendingTable)]
  return tables.map(table => `SELECT ${columns} FROM ${table}`).join(' UNION ALL ')
}

/** Batches in commit order, and where their bodies lie. */
export async function listPending(
  connection: DuckDBConnection,
  layout: Layout,
): Promise<readonly (Omit<PendingBatch, 'body'> & { readonly place: RecordPlace })[]> {
  const rows = await texts(connection, `SELECT * FROM (${everywhere('*', layout)}) ORDER BY ord`)
  return rows.map(
    ([, cluster = '', node = '', epoch = '', sequence, part, of, from, to, kind, encoding, offset, bytes, crc]) => ({
      id: { cluster, node, epoch, sequence: Number(sequence), part: Number(part), of: Number(of) },
      window: windowOf(Number(from), Number(to), kind === 'catch-up' ? 'catch-up' : 'live'),
      encoding: encoding === 'zstd' || encoding === 'gzip' ? encoding : 'identity',
      place: { offset: Number(offset), bytes: Number(bytes), crc: Number(crc) },
    }),
  )
}

export async function countPending(connection: DuckDBConnection, layout: Layout): Promise<number> {
  const [[count = 0] = []] = await numbers(connection, `SELECT count(*) FROM (${everywhere('ord', layout)})`)
  return count
}

/** The number after the last one given to a batch that is still here. */
export async function nextOrd(connection: DuckDBConnection, layout: Layout): Promise<number> {
  const [[last = 0] = []] = await numbers(connection, `SELECT max(ord) FROM (${everywhere('ord', layout)})`)
  return last + 1
}
