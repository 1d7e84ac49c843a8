import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SeriesSums } from '../flow-store.ts'
import { type Block, rowsByStep } from './read-closed.ts'
import { SeriesAdder } from './series-adder.ts'
import type { Summed } from './sums.ts'

/** After so many rows others have their turn: about 10 ms of our thread. */
const ROWS_A_TURN = 500_000

/** The sums of one step: each series once. */
export interface StepPart {
  /** Whole steps since the epoch; 0 where there are none. */
  readonly step: number
  readonly sums: SeriesSums
}

/**
 * Closed hours and days and what lies around them as one: each step once, oldest first. A step that is one block is that
 * block, as it is kept: a month by days has a million rows, which are not copied.
 *
 * @param step length of a step in minutes, a whole multiple of every block's unit; undefined: one sum each.
 * @param edges sums of the same steps.
 */
export async function joinSums(
  blocks: readonly Block[],
  edges: Summed,
  step: number | undefined,
  series: number,
): Promise<StepPart[]> {
  const stepOf = ({ unit, at }: Block) => (step === undefined ? 0 : Math.floor((at * unit) / step))
  const blocksOf = Map.groupBy(blocks, stepOf)
  const edgesOf = rowsByStep(edges)
  const steps = [...new Set([...blocksOf.keys(), ...edgesOf.keys()])].sort((a, b) => a - b)
  const adder = new SeriesAdder(series)
  const parts: StepPart[] = []
  let rows = 0
  const add = async (sums: SeriesSums, only?: Int32Array) => {
    adder.add(sums, only)
    rows += only?.length ?? sums.count
    if (rows < ROWS_A_TURN) return
    rows = 0
    await nextTurn()
  }
  for (const at of steps) {
    const inside = blocksOf.get(at) ?? []
    const edge = edgesOf.get(at)
    const [only] = inside
    if (only !== undefined && inside.length === 1 && edge === undefined) parts.push({ step: at, sums: only.sums })
    else {
      for (const { sums } of inside) await add(sums)
      if (edge !== undefined) await add(edges, edge)
      parts.push({ step: at, sums: adder.take() })
    }
  }
  return parts
}
