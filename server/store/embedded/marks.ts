import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import type { BatchId, Mark } from '../flow-store.ts'
import { appendRows, texts } from './rows.ts'

export async function appendMarks(connection: DuckDBConnection, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return
  await appendRows(connection, 'marks', marks, (to, { id, settledBelow }) => {
    appendBatchId(to, id)
    to.appendBigInt(BigInt(settledBelow))
  })
}

/** The six columns that name a batch. */
export function appendBatchId(to: DuckDBAppender, id: BatchId): void {
  to.appendVarchar(id.cluster)
  to.appendVarchar(id.node)
  to.appendVarchar(id.epoch)
  to.appendBigInt(BigInt(id.sequence))
  to.appendInteger(id.part)
  to.appendInteger(id.of)
}

export async function readMarks(connection: DuckDBConnection): Promise<Mark[]> {
  const rows = await texts(connection, 'SELECT * FROM marks')
  return rows.map(([cluster = '', node = '', epoch = '', sequence, part, of, settledBelow]) => ({
    id: { cluster, node, epoch, sequence: Number(sequence), part: Number(part), of: Number(of) },
    settledBelow: Number(settledBelow),
  }))
}

/** Replaces the marks by what they come to, within the connection's transaction. Returns how many are left. */
export async function rewriteMarks(connection: DuckDBConnection): Promise<number> {
  const left = compactMarks(await readMarks(connection))
  await connection.run('DELETE FROM marks')
  await appendMarks(connection, left)
  return left.length
}

/**
 * The fewest marks that say the same: per epoch one high-water mark, below which everything is settled, and the batches
 * beyond a gap. An epoch without such batches is one mark of the sequence before the high-water mark.
 */
export function compactMarks(marks: readonly Mark[]): Mark[] {
  const epochs = Map.groupBy(marks, ({ id }) => `${id.cluster}/${id.node}/${id.epoch}`)
  return [...epochs.values()].flatMap(compactEpoch)
}

function compactEpoch(marks: readonly Mark[]): Mark[] {
  const parts = new Map<number, Map<number, Mark>>()
  let settledBelow = 1 // sequences begin at 1
  for (const mark of marks) {
    settledBelow = Math.max(settledBelow, mark.settledBelow)
    const known = parts.get(mark.id.sequence)
    if (known === undefined) parts.set(mark.id.sequence, new Map([[mark.id.part, mark]]))
    else known.set(mark.id.part, mark)
  }
  const complete = (sequence: number): boolean => {
    const known = parts.get(sequence)
    const [first] = known?.values() ?? []
    return first !== undefined && known?.size === first.id.of
  }
  while (complete(settledBelow)) settledBelow++
  const beyond = [...parts]
    .filter(([sequence]) => sequence >= settledBelow)
    .flatMap(([, known]) => [...known.values()])
    .map(mark => ({ id: mark.id, settledBelow }))
  const [first] = marks
  if (beyond.length > 0 || first === undefined) return beyond
  return [{ id: { ...first.id, sequence: settledBelow - 1, part: 0, of: 1 }, settledBelow }]
}
