import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import { type Minute, minute, startOf } from '@weir/contract/units.ts'

/** What a node has watched of one minute: intervals in ms, merged, oldest first. Flat: from, to, from, to … */
export class Watched {
  #bounds: number[] = []

  /** Adds a live window; what touches or overlaps melts together. */
  add({ from, to }: BatchWindow): void {
    const bounds = this.#bounds
    const merged: number[] = []
    let [low, high]: [number, number] = [from, to]
    for (let i = 0; i < bounds.length; i += 2) {
      const [begin = 0, end = 0] = [bounds[i], bounds[i + 1]]
      if (end < low || begin > high) merged.push(begin, end)
      else [low, high] = [Math.min(low, begin), Math.max(high, end)]
    }
    const at = merged.findIndex((bound, i) => i % 2 === 0 && bound > low)
    merged.splice(at < 0 ? merged.length : at, 0, low, high)
    this.#bounds = merged
  }

  /** Whether all of the minute was watched. */
  covers(m: Minute): boolean {
    const [start, end] = [startOf(m), startOf(minute(m + 1))]
    for (let i = 0; i < this.#bounds.length; i += 2)
      if ((this.#bounds[i] ?? 0) <= start) {
        if ((this.#bounds[i + 1] ?? 0) >= end) return true
      } else return false
    return false
  }
}
