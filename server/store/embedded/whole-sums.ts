import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SeriesSums } from '../flow-store.ts'
import { type Block, rowsByStep } from './read-closed.ts'
import { SeriesAdder } from './series-adder.ts'
import type { Summed } from './sums.ts'

/** After so many rows others have their turn: about 10 ms of our thread. */
const ROWS_A_TURN = 500_000

/**
 * Closed hours and days and what lies around them as one: each step and series once.
 *
 * @param step length of a step in minutes, a whole multiple of every block's unit; undefined: one sum each.
 * @param edges sums of the same steps.
 */
export async function joinSums(
  blocks: readonly Block[],
  edges: Summed,
  step: number | undefined,
  series: number,
): Promise<Summed> {
  const stepOf = ({ unit, at }: Block) => (step === undefined ? 0 : Math.floor((at * unit) / step))
  const blocksOf = Map.groupBy(blocks, stepOf)
  const edgesOf = rowsByStep(edges)
  const steps = [...new Set([...blocksOf.keys(), ...edgesOf.keys()])].sort((a, b) => a - b)
  const adder = new SeriesAdder(series)
  const parts: SeriesSums[] = []
  let rows = 0
  const add = async (sums: SeriesSums, only?: Int32Array) => {
    adder.add(sums, only)
    rows += only?.length ?? sums.count
    if (rows < ROWS_A_TURN) return
    rows = 0
    await nextTurn()
  }
  for (const one of steps) {
    const inside = blocksOf.get(one) ?? []
    const edge = edgesOf.get(one)
    const [only] = inside
    if (only !== undefined && inside.length === 1 && edge === undefined) parts.push(only.sums)
    else {
      for (const { sums } of inside) await add(sums)
      if (edge !== undefined) await add(edges, edge)
      parts.push(adder.take())
    }
  }
  return concatenate(steps, parts)
}

function concatenate(steps: readonly number[], parts: readonly SeriesSums[]): Summed {
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  const [first] = parts
  if (first !== undefined && parts.length === 1) return { ...first, step: new Int32Array(count).fill(steps[0] ?? 0) }
  const all = {
    count,
    step: new Int32Array(count),
    series: new Int32Array(count),
    bytesToResponder: new Float64Array(count),
    bytesToInitiator: new Float64Array(count),
    wireToResponder: new Float64Array(count),
    wireToInitiator: new Float64Array(count),
    connections: new Float64Array(count),
  }
  let at = 0
  for (const [i, part] of parts.entries()) {
    all.step.fill(steps[i] ?? 0, at, at + part.count)
    all.series.set(part.series, at)
    all.bytesToResponder.set(part.bytesToResponder, at)
    all.bytesToInitiator.set(part.bytesToInitiator, at)
    all.wireToResponder.set(part.wireToResponder, at)
    all.wireToInitiator.set(part.wireToInitiator, at)
    all.connections.set(part.connections, at)
    at += part.count
  }
  return all
}
