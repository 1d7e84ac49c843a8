import { type ObjectBatch, objectBatch } from './batch.ts'
import { Dictionary } from './dictionary.ts'
import { type FieldName, isNumberField } from './fields.ts'
import { Fold } from './fold.ts'
import { type Format, readColumns } from './format.ts'
import { ChunkBytes, type ReadRange } from './parquet/chunk-bytes.ts'
import { Column } from './parquet/column.ts'
import { type RowGroup, readFooter } from './parquet/footer.ts'
import { RowTaker } from './parquet/rows.ts'
import { ReadFault } from './read-fault.ts'

export interface ParquetOptions {
  /** Records of it that are committed already: they come first and are passed over. */
  readonly committed: number
  readonly onFormat: (format: Format) => void
}

/** Row groups up to this size are read with one request; of larger ones each column in windows. */
const WHOLE_GROUP_BYTES = 12 * 1024 * 1024

/**
 * Batches of a Parquet object, in the order of its rows. Memory: the present page of each column that is read, and one
 * batch, however large the object or its row groups are.
 */
export async function* readParquet(
  { size, read }: { readonly size: number; readonly read: ReadRange },
  { committed, onFormat }: ParquetOptions,
): AsyncGenerator<ObjectBatch> {
  const { columns, rowGroups } = await readFooter(size, read)
  const format = readColumns(columns)
  if (!format.ok) throw new ReadFault(format.reason, format.detail)
  onFormat(format.format)
  const dictionary = new Dictionary()
  const fold = new Fold(dictionary, committed)
  for (const group of rowGroups) {
    if (fold.records + group.rows <= committed) {
      fold.passOver(group.rows)
      continue
    }
    const present = await openColumns(group, format.format, read)
    const taker = new RowTaker(present, dictionary)
    const all = Object.values(present)
    for (let left = group.rows; left > 0; ) {
      for (const column of all) if (column.at === column.count) await column.fill()
      taker.open()
      const rows = Math.min(left, ...all.map(({ count, at }) => count - at))
      for (let row = 0; row < rows; row++) {
        if (fold.isPassingOver) fold.passOver(1)
        else {
          if (fold.isFull) {
            yield objectBatch(fold.folded(), dictionary, false)
            fold.emptied()
            if (dictionary.forgetIfLarge()) taker.forget()
          }
          taker.take(fold, row)
        }
      }
      for (const column of all) column.at += rows
      left -= rows
    }
  }
  if (fold.isPassingOver)
    throw new ReadFault('truncated', `ends after ${fold.records} rows, of which ${committed} were read before`)
  yield objectBatch(fold.folded(), dictionary, true)
}

async function openColumns(
  { chunks }: RowGroup,
  { places }: Format,
  read: ReadRange,
): Promise<{ readonly [field in FieldName]?: Column }> {
  const used = chunks.flatMap((chunk, at) => {
    const field = places[at]
    return field === undefined ? [] : [{ chunk, field }]
  })
  const begin = Math.min(...used.map(({ chunk }) => chunk.begin))
  const end = Math.max(...used.map(({ chunk }) => chunk.end))
  const whole = end - begin <= WHOLE_GROUP_BYTES ? await read(begin, end) : undefined
  const readWithin: ReadRange = async (from, to) => whole?.subarray(from - begin, to - begin) ?? (await read(from, to))
  const columns: { [field in FieldName]?: Column } = {}
  for (const { chunk, field } of used) {
    const { type, codec, definitionLevels } = chunk
    const facts = { type, codec, definitionLevels, isText: !isNumberField(field) }
    columns[field] = new Column(new ChunkBytes(readWithin, chunk.begin, chunk.end), facts)
  }
  return columns
}
