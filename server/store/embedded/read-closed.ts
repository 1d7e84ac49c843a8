import type { DuckDBConnection } from '@duckdb/node-api'
import type { SeriesSums } from '../flow-store.ts'
import type { ClosedSums, Question } from './closed-sums.ts'
import { SPAN_MINUTES } from './partitions.ts'
import type { Segment } from './plan.ts'
import { SeriesAdder } from './series-adder.ts'
import { readSums, type Summed } from './sums.ts'

/** The sums of one span, closed hour or closed day: each series once. */
export interface Block {
  /** Minutes: 10, 60 or 1440. */
  readonly unit: number
  /** Whole units since the epoch. */
  readonly at: number
  readonly sums: SeriesSums
}

/** About as many rows are read at once: they are taken over on our thread, 50 ms of it. */
const ROWS_AT_ONCE = 400_000

/** A block that is not in memory, and where its rows are. */
interface Missing {
  readonly unit: number
  readonly at: number
  readonly segment: Segment
}

/**
 * The closed hours and days of the segments, and the spans of minutes, one by one: out of memory or, the first time, out
 * of the tables. `rest`: what memory has no room for, and the minutes at the edges of spans; the engine adds those up.
 *
 * @param step length of a step in minutes: no block may lie in two of them. Undefined: there is one step.
 * @param series how many there are.
 * @param journals as for `readSums`: all of what is read is from before they were folded, or this fails.
 */
export async function readClosed(
  connection: DuckDBConnection,
  segments: readonly Segment[],
  journals: readonly string[],
  step: number | undefined,
  closedSums: ClosedSums,
  series: number,
): Promise<{ readonly blocks: readonly Block[]; readonly rest: readonly Segment[] }> {
  // Before the first wait: memory is as old as the plan.
  const question = closedSums.ask()
  const blocks: Block[] = []
  const missing: Missing[] = []
  const edges: Segment[] = []
  for (const segment of segments) {
    const { table, from, to } = segment
    const isMinutes = segment.unit === 1
    if (isMinutes && step !== undefined && step % SPAN_MINUTES !== 0) {
      edges.push(segment)
      continue
    }
    const [unit, length] = isMinutes ? [SPAN_MINUTES, SPAN_MINUTES] : [segment.unit, 1]
    const [first, end] = [Math.ceil(from / length), Math.floor(to / length)]
    for (let at = first; at < end; at++) {
      const sums = closedSums.find(question, table, at)
      if (sums === undefined)
        missing.push({ unit, at, segment: { ...segment, from: at * length, to: (at + 1) * length } })
      else blocks.push({ unit, at, sums })
    }
    const [before, after] = first < end ? [first * length, end * length] : [to, to]
    if (from < before) edges.push({ ...segment, to: before })
    if (after < to) edges.push({ ...segment, from: after })
  }
  if (missing.length === 0) return { blocks, rest: edges }
  const adder = new SeriesAdder(series)
  missing.sort((a, b) => b.unit - a.unit) // what took longest to make is kept first
  const atOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / Math.max(1, series)))
  for (let next = 0; next < missing.length; ) {
    const unit = missing[next]?.unit ?? 0
    const some = missing.slice(next, next + atOnce).filter(one => one.unit === unit)
    const rows = await readSums(connection, runsOf(some), journals, { step: unit, only: undefined })
    next += some.length
    const kept = keepUnits(rows, some, question, { closedSums, adder })
    for (const [i, sums] of kept.sums.entries()) blocks.push({ unit, at: some[i]?.at ?? 0, sums })
    if (kept.isFull) return { blocks, rest: [...runsOf(missing.slice(next)), ...edges] }
  }
  return { blocks, rest: edges }
}

/** The sums of each unit, in the order of the units. */
function keepUnits(
  rows: Summed,
  units: readonly Missing[],
  question: Question,
  { closedSums, adder }: { closedSums: ClosedSums; adder: SeriesAdder },
): { readonly sums: readonly SeriesSums[]; readonly isFull: boolean } {
  const byUnit = rowsByStep(rows)
  let isFull = false
  const sums = units.map(({ at, segment }) => {
    const wanted = byUnit.get(at)
    // The engine hands rows over in no order, and late ones are rows of their own.
    if (wanted !== undefined) adder.add(rows, wanted)
    const unit = adder.take()
    if (!closedSums.keep(question, segment.table, at, unit)) isFull = true
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
function runsOf(units: readonly Missing[]): readonly Segment[] {
  const runs: Segment[] = []
  for (const { segment } of units) {
    const last = runs.at(-1)
    if (last !== undefined && last.table === segment.table && last.to === segment.from)
      runs[runs.length - 1] = { ...last, to: segment.to }
    else runs.push(segment)
  }
  return runs
}
