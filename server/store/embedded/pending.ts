import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { windowOf } from '@weir/contract/batch-codec.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { PendingBatch } from '../flow-store.ts'
import type { Layout } from './layout.ts'
import { appendBatchId } from './marks.ts'
import { pendingTable } from './partitions.ts'
import { appendRows, numbers, quoted } from './rows.ts'
import { createPending, KEPT_BATCHES } from './schema.ts'

/** What a page of bodies may weigh in memory while they are read back. */
const PAGE_BYTES = 16 * 1024 * 1024

/**
 * Batches lie in one table per minute in which their window ends: sealing that minute drops the table whole, because
 * the space of single deleted rows comes back only when 122,880 of them in a row are gone (the engine's row group).
 * Returns the minutes whose tables were written to.
 */
export async function appendPending(
  connection: DuckDBConnection,
  batches: readonly { readonly ord: number; readonly batch: PendingBatch }[],
): Promise<number[]> {
  const byMinute = Map.groupBy(batches, ({ batch }) => Math.ceil(batch.window.to / MINUTE_MS))
  for (const [minute, rows] of byMinute) {
    await connection.run(createPending(pendingTable(minute)))
    await appendRows(connection, pendingTable(minute), rows, writeBatch)
  }
  return [...byMinute.keys()]
}

function writeBatch(to: DuckDBAppender, { ord, batch }: { readonly ord: number; readonly batch: PendingBatch }): void {
  to.appendBigInt(BigInt(ord))
  appendBatchId(to, batch.id)
  to.appendBigInt(BigInt(batch.window.from))
  to.appendBigInt(BigInt(batch.window.to))
  to.appendVarchar(batch.window.kind)
  to.appendVarchar(batch.encoding)
  to.appendBlob(batch.body)
}

const BATCH_KEY = `cluster || '/' || node || '/' || epoch || '/' || sequence || '/' || part`

/**
 * Drops the batches whose window ends at or before the sealed minute, except those to be kept. Within the connection's
 * transaction; returns the tables that are gone.
 */
export async function sealPending(
  connection: DuckDBConnection,
  sealedUntil: number,
  keep: ReadonlySet<string>,
  minutes: ReadonlySet<number>,
): Promise<string[]> {
  const sealed = [...minutes].filter(minute => minute <= sealedUntil)
  const wanted = [...keep].map(quoted).join(', ')
  await connection.run(
    wanted === '' ? `DELETE FROM ${KEPT_BATCHES}` : `DELETE FROM ${KEPT_BATCHES} WHERE ${BATCH_KEY} NOT IN (${wanted})`,
  )
  for (const minute of sealed) {
    const table = pendingTable(minute)
    if (wanted !== '')
      await connection.run(`INSERT INTO ${KEPT_BATCHES} SELECT * FROM ${table} WHERE ${BATCH_KEY} IN (${wanted})`)
    await connection.run(`DROP TABLE ${table}`)
  }
  return sealed.map(pendingTable)
}

/** All tables that hold batches, as one to select from. */
function everywhere(columns: string, layout: Layout): string {
  const tables = [KEPT_BATCHES, ...layout.all('pending').map(pendingTable)]
  return tables.map(table => `SELECT ${columns} FROM ${table}`).join(' UNION ALL ')
}

/** The batches in commit order, a page of bodies at a time. `read` lends a connection for one page. */
export async function* readPending(
  read: <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>,
  layout: Layout,
): AsyncIterable<PendingBatch> {
  for (const { first, last } of await read(connection => planPages(connection, layout))) {
    const rows = await read(async connection => {
      const page = `SELECT * FROM (${everywhere('*', layout)}) WHERE ord BETWEEN ${first} AND ${last} ORDER BY ord`
      return (await connection.run(page)).getRowObjectsJS()
    })
    for (const row of rows) yield fromRow(row)
  }
}

interface Page {
  readonly first: number
  last: number
}

async function planPages(connection: DuckDBConnection, layout: Layout): Promise<readonly Page[]> {
  const sizes = await numbers(
    connection,
    `SELECT ord, octet_length(body) FROM (${everywhere('ord, body', layout)}) ORDER BY ord`,
  )
  const pages: Page[] = []
  let weight = Number.POSITIVE_INFINITY
  for (const [ord = 0, bytes = 0] of sizes) {
    weight += bytes
    const page = pages.at(-1)
    if (page !== undefined && weight <= PAGE_BYTES) page.last = ord
    else {
      pages.push({ first: ord, last: ord })
      weight = bytes
    }
  }
  return pages
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

function fromRow(row: Record<string, unknown>): PendingBatch {
  const { cluster, node, epoch, sequence, part, parts, window_from, window_to, kind, encoding, body } = row
  if (!(body instanceof Uint8Array)) throw new TypeError(`body of batch ${node}/${epoch}/${sequence} is no blob`)
  return {
    id: {
      cluster: String(cluster),
      node: String(node),
      epoch: String(epoch),
      sequence: Number(sequence),
      part: Number(part),
      of: Number(parts),
    },
    window: windowOf(Number(window_from), Number(window_to), kind === 'catch-up' ? 'catch-up' : 'live'),
    encoding: encoding === 'zstd' || encoding === 'gzip' ? encoding : 'identity',
    body,
  }
}
