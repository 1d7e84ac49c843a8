import type { DuckDBConnection } from '@duckdb/node-api'
import type { SeriesSums } from '../flow-store.ts'
import type { SeriesId } from '../series.ts'
import { readColumns } from './columns.ts'
import type { Segment } from './plan.ts'
import { FACT_COLUMNS, READ_SUMS } from './schema.ts'

/** Up to this many series are named to the engine, which then skips what cannot hold them; more are picked out here. */
const NAMED_SERIES = 1000

/** Sums per step and series; without steps, `step` is 0 throughout. */
export interface Summed extends SeriesSums {
  /** Whole steps since the epoch. */
  readonly step: Int32Array
}

/** @param step length of a step in minutes; steps lie on whole multiples of it since the epoch. Undefined: one sum each. */
export async function readSums(
  connection: DuckDBConnection,
  segments: readonly Segment[],
  step: number | undefined,
  only: ReadonlySet<SeriesId> | undefined,
): Promise<Summed> {
  if (segments.length === 0 || only?.size === 0) return emptySums
  const rows = segments.map(segment => selectSegment(segment, step, only)).join(' UNION ALL ')
  const sql = `SELECT step, series, ${READ_SUMS} FROM (${rows}) GROUP BY ${step === undefined ? 'series, step' : 'step, series'}`
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

const columnTypes = ['int', 'int', 'double', 'double', 'double', 'double', 'double'] as const

const emptySums: Summed = {
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

function pick(sums: Summed, only: ReadonlySet<SeriesId>): Summed {
  const rows: number[] = []
  for (let i = 0; i < sums.count; i++) if (only.has(sums.series[i] ?? -1)) rows.push(i)
  const ints = (column: Int32Array) => Int32Array.from(rows, row => column[row] ?? 0)
  const doubles = (column: Float64Array) => Float64Array.from(rows, row => column[row] ?? 0)
  return {
    count: rows.length,
    step: ints(sums.step),
    series: ints(sums.series),
    bytesToResponder: doubles(sums.bytesToResponder),
    bytesToInitiator: doubles(sums.bytesToInitiator),
    wireToResponder: doubles(sums.wireToResponder),
    wireToInitiator: doubles(sums.wireToInitiator),
    connections: doubles(sums.connections),
  }
}
