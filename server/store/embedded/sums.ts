import type { DuckDBConnection } from '@duckdb/node-api'
import type { FactColumns, SeriesSums } from '../flow-store.ts'
import type { SeriesId } from '../series.ts'
import { readColumns } from './columns.ts'
import { FactTable } from './fact-table.ts'
import type { Segment } from './plan.ts'
import { FACT_COLUMNS, READ_ROWS, READ_SUMS } from './schema.ts'

/** Up to this many series are named to the engine, which then skips what cannot hold them; more are picked out here. */
const NAMED_SERIES = 1000

/** Sums per step and series; without steps, `step` is 0 throughout. */
export interface Summed extends SeriesSums {
  /** Whole steps since the epoch. */
  readonly step: Int32Array
}

export interface SumsQuery {
  /** Length of a step in minutes; steps lie on whole multiples of it since the epoch. Undefined: one sum each. */
  readonly step: number | undefined
  readonly only: ReadonlySet<SeriesId> | undefined
}

/**
 * Sums over the segments. Where every row is a sum of its step already, rows come as they are, and a key comes twice
 * where a late row lies beside it: `addUp` brings them together for less than the engine's grouping costs.
 *
 * `journals`: named without being read, so that this fails when one of them was folded into the segments after the
 * caller took what is in memory.
 */
export async function readSums(
  connection: DuckDBConnection,
  segments: readonly Segment[],
  journals: readonly string[],
  { step, only }: SumsQuery,
): Promise<Summed> {
  if (segments.length === 0 || only?.size === 0) return emptySums
  const rows = [
    ...segments.map(segment => selectSegment(segment, step, only)),
    ...journals.map(journal => `SELECT 0, 0, 0, 0, 0, 0, 0 FROM ${journal} WHERE false`),
  ].join(' UNION ALL ')
  const sql = isSummed(segments, step)
    ? `SELECT step, series, ${READ_ROWS} FROM (${rows})`
    : `SELECT step, series, ${READ_SUMS} FROM (${rows}) GROUP BY step, series`
  const { count, columns } = await readColumns(connection, sql, columnTypes)
  const sums: Summed = {
    count,
    step: columns[0],
    series: columns[1],
    bytesToResponder: columns[2],
    bytesToInitiator: columns[3],
    wireToResponder: columns[4],
    wireToInitiator: columns[5],
    connections: columns[6],
  }
  return only === undefined || only.size <= NAMED_SERIES ? sums : pick(sums, only)
}

const isSummed = (segments: readonly Segment[], step: number | undefined): boolean =>
  segments.every(({ unit }) => unit === step)

/** Adds what is in memory to what was read, each key once. */
export function addUp(read: Summed, arrivals: readonly FactColumns[], { step, only }: SumsQuery): Summed {
  const table = new FactTable(read.count)
  table.add(read, read.step)
  for (const facts of arrivals) {
    const steps = facts.minute.map(minute => (step === undefined ? 0 : Math.floor(minute / step)))
    const summed = { ...facts, step: steps }
    const wanted = only === undefined ? summed : pick(summed, only)
    table.add(wanted, wanted.step)
  }
  const { minute, ...columns } = table.columns()
  return { ...columns, step: minute }
}

const columnTypes = ['int', 'int', 'double', 'double', 'double', 'double', 'double'] as const

export const emptySums: Summed = {
  count: 0,
  step: new Int32Array(0),
  series: new Int32Array(0),
  bytesToResponder: new Float64Array(0),
  bytesToInitiator: new Float64Array(0),
  wireToResponder: new Float64Array(0),
  wireToInitiator: new Float64Array(0),
  connections: new Float64Array(0),
}

function selectSegment(segment: Segment, step: number | undefined, only: ReadonlySet<SeriesId> | undefined): string {
  const { table, unit, from, to } = segment
  const steps = step === undefined ? '0' : `(t * ${unit}) // ${step}`
  const named = only !== undefined && only.size <= NAMED_SERIES ? ` AND series IN (${[...only].join(', ')})` : ''
  return `SELECT ${steps} AS step, series, ${FACT_COLUMNS} FROM ${table} WHERE t >= ${from} AND t < ${to}${named}`
}

const pick = (sums: Summed, only: ReadonlySet<SeriesId>): Summed =>
  takeRows(sums, row => only.has(sums.series[row] ?? -1))

/** The rows that are wanted; the sums themselves when all are. */
export function takeRows(sums: Summed, wanted: (row: number) => boolean): Summed {
  const all = new Int32Array(sums.count)
  let count = 0
  for (let row = 0; row < sums.count; row++) if (wanted(row)) all[count++] = row
  if (count === sums.count) return sums
  const rows = all.subarray(0, count)
  const ints = (column: Int32Array) => fill(new Int32Array(count), column, rows)
  const doubles = (column: Float64Array) => fill(new Float64Array(count), column, rows)
  return {
    count,
    step: ints(sums.step),
    series: ints(sums.series),
    bytesToResponder: doubles(sums.bytesToResponder),
    bytesToInitiator: doubles(sums.bytesToInitiator),
    wireToResponder: doubles(sums.wireToResponder),
    wireToInitiator: doubles(sums.wireToInitiator),
    connections: doubles(sums.connections),
  }
}

function fill<T extends Int32Array | Float64Array>(to: T, from: T, rows: Int32Array): T {
  for (let i = 0; i < rows.length; i++) to[i] = from[rows[i] ?? 0] ?? 0
  return to
}
