import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { StorageError } from '../flow-store.ts'
import { Arrivals } from './arrivals.ts'
import type { CommitParts } from './commit.ts'
import { Database, walFile } from './database.ts'
import { DiskSpace } from './disk-space.ts'
import { Journal, readJournal } from './journal.ts'
import { Tables } from './layout.ts'
import { migrate } from './migrate.ts'
import type { Settings } from './options.ts'
import { journalTable } from './partitions.ts'
import { nextOrd } from './pending.ts'
import { Readers } from './reads.ts'
import { numbers, texts } from './rows.ts'
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
  readonly writer: Writer
  readonly readers: Readers
  readonly upkeep: Upkeep
  readonly space: DiskSpace
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
    const tables = await readTables(connection)
    const commit: CommitParts = {
      series: await SeriesTable.load(connection),
      tables,
      arrivals: await readArrivals(connection, tables),
      journal: new Journal(),
      marks: 0,
      nextOrd: await nextOrd(connection, tables),
    }
    const space = new DiskSpace(settings.directory, settings.keepFreeBytes)
    const writer = new Writer(connection, commit, space, onFault, () => upkeep.committed())
    const heavy = await Promise.all(Array.from({ length: HEAVY_READS }, () => database.connect()))
    const readers = new Readers(heavy, [await database.connect()], () => tables.settled(), onFault)
    const upkeep = new Upkeep({ commit, writer, readers, space, settings, onFault })
    return {
      connection,
      series: commit.series,
      tables,
      arrivals: commit.arrivals,
      writer,
      readers,
      upkeep,
      space,
      damage: await readDamage(settings.directory),
      close: async usable => {
        await writer.idle()
        await upkeep.idle()
        await readers.close()
        if (usable) await connection.run('CHECKPOINT').catch(() => undefined) // the log keeps what it could not fold
        connection.closeSync()
        database.close()
      },
    }
  } catch (error) {
    database.close()
    throw error
  }
}

async function readTables(connection: DuckDBConnection): Promise<Tables> {
  const tables = new Tables()
  for (const [name = ''] of await texts(connection, 'SELECT table_name FROM duckdb_tables()')) tables.add(name)
  const [[closedHour = 0, closedDay = 0, minutesFrom = 0, hoursFrom = 0] = []] = await numbers(
    connection,
    'SELECT closed_hour, closed_day, minutes_from, hours_from FROM progress',
  )
  tables.advance({ closedHour, closedDay, minutesFrom, hoursFrom })
  return tables
}

/** What was committed and not folded before the end: read back into memory, where the next folding finds it. */
async function readArrivals(connection: DuckDBConnection, tables: Tables): Promise<Arrivals> {
  const generations = tables.all('journal')
  const arrivals = new Arrivals((generations.at(-1) ?? -1) + 1)
  for (const generation of generations)
    for await (const facts of readJournal(connection, journalTable(generation))) arrivals.add(generation, facts)
  return arrivals
}

/** Logs that were set aside at an earlier start; told until someone removes them. */
async function readDamage(directory: string): Promise<string[]> {
  const prefix = `${basename(walFile(directory))}.corrupt-`
  const files = (await readdir(directory)).filter(name => name.startsWith(prefix)).sort()
  return Promise.all(
    files.map(async name => {
      const { size } = await stat(join(directory, name))
      return `${name} (${size} bytes) could not be replayed: what it held since the last checkpoint is missing`
    }),
  )
}
