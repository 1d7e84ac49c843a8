import type { DuckDBConnection } from '@duckdb/node-api'
import { StorageError } from '../flow-store.ts'
import { numbers } from './rows.ts'
import { migrations } from './schema.ts'

/**
 * Brings the file to this program's version, one transaction per step.
 * @throws StorageError on a file that a newer program wrote: going back is not possible, restoring a copy is.
 */
export async function migrate(connection: DuckDBConnection, steps = migrations): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)')
  const [[found = 0] = []] = await numbers(connection, 'SELECT max(version) FROM schema_version')
  if (found > steps.length)
    throw new StorageError(
      'unavailable',
      `the data has schema version ${found}, this program knows versions up to ${steps.length}: run the newer one`,
    )
  if (found === steps.length) return
  for (let version = found; version < steps.length; version++) {
    await connection.run('BEGIN')
    for (const statement of steps[version] ?? []) await connection.run(statement)
    await connection.run(`INSERT INTO schema_version VALUES (${version + 1})`)
    await connection.run('COMMIT')
  }
  // Changed tables are not left in the log: several reports tell of such logs that would not replay
  // (duckdb/duckdb#22044, #19712).
  await connection.run('CHECKPOINT')
}
