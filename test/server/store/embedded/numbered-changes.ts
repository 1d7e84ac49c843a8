import { epochMs, millis } from '@weir/contract/units.ts'
import type { Change, FlowStore, Recovered } from '../../../../server/store/flow-store.ts'
import { aBatch, aBatchId, aChange, type FactRow, factColumns } from '../../../contracts/store-samples.ts'

/** Changes that can be told apart in what a store holds afterwards: number n has a minute of its own. */
export const START = Date.UTC(2026, 5, 1) / 60_000
export const SERIES = 10

export const changeNumber = (n: number): Change =>
  aChange({
    facts: [factColumns(Array.from({ length: SERIES }, (_, series): FactRow => [START + n, series, n + 1]))],
    batches: [aBatch(n + 1, START + n + 1)],
    marks: [{ id: aBatchId(n + 1), settledBelow: 0 }],
  })

/** Which of them are there. @throws Error when one is there in part, twice, or without its mark. */
export async function numbersIn(store: FlowStore, recovered: Recovered): Promise<ReadonlySet<number>> {
  const range = { from: epochMs(START * 60_000), to: epochMs((START + 100_000) * 60_000) }
  const steps = await store.sumBySeriesAndStep(range, millis(60_000))
  const found = new Map<number, number>()
  for (const { at, count, bytesToResponder } of steps) {
    const n = at / 60_000 - START
    const wrong = bytesToResponder.find(bytes => bytes !== n + 1)
    if (wrong !== undefined) throw new Error(`change ${n} has ${wrong} bytes in a row`)
    found.set(n, count)
  }
  for (const [n, rows] of found) if (rows !== SERIES) throw new Error(`change ${n} has ${rows} of ${SERIES} rows`)
  const marked = new Set(recovered.marks.map(({ id }) => id.sequence - 1))
  for (const n of found.keys()) if (!marked.has(n)) throw new Error(`change ${n} is there without its mark`)
  for (const n of marked) if (!found.has(n)) throw new Error(`change ${n} has a mark and no facts`)
  return new Set(found.keys())
}
