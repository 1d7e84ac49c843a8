import type { DuckDBConnection } from '@duckdb/node-api'
import type { Progress, Tables } from './layout.ts'
import {
  arrivalsTable,
  DAY_MINUTES,
  daysTable,
  HOUR_MINUTES,
  hoursTable,
  lanesTable,
  minutesTable,
  openTable,
  yearOf,
} from './partitions.ts'
import { numbers } from './rows.ts'
import { createFacts, KEPT_SUMS } from './schema.ts'
import { inTransaction } from './writer.ts'

/** One step of a roll-up: tables made, filled and dropped in one transaction, told to the layout when it is committed. */
class Step {
  readonly #connection: DuckDBConnection
  readonly #made = new Set<string>()
  readonly #gone: string[] = []

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  static run(
    connection: DuckDBConnection,
    tables: Tables,
    progress: Partial<Progress>,
    work: (step: Step) => Promise<void>,
  ): Promise<void> {
    return tables.changing(async () => {
      const step = new Step(connection)
      await inTransaction(connection, () => work(step))
      for (const table of step.#made) tables.add(table)
      for (const table of step.#gone) tables.drop(table)
      tables.advance(progress)
    })
  }

  async add(table: string, select: string): Promise<void> {
    if (!this.#made.has(table)) await this.#connection.run(createFacts(table))
    this.#made.add(table)
    await this.#connection.run(`INSERT INTO ${table} ${select}`)
  }

  async drop(table: string): Promise<void> {
    await this.#connection.run(`DROP TABLE ${table}`)
    this.#gone.push(table)
  }
}

/**
 * Moves what arrived in these generations to where it belongs: into the open table of its hour, or, where its hour or
 * day is closed, as further partial sums into every table that already holds that time. So a late row is just one more
 * row, and sums are right in every resolution whatever the order.
 */
export async function foldArrivals(
  connection: DuckDBConnection,
  tables: Tables,
  generations: readonly number[],
): Promise<void> {
  const all = generations.map(generation => `SELECT * FROM ${arrivalsTable(generation)}`).join(' UNION ALL ')
  /** Sums of what lies in [from, to), in minutes, by series and unit. */
  const sums = (unit: number, from: number, to: number) =>
    `SELECT t // ${unit} AS t, series, ${KEPT_SUMS} FROM (${all}) WHERE t >= ${from} AND t < ${to} GROUP BY ALL`
  await Step.run(connection, tables, {}, async step => {
    const rows = await numbers(connection, `SELECT DISTINCT t // ${HOUR_MINUTES} FROM (${all}) ORDER BY 1`)
    const hours = rows.map(([hour = 0]) => hour)
    for (const hour of hours) {
      if (hour < tables.minutesFrom) continue // its minutes are gone: the hour keeps the sum
      const table = hour >= tables.closedHour ? openTable(hour) : minutesTable(hour)
      await step.add(table, sums(1, hour * HOUR_MINUTES, (hour + 1) * HOUR_MINUTES))
    }
    const closed = hours.filter(hour => hour < tables.closedHour)
    for (const day of new Set(closed.map(hour => Math.floor(hour / 24)))) {
      const [from, to] = [day * DAY_MINUTES, Math.min((day + 1) * DAY_MINUTES, tables.closedHour * HOUR_MINUTES)]
      if (day >= tables.hoursFrom) await step.add(hoursTable(day), sums(HOUR_MINUTES, from, to))
      if (day >= tables.closedDay) continue
      await step.add(daysTable(yearOf(day)), sums(DAY_MINUTES, from, to))
      await step.add(lanesTable(yearOf(day)), lanes(day, `(${sums(DAY_MINUTES, from, to)})`))
    }
    for (const generation of generations) await step.drop(arrivalsTable(generation))
  })
}

/** Closes one hour: its minutes sorted by series, so that one pair's lie together, and summed. */
export async function closeHour(connection: DuckDBConnection, tables: Tables, hour: number): Promise<void> {
  const open = openTable(hour)
  await Step.run(connection, tables, { closedHour: hour + 1 }, async step => {
    const minutes = `SELECT t, series, ${KEPT_SUMS} FROM ${open} GROUP BY t, series ORDER BY series, t`
    await step.add(minutesTable(hour), minutes)
    const sums = `SELECT ${hour}, series, ${KEPT_SUMS} FROM ${open} GROUP BY series ORDER BY series`
    await step.add(hoursTable(Math.floor(hour / 24)), sums)
    await step.drop(open)
    await connection.run(`UPDATE progress SET closed_hour = ${hour + 1}`)
  })
}

/** Closes one day whose hours are all closed. */
export async function closeDay(connection: DuckDBConnection, tables: Tables, day: number): Promise<void> {
  const hours = hoursTable(day)
  await Step.run(connection, tables, { closedDay: day + 1 }, async step => {
    const sums = `SELECT ${day}, series, ${KEPT_SUMS} FROM ${hours} GROUP BY series ORDER BY series`
    await step.add(daysTable(yearOf(day)), sums)
    await step.add(lanesTable(yearOf(day)), lanes(day, hours))
    await connection.run(`UPDATE progress SET closed_day = ${day + 1}`)
  })
}

/**
 * Closes every hour before `hour` and every day all of whose hours are closed, oldest first. Returns how many hours had
 * rows.
 */
export async function closeBefore(connection: DuckDBConnection, tables: Tables, hour: number): Promise<number> {
  const due = tables.all('open').filter(open => open < hour)
  for (const open of due) await closeHour(connection, tables, open)
  if (hour > tables.closedHour) {
    await connection.run(`UPDATE progress SET closed_hour = ${hour}`)
    tables.advance({ closedHour: hour })
  }
  const today = Math.floor((tables.closedHour * HOUR_MINUTES) / DAY_MINUTES)
  for (const day of tables.all('hours'))
    if (day >= tables.closedDay && day < today) await closeDay(connection, tables, day)
  if (today > tables.closedDay) {
    await connection.run(`UPDATE progress SET closed_day = ${today}`)
    tables.advance({ closedDay: today })
  }
  return due.length
}

const lanes = (day: number, rows: string): string =>
  `SELECT ${day}, lane, ${KEPT_SUMS} FROM ${rows} AS facts JOIN series AS names ON names.id = facts.series GROUP BY lane`
