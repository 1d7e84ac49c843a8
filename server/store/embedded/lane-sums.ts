import type { LaneSums } from '../flow-store.ts'
import type { SeriesId } from '../series.ts'
import { FactTable } from './fact-table.ts'
import type { Summed } from './sums.ts'

const DAY_MS = 86_400_000

/**
 * Adds sums per day and series up to sums per day and lane. Rows that are lane sums already carry the lane's first
 * series, which is in its own lane: they go through the same way.
 */
export function foldLanes(parts: readonly Summed[], laneOf: (id: SeriesId) => SeriesId): Summed {
  const lanes = new FactTable(parts.reduce((most, { count }) => Math.max(most, count), 0))
  for (const days of parts) lanes.add({ ...days, series: days.series.map(laneOf) }, days.step)
  const { minute, ...sums } = lanes.columns()
  return { ...sums, step: minute }
}

/** Sums per day, whose series stand for their lanes. */
export function asLanes({ step, series, ...sums }: Summed): LaneSums {
  const day = new Float64Array(sums.count)
  for (let row = 0; row < sums.count; row++) day[row] = (step[row] ?? 0) * DAY_MS
  return { ...sums, day, example: series }
}
