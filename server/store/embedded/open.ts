import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { StorageError } from '../flow-store.ts'
import type { Arrivals } from './arrivals.ts'
import { ClosedSums } from './closed-sums.ts'
import { type CommitParts, sweepFiles } from './commit.ts'
import { Database, walFile } from './database.ts'
import { DiskSpace } from './disk-space.ts'
import { JournalEncoder } from './journal.ts'
import type { Tables } from './layout.ts'
import { readSetAside } from './log-damage.ts'
import { migrate } from './migrate.ts'
import type { OpenDays } from './open-days.ts'
import type { Settings } from './options.ts'
import { nextOrd, readKeptMinutes } from './pending.ts'
import { Readers } from './reads.ts'
import { RecordFiles } from './record-files.ts'
import { checkPending, readArrivals, readOpenDays, readTables } from './recover.ts'
import { numbers } from './rows.ts'
import { SeriesTable } from './series-table.ts'
import { Upkeep } from './upkeep.ts'
import { Writer } from './writer.ts'

/** Everything that exists while the store is open. */
export interface Parts {
  /** The writer's: use it at start only, and through the writer afterwards. */
  readonly connection: DuckDBConnection
  readonly series: SeriesTable
  readonly tables: Tables
  readonly arrivals: Arrivals
  readonly openDays: OpenDays
  readonly closedSums: ClosedSums
  readonly files: RecordFiles
  readonly writer: Writer
  readonly readers: Readers
  readonly upkeep: Upkeep
  readonly space: DiskSpace
  /** What could not be read, in words. */
  readonly damage: readonly string[]
  /** @param usable false after a fault: what the engine will not do any more is left out. */
  close(usable: boolean): Promise<void>
}

const HEAVY_READS = 2

export async function openParts(settings: Settings, onFault: (error: StorageError) => void): Promise<Parts> {
  const database = await Database.open(settings)
  try {
    const connection = await database.connect()
    await migrate(connection)
    const damage = await readSetAside(walFile(settings.directory))
    const tables = await readTables(connection)
    const files = new RecordFiles(join(settings.directory, 'records'))
    await checkPending(connection, tables, files, damage)
    const [[marks = 0] = []] = await numbers(connection, 'SELECT count(*) FROM marks')
    const [[objects = 0] = []] = await numbers(connection, 'SELECT count(*) FROM flow_log_objects')
    const [[claims = 0] = []] = await numbers(connection, 'SELECT count(*) FROM flow_log_claims')
    const series = await SeriesTable.load(connection)
    const commit: CommitParts = {
      series,
      tables,
      openDays: await readOpenDays(connection, tables, series),
      closedSums: new ClosedSums(settings.closedSumsBytes),
      arrivals: await readArrivals(connection, tables, files, damage),
      journal: new JournalEncoder(),
      files,
      marks,
      objectMarks: objects + claims,
      nextOrd: await nextOrd(connection, tables),
      keptMinutes: await readKeptMinutes(connection),
    }
    await sweepFiles(commit)
    const space = new DiskSpace(settings.directory, settings.keepFreeBytes)
    const writer = new Writer(connection, commit, space, settings.commitEveryMs, onFault, () => upkeep.committed())
    const heavy = await Promise.all(Array.from({ length: HEAVY_READS }, () => database.connect()))
    const readers = new Readers(heavy, [await database.connect()], () => tables.settled(), onFault)
    const upkeep = new Upkeep({ commit, writer, readers, space, settings, onFault })
    return {
      connection,
      series,
      tables,
      arrivals: commit.arrivals,
      openDays: commit.openDays,
      closedSums: commit.closedSums,
      files,
      writer,
      readers,
      upkeep,
      space,
      damage,
      close: async usable => {
        await writer.idle()
        await upkeep.idle()
        await readers.close()
        if (usable) await connection.run('CHECKPOINT').catch(() => undefined) // the log keeps what it could not fold
        await files.close()
        connection.closeSync()
        database.close()
      },
    }
  } catch (error) {
    database.close()
    throw error
  }
}
