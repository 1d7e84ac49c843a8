import { type FileMetaData, parquetMetadata } from 'hyparquet'
import { ReadFault } from '../read-fault.ts'
import type { ReadRange } from './chunk-bytes.ts'

/** Enough for a footer of dozens of row groups; a longer one is read with a second request. */
const FIRST_READ = 64 * 1024
/** "PAR1" read little-endian: the first and the last bytes. */
const MAGIC = 0x31524150
const TAIL_BYTES = 8

/** Where a column's chunk of a row group lies in the object, and how it is written. */
export interface Chunk {
  readonly begin: number
  readonly end: number
  readonly type: string
  readonly codec: string
  readonly definitionLevels: number
}
export interface RowGroup {
  readonly rows: number
  /** One per column of the footer. */
  readonly chunks: readonly Chunk[]
}
export interface Footer {
  readonly columns: readonly string[]
  readonly rowGroups: readonly RowGroup[]
}

/** @throws ReadFault when it is no Parquet, is cut off, or is nested. */
export async function readFooter(size: number, read: ReadRange): Promise<Footer> {
  if (size < TAIL_BYTES + 4) throw new ReadFault('truncated', `${size} bytes are too few for Parquet`)
  let tail = await read(Math.max(0, size - FIRST_READ), size)
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength)
  if (view.getUint32(tail.length - 4, true) !== MAGIC)
    throw new ReadFault('truncated', 'begins as Parquet, but does not end as such')
  const length = view.getUint32(tail.length - TAIL_BYTES, true) + TAIL_BYTES
  if (length > size) throw new ReadFault('corrupt', `a footer of ${length} bytes in an object of ${size}`)
  if (length > tail.length) tail = await read(size - length, size)
  let metadata: FileMetaData
  try {
    metadata = parquetMetadata(tail, { geoparquet: false })
  } catch (error) {
    throw new ReadFault('corrupt', `the footer: ${error instanceof Error ? error.message : error}`)
  }
  return footerOf(metadata)
}

function footerOf({ schema, row_groups }: FileMetaData): Footer {
  const columns = schema.slice(1)
  const nested = columns.find(
    ({ num_children, repetition_type, type }) =>
      (num_children ?? 0) > 0 || repetition_type === 'REPEATED' || type === undefined,
  )
  if (nested !== undefined) throw new ReadFault('unknown format', `column ${nested.name} holds more than one value`)
  return {
    columns: columns.map(({ name }) => name),
    rowGroups: row_groups.map(({ num_rows, columns: chunks }) => ({
      rows: Number(num_rows),
      chunks: chunks.map(({ meta_data }, i): Chunk => {
        if (meta_data === undefined) throw new ReadFault('unknown format', 'columns in other files')
        const { data_page_offset, dictionary_page_offset, total_compressed_size, type, codec } = meta_data
        const first = dictionary_page_offset && dictionary_page_offset > 0n ? dictionary_page_offset : data_page_offset
        const begin = Math.min(Number(first), Number(data_page_offset))
        const definitionLevels = columns[i]?.repetition_type === 'REQUIRED' ? 0 : 1
        return { begin, end: begin + Number(total_compressed_size), type, codec, definitionLevels }
      }),
    })),
  }
}
