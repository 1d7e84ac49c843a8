import type { LaneSums } from '../flow-store.ts'
import type { SeriesId } from '../series.ts'
import type { Summed } from './sums.ts'

const DAY_MS = 86_400_000

/**
 * Adds sums per day and series up to sums per day and lane. Rows that are lane sums already carry the lane's first
 * series, which is in its own lane: they go through the same way.
 */
export function foldLanes(days: Summed, laneOf: (id: SeriesId) => SeriesId): LaneSums {
  const slots = new Map<number, number>()
  const day: number[] = []
  const example: number[] = []
  const slot = new Int32Array(days.count)
  for (let i = 0; i < days.count; i++) {
    const [at, lane] = [days.step[i] ?? 0, laneOf(days.series[i] ?? 0)]
    const key = at * 2 ** 31 + lane
    let found = slots.get(key)
    if (found === undefined) {
      found = slots.size
      slots.set(key, found)
      day.push(at * DAY_MS)
      example.push(lane)
    }
    slot[i] = found
  }
  const add = (column: Float64Array): Float64Array => {
    const sums = new Float64Array(slots.size)
    for (let i = 0; i < days.count; i++) {
      const at = slot[i] ?? 0
      sums[at] = (sums[at] ?? 0) + (column[i] ?? 0)
    }
    return sums
  }
  return {
    count: slots.size,
    day: Float64Array.from(day),
    example: Int32Array.from(example),
    bytesToResponder: add(days.bytesToResponder),
    bytesToInitiator: add(days.bytesToInitiator),
    wireToResponder: add(days.wireToResponder),
    wireToInitiator: add(days.wireToInitiator),
    connections: add(days.connections),
  }
}
