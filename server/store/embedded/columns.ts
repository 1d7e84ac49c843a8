import type { DuckDBConnection } from '@duckdb/node-api'
import bindings from '@duckdb/node-bindings'

/** The columns of an answer, copied out of the engine's memory as they lie: no object per row. */
export type ColumnType = 'int' | 'double'
type ColumnOf<T extends ColumnType> = T extends 'int' ? Int32Array<ArrayBuffer> : Float64Array<ArrayBuffer>
export type ColumnsOf<T extends readonly ColumnType[]> = { readonly [I in keyof T]: ColumnOf<T[I]> }

/**
 * Runs a query whose columns are INTEGER (`int`) or DOUBLE (`double`), never NULL.
 * @param types of the columns, in order: they are not checked against the query's.
 */
export async function readColumns<const T extends readonly ColumnType[]>(
  connection: DuckDBConnection,
  sql: string,
  types: T,
): Promise<{ readonly count: number; readonly columns: ColumnsOf<T> }> {
  // The answer is complete in memory: its chunks are had at once, without a trip to another thread for each of them.
  const result = await connection.run(sql)
  const chunks = Array.from({ length: result.chunkCount }, (_, i) => result.getChunk(i))
  const count = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0)
  const columns = types.map(type => (type === 'int' ? new Int32Array(count) : new Float64Array(count)))
  let filled = 0
  for (const chunk of chunks) {
    for (const [i, column] of columns.entries()) {
      const vector = bindings.data_chunk_get_vector(chunk.chunk, i)
      const bytes = bindings.vector_get_data(vector, chunk.rowCount * column.BYTES_PER_ELEMENT)
      new Uint8Array(column.buffer).set(bytes, filled * column.BYTES_PER_ELEMENT)
    }
    filled += chunk.rowCount
  }
  return { count, columns: columns as ColumnsOf<T> } // made above from the same types
}
