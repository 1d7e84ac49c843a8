import type { DuckDBConnection } from '@duckdb/node-api'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { Arrivals } from './arrivals.ts'
import { decodeFacts } from './journal.ts'
import { Tables } from './layout.ts'
import { OpenDays } from './open-days.ts'
import { DAY_MINUTES, journalTable, pendingTable } from './partitions.ts'
import { listPending, minuteOfBatch } from './pending.ts'
import { planSums } from './plan.ts'
import type { RecordFiles } from './record-files.ts'
import { numbers, texts } from './rows.ts'
import type { SeriesTable } from './series-table.ts'
import { readSums } from './sums.ts'

/** Which tables there are, and how far they are rolled up. */
export async function readTables(connection: DuckDBConnection): Promise<Tables> {
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
export async function readArrivals(
  connection: DuckDBConnection,
  tables: Tables,
  files: RecordFiles,
  damage: string[],
): Promise<Arrivals> {
  const generations = tables.all('journal')
  const arrivals = new Arrivals((generations.at(-1) ?? -1) + 1)
  for (const generation of generations) {
    const table = journalTable(generation)
    for (const [offset = 0, bytes = 0, crc = 0] of await numbers(connection, `SELECT * FROM ${table}`)) {
      const record = await files.read(table, { offset, bytes, crc })
      if (record === undefined)
        damage.push(`${table}: ${bytes} bytes at ${offset} are not as written: facts are missing`)
      else for (const facts of decodeFacts(record)) arrivals.add(generation, facts)
    }
    // Also when nothing of it could be read: so that folding drops its table.
    arrivals.add(generation, nothing)
  }
  return arrivals
}

/** The lanes of the days that are not closed. */
export async function readOpenDays(
  connection: DuckDBConnection,
  tables: Tables,
  series: SeriesTable,
): Promise<OpenDays> {
  const openDays = new OpenDays(tables.closedDay, id => series.lane(id))
  const ever = { from: epochMs(tables.closedDay * DAY_MINUTES * MINUTE_MS), to: epochMs(END_OF_TIME * MINUTE_MS) }
  openDays.add(await readSums(connection, planSums(ever, tables), [], { step: DAY_MINUTES, only: undefined }))
  return openDays
}

/** The last minute that fits the tables' INTEGER. */
const END_OF_TIME = 2 ** 31 - 1

/** Bodies that cannot be read back: their minutes will be decided without them. */
export async function checkPending(
  connection: DuckDBConnection,
  tables: Tables,
  files: RecordFiles,
  damage: string[],
): Promise<void> {
  for (const { id, place, ...batch } of await listPending(connection, tables)) {
    const file = pendingTable(minuteOfBatch(batch))
    if ((await files.read(file, place)) === undefined)
      damage.push(`${file}: batch ${id.node}/${id.epoch}/${id.sequence} is not as written: its witnesses are missing`)
  }
}

const nothing = {
  count: 0,
  minute: new Int32Array(0),
  series: new Int32Array(0),
  bytesToResponder: new Float64Array(0),
  bytesToInitiator: new Float64Array(0),
  wireToResponder: new Float64Array(0),
  wireToInitiator: new Float64Array(0),
  connections: new Float64Array(0),
}
