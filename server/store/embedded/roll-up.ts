import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { appendFacts } from './append.ts'
import { type Arrivals, entriesOf } from './arrivals.ts'
import type { ClosedSums } from './closed-sums.ts'
import type { FactTable } from './fact-table.ts'
import type { Tables } from './layout.ts'
import { asDays, type OpenDays } from './open-days.ts'
import {
  DAY_MINUTES,
  daysTable,
  HOUR_MINUTES,
  hoursTable,
  journalTable,
  lanesTable,
  minutesTable,
  openTable,
  SPAN_MINUTES,
  yearOf,
} from './partitions.ts'
import { createFacts, KEPT_SUMS } from './schema.ts'
import { inTransaction } from './writer.ts'

/** What roll-ups move facts between. */
export interface RollUpParts {
  readonly tables: Tables
  readonly arrivals: Arrivals
  readonly openDays: OpenDays
  readonly closedSums: ClosedSums
}

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
    work: (step: Step) => Promise<void>,
    done: () => void,
  ): Promise<void> {
    return tables.changing(async () => {
      const step = new Step(connection)
      await inTransaction(connection, () => work(step))
      for (const table of step.#made) tables.add(table)
      for (const table of step.#gone) tables.drop(table)
      done()
    })
  }

  async add(table: string, select: string): Promise<void> {
    await this.#make(table)
    await this.#connection.run(`INSERT INTO ${table} ${select}`)
  }

  /** Entries out of memory, in slices between which others have their turn. */
  async append(table: string, facts: FactTable, entries: Int32Array): Promise<void> {
    await this.#make(table)
    for (let from = 0; from < entries.length; from += SLICE) {
      await appendFacts(this.#connection, table, facts.columns(entries.subarray(from, from + SLICE)))
      await nextTurn()
    }
  }

  async drop(table: string): Promise<void> {
    await this.#connection.run(`DROP TABLE ${table}`)
    this.#made.delete(table)
    this.#gone.push(table)
  }

  async #make(table: string): Promise<void> {
    if (!this.#made.has(table)) await this.#connection.run(createFacts(table))
    this.#made.add(table)
  }
}

/** Rows that are handed to the engine at once, on our thread: about 10 ms of it. */
const SLICE = 32_768

/** Facts that came after their hour was closed, on their way into the tables that hold that time; never seen outside. */
const LATE = 'late_facts'

/**
 * Moves what arrived in these generations to where it belongs: into the open table of its hour, or, where its hour or
 * day is closed, as further partial sums into every table that already holds that time. So a late row is just one more
 * row, and sums are right in every resolution whatever the order.
 */
export async function foldArrivals(
  connection: DuckDBConnection,
  { tables, arrivals, openDays, closedSums }: RollUpParts,
  generations: ReadonlyMap<number, FactTable>,
): Promise<void> {
  const closed = tables.closedHour * HOUR_MINUTES
  const spans = new Set<number>()
  const work = async (step: Step) => {
    for (const [generation, facts] of generations) {
      for (const hour of hoursFrom(facts, closed)) {
        const [from, to] = [hour * HOUR_MINUTES, (hour + 1) * HOUR_MINUTES]
        await step.append(
          openTable(hour),
          facts,
          entriesOf(facts, time => time >= from && time < to),
        )
      }
      noteSpans(facts, spans)
      const late = entriesOf(facts, time => time < closed)
      if (late.length > 0) await addLate(step, tables, facts, late)
      await step.drop(journalTable(generation))
    }
  }
  await Step.run(connection, tables, work, () => {
    for (const facts of generations.values()) openDays.add(asDays(facts.columns(), DAY_MINUTES))
    arrivals.drop(generations.keys())
    for (const span of spans) forgetSpan(closedSums, tables, span)
  })
}

/** The hours from a minute on that the facts lie in. */
function hoursFrom(facts: FactTable, closed: number): ReadonlySet<number> {
  const hours = new Set<number>()
  let last = Number.NaN // facts of one hour come in long runs
  for (let entry = 0; entry < facts.count; entry++) {
    const hour = Math.floor(facts.time(entry) / HOUR_MINUTES)
    if (hour === last || facts.time(entry) < closed) continue
    last = hour
    hours.add(hour)
  }
  return hours
}

/** The spans that the facts lie in. */
function noteSpans(facts: FactTable, spans: Set<number>): void {
  let last = Number.NaN // facts of one span come in long runs
  for (let entry = 0; entry < facts.count; entry++) {
    const span = Math.floor(facts.time(entry) / SPAN_MINUTES)
    if (span !== last) spans.add(span)
    last = span
  }
}

/** Forgets everything in memory that rows of this span were added to. */
function forgetSpan(closedSums: ClosedSums, tables: Tables, span: number): void {
  const hour = Math.floor((span * SPAN_MINUTES) / HOUR_MINUTES)
  const day = Math.floor(hour / 24)
  if (hour >= tables.closedHour) {
    closedSums.forget(openTable(hour), span)
    return
  }
  closedSums.forget(minutesTable(hour), span)
  closedSums.forget(hoursTable(day), hour)
  closedSums.forget(daysTable(yearOf(day)), day)
  closedSums.forget(lanesTable(yearOf(day)), day)
}

async function addLate(step: Step, tables: Tables, facts: FactTable, late: Int32Array): Promise<void> {
  await step.append(LATE, facts, late)
  /** Sums of what lies in [from, to), in minutes, by series and unit. */
  const sums = (unit: number, from: number, to: number) =>
    `SELECT t // ${unit} AS t, series, ${KEPT_SUMS} FROM ${LATE} WHERE t >= ${from} AND t < ${to} GROUP BY ALL`
  const hours = new Set(Array.from(late, entry => Math.floor(facts.time(entry) / HOUR_MINUTES)))
  // Where its minutes are gone, the hour keeps the sum.
  for (const hour of hours)
    if (hour >= tables.minutesFrom)
      await step.add(minutesTable(hour), sums(1, hour * HOUR_MINUTES, (hour + 1) * HOUR_MINUTES))
  for (const day of new Set(Array.from(hours, hour => Math.floor(hour / 24)))) {
    const [from, to] = [day * DAY_MINUTES, (day + 1) * DAY_MINUTES]
    if (day >= tables.hoursFrom) await step.add(hoursTable(day), sums(HOUR_MINUTES, from, to))
    if (day >= tables.closedDay) continue
    await step.add(daysTable(yearOf(day)), sums(DAY_MINUTES, from, to))
    await step.add(lanesTable(yearOf(day)), lanes(day, `(${sums(DAY_MINUTES, from, to)})`))
  }
  await step.drop(LATE)
}

/** Closes one hour: its minutes sorted by series, so that one pair's lie together, and summed. */
export async function closeHour(connection: DuckDBConnection, tables: Tables, hour: number): Promise<void> {
  const open = openTable(hour)
  const work = async (step: Step) => {
    const minutes = `SELECT t, series, ${KEPT_SUMS} FROM ${open} GROUP BY t, series ORDER BY series, t`
    await step.add(minutesTable(hour), minutes)
    const sums = `SELECT ${hour}, series, ${KEPT_SUMS} FROM ${open} GROUP BY series ORDER BY series`
    await step.add(hoursTable(Math.floor(hour / 24)), sums)
    await step.drop(open)
    await connection.run(`UPDATE progress SET closed_hour = ${hour + 1}`)
  }
  await Step.run(connection, tables, work, () => tables.advance({ closedHour: hour + 1 }))
}

/** Closes one day whose hours are all closed. */
export async function closeDay(
  connection: DuckDBConnection,
  { tables, openDays }: RollUpParts,
  day: number,
): Promise<void> {
  const hours = hoursTable(day)
  const work = async (step: Step) => {
    if (tables.has('hours', day)) {
      const sums = `SELECT ${day}, series, ${KEPT_SUMS} FROM ${hours} GROUP BY series ORDER BY series`
      await step.add(daysTable(yearOf(day)), sums)
      await step.add(lanesTable(yearOf(day)), lanes(day, hours))
    }
    await connection.run(`UPDATE progress SET closed_day = ${day + 1}`)
  }
  await Step.run(connection, tables, work, () => {
    tables.advance({ closedDay: day + 1 })
    openDays.close(day + 1)
  })
}

/**
 * Closes every hour before `hour` and every day all of whose hours are closed, oldest first. Returns how many hours had
 * rows.
 */
export async function closeBefore(connection: DuckDBConnection, parts: RollUpParts, hour: number): Promise<number> {
  const { tables } = parts
  const due = tables.all('open').filter(open => open < hour)
  for (const open of due) await closeHour(connection, tables, open)
  if (hour > tables.closedHour) {
    await connection.run(`UPDATE progress SET closed_hour = ${hour}`)
    tables.advance({ closedHour: hour })
  }
  const today = Math.floor(tables.closedHour / 24)
  for (const day of tables.all('hours'))
    if (day >= tables.closedDay && day < today) await closeDay(connection, parts, day)
  // Days without traffic count as closed, too.
  if (today > tables.closedDay) await closeDay(connection, parts, today - 1)
  return due.length
}

const lanes = (day: number, rows: string): string =>
  `SELECT ${day}, lane, ${KEPT_SUMS} FROM ${rows} AS facts JOIN series AS names ON names.id = facts.series GROUP BY lane`
