import type { DuckDBConnection } from '@duckdb/node-api'
import { checkpoint } from './checkpoint.ts'
import type { DiskSpace } from './disk-space.ts'
import type { Progress, Tables } from './layout.ts'
import {
  auditTable,
  comparedTable,
  DAY_MINUTES,
  daysTable,
  decisionsTable,
  HOUR_MINUTES,
  hoursTable,
  lanesTable,
  minutesTable,
  promotionsTable,
  yearOf,
} from './partitions.ts'
import { numbers } from './rows.ts'
import { inTransaction } from './writer.ts'

/** How long each resolution is kept. Tables go whole, so up to one hour, day or year more. */
export interface Retention {
  readonly minutesForHours: number
  readonly hoursForDays: number
  readonly daysForYears: number
  /** Promotions, and what was compared with flow logs, are of use as long as a late batch can still be labelled. */
  readonly promotionsForHours: number
}

/** Drops what is older than its retention at `minute` (whole minutes since the epoch). Returns how many tables went. */
export async function dropAged(
  connection: DuckDBConnection,
  tables: Tables,
  retention: Retention,
  minute: number,
): Promise<number> {
  const hour = Math.floor(minute / HOUR_MINUTES)
  const day = Math.floor(minute / DAY_MINUTES)
  // Only what is rolled up may go: a store that slept for a week closes its hours first.
  const minutesFrom = Math.max(tables.minutesFrom, Math.min(hour - retention.minutesForHours, tables.closedHour))
  const hoursFrom = Math.max(tables.hoursFrom, Math.min(day - retention.hoursForDays, tables.closedDay))
  const lastYear = yearOf(day - Math.ceil(retention.daysForYears * 365.25))
  const aged = [
    ...tables
      .all('minutes')
      .filter(at => at < minutesFrom)
      .map(minutesTable),
    ...tables
      .all('hours')
      .filter(at => at < hoursFrom)
      .map(hoursTable),
    ...tables
      .all('days')
      .filter(at => at < lastYear)
      .map(daysTable),
    ...tables
      .all('lanes')
      .filter(at => at < lastYear)
      .map(lanesTable),
    ...tables
      .all('decisions')
      .filter(at => at < day - retention.hoursForDays)
      .map(decisionsTable),
    ...tables
      .all('promotions')
      .filter(at => at < hour - retention.promotionsForHours)
      .map(promotionsTable),
    ...tables
      .all('compared')
      .filter(at => at < hour - retention.promotionsForHours)
      .map(comparedTable),
    ...tables
      .all('audit')
      .filter(at => at < day - retention.hoursForDays)
      .map(auditTable),
  ]
  await drop(connection, tables, aged, { minutesFrom, hoursFrom })
  return aged.length
}

/**
 * Gives up the oldest closed minutes, hour by hour, until twice the free space that commits ask for is there; their
 * hours and days stay. Returns how many tables went.
 */
export async function dropForSpace(connection: DuckDBConnection, tables: Tables, space: DiskSpace): Promise<number> {
  let dropped = 0
  while ((await available(connection, space)) < 2 * space.keepFree) {
    const [oldest] = tables.all('minutes')
    if (oldest === undefined) break
    await connection.run('UPDATE progress SET dropped_for_space = dropped_for_space + 1')
    await drop(connection, tables, [minutesTable(oldest)], { minutesFrom: oldest + 1 })
    dropped++
    // Only a checkpoint gives the blocks back; when it has to wait, so has the next table.
    if (!(await checkpoint(connection))) break
  }
  return dropped
}

async function drop(
  connection: DuckDBConnection,
  tables: Tables,
  gone: readonly string[],
  progress: Partial<Progress>,
): Promise<void> {
  const { minutesFrom = tables.minutesFrom, hoursFrom = tables.hoursFrom } = progress
  if (gone.length === 0 && minutesFrom === tables.minutesFrom && hoursFrom === tables.hoursFrom) return
  await tables.changing(async () => {
    await inTransaction(connection, async () => {
      for (const table of gone) await connection.run(`DROP TABLE ${table}`)
      await connection.run(`UPDATE progress SET minutes_from = ${minutesFrom}, hours_from = ${hoursFrom}`)
    })
    for (const table of gone) tables.drop(table)
    tables.advance({ minutesFrom, hoursFrom })
  })
}

/** Bytes of the disk, and of the file where it has holes to be used again. */
async function available(connection: DuckDBConnection, space: DiskSpace): Promise<number> {
  const [[blockSize = 0, freeBlocks = 0] = []] = await numbers(
    connection,
    'SELECT block_size, free_blocks FROM pragma_database_size()',
  )
  return space.free() + blockSize * freeBlocks
}
