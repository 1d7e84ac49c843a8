import type { LaneSums } from '../flow-store.ts'
import type { SeriesId } from '../series.ts'
import { FactTable } from './fact-table.ts'
import type { Summed } from './sums.ts'
import type { StepPart } from './whole-sums.ts'

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
export function asLanes(days: readonly StepPart[]): LaneSums {
  const count = days.reduce((sum, { sums }) => sum + sums.count, 0)
  const lanes = {
    count,
    day: new Float64Array(count),
    example: new Int32Array(count),
    bytesToResponder: new Float64Array(count),
    bytesToInitiator: new Float64Array(count),
    wireToResponder: new Float64Array(count),
    wireToInitiator: new Float64Array(count),
    connections: new Float64Array(count),
  }
  let at = 0
  for (const { step, sums } of days) {
    lanes.day.fill(step * DAY_MS, at, at + sums.count)
    lanes.example.set(sums.series, at)
    lanes.bytesToResponder.set(sums.bytesToResponder, at)
    lanes.bytesToInitiator.set(sums.bytesToInitiator, at)
    lanes.wireToResponder.set(sums.wireToResponder, at)
    lanes.wireToInitiator.set(sums.wireToInitiator, at)
    lanes.connections.set(sums.connections, at)
    at += sums.count
  }
  return lanes
}
