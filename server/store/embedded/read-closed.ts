import type { DuckDBConnection } from '@duckdb/node-api'
import type { SeriesSums } from '../flow-store.ts'
import type { ClosedSums, Question } from './closed-sums.ts'
import type { Segment } from './plan.ts'
import { SeriesAdder } from './series-adder.ts'
import { readSums, type Summed } from './sums.ts'

/** The sums of one closed hour or day: each series once. */
export interface Block {
  /** Minutes: 60 or 1440. */
  readonly unit: number
  /** Whole units since the epoch. */
  readonly at: number
  readonly sums: SeriesSums
}

/** About as many rows are read at once: they are taken over on our thread, 50 ms of it. */
const ROWS_AT_ONCE = 400_000

/**
 * The closed hours and days of the segments one by one, out of memory or, the first time, out of the tables. `rest`:
 * what memory has no room for, and the minutes; the engine adds those up.
 *
 * @param series how many there are.
 * @param journals as for `readSums`: all of what is read is from before they were folded, or this fails.
 */
export async function readClosed(
  connection: DuckDBConnection,
  segments: readonly Segment[],
  journals: readonly string[],
  closedSums: ClosedSums,
  series: number,
): Promise<{ readonly blocks: readonly Block[]; readonly rest: readonly Segment[] }> {
  // Before the first wait: memory is as old as the plan.
  const question = closedSums.ask()
  const adder = new SeriesAdder(series)
  const blocks: Block[] = []
  const missing: Segment[] = []
  for (const { table, unit, from, to } of segments)
    for (let at = from; unit > 1 && at < to; at++) {
      const sums = closedSums.find(question, table, at)
      if (sums === undefined) missing.push({ table, unit, from: at, to: at + 1 })
      else blocks.push({ unit, at, sums })
    }
  const minutes = segments.filter(({ unit }) => unit === 1)
  const atOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / Math.max(1, series)))
  for (let next = 0; next < missing.length; ) {
    const { unit = 0 } = missing[next] ?? {}
    const some = missing.slice(next, next + atOnce).filter(one => one.unit === unit)
    const rows = await readSums(connection, runsOf(some), journals, { step: unit, only: undefined })
    next += some.length
    const kept = keepUnits(rows, some, question, { closedSums, adder })
    for (const [i, sums] of kept.sums.entries()) blocks.push({ unit, at: some[i]?.from ?? 0, sums })
    if (kept.isFull) return { blocks, rest: [...runsOf(missing.slice(next)), ...minutes] }
  }
  return { blocks, rest: minutes }
}

/** The sums of each unit, in the order of the units. */
function keepUnits(
  rows: Summed,
  units: readonly Segment[],
  question: Question,
  { closedSums, adder }: { closedSums: ClosedSums; adder: SeriesAdder },
): { readonly sums: readonly SeriesSums[]; readonly isFull: boolean } {
  const byUnit = rowsByStep(rows)
  let isFull = false
  const sums = units.map(({ table, from }) => {
    const wanted = byUnit.get(from)
    // The engine hands rows over in no order, and late ones are rows of their own.
    if (wanted !== undefined) adder.add(rows, wanted)
    const unit = adder.take()
    if (!closedSums.keep(question, table, from, unit)) isFull = true
    return unit
  })
  return { sums, isFull }
}

/** The rows of each step. */
export function rowsByStep({ count, step }: Summed): ReadonlyMap<number, Int32Array> {
  const counts = new Map<number, number>()
  for (let row = 0; row < count; row++) counts.set(step[row] ?? 0, (counts.get(step[row] ?? 0) ?? 0) + 1)
  const all = new Map<number, Int32Array>()
  const filled = new Map<number, number>()
  for (const [at, many] of counts) all.set(at, new Int32Array(many))
  for (let row = 0; row < count; row++) {
    const at = step[row] ?? 0
    const next = filled.get(at) ?? 0
    const rows = all.get(at)
    if (rows !== undefined) rows[next] = row
    filled.set(at, next + 1)
  }
  return all
}

/** Neighbours of one table as one segment. */
function runsOf(units: readonly Segment[]): readonly Segment[] {
  const runs: Segment[] = []
  for (const unit of units) {
    const last = runs.at(-1)
    if (last !== undefined && last.table === unit.table && last.to === unit.from)
      runs[runs.length - 1] = { ...last, to: unit.to }
    else runs.push(unit)
  }
  return runs
}
