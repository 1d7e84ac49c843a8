import type { DuckDBConnection } from '@duckdb/node-api'

/**
 * Folds the log into the file. The engine refuses while anyone writes, also when a reader makes a temporary table;
 * waiting for readers would hold up commits, so it is then left for the next time.
 * @returns whether it was done.
 */
export async function checkpoint(connection: DuckDBConnection): Promise<boolean> {
  try {
    await connection.run('CHECKPOINT')
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('other write transactions active')) return false
    throw error
  }
}
