import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, millis } from '@weir/contract/units.ts'
import type { FlowStore, WatchedStep } from '../../store/flow-store.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** After so long no word on a minute is to come: what agents still hold then is too late (docs/design.md, Late). */
const SETTLED_MS = 2 * DAY_MS
/** Of so many days the hours are held: two sides of a reading, and some. */
const MOST_DAYS = 120

/**
 * Which hours nodes watched. A month of a hundred nodes are four million decisions, and every reading asks for two: the
 * counts of days that are over are held.
 */
export class WatchedHours {
  readonly #store: Pick<FlowStore, 'watched'>
  readonly #now: () => EpochMs
  readonly #days = new Map<number, readonly WatchedStep[]>()

  constructor(store: Pick<FlowStore, 'watched'>, now: () => EpochMs) {
    this.#store = store
    this.#now = now
  }

  /** By step, oldest first; steps of whole hours are made of the hours that are held. */
  async steps(range: TimeRange, stepMs: number): Promise<readonly WatchedStep[]> {
    if (range.from >= range.to) return []
    if (stepMs % HOUR_MS !== 0) return this.#store.watched(range, millis(stepMs))
    const [from, to] = [Math.floor(range.from / HOUR_MS) * HOUR_MS, Math.ceil(range.to / HOUR_MS) * HOUR_MS]
    const steps = new Map<string, WatchedStep>()
    for (const { cluster, at, nodeMinutes, watchedMinutes } of await this.#hours(from, to)) {
      if (at < from || at >= to) continue
      const step = Math.floor(at / stepMs) * stepMs
      const known = steps.get(`${step} ${cluster}`)
      steps.set(`${step} ${cluster}`, {
        ...{ cluster, at: epochMs(step) },
        nodeMinutes: nodeMinutes + (known?.nodeMinutes ?? 0),
        watchedMinutes: watchedMinutes + (known?.watchedMinutes ?? 0),
      })
    }
    return [...steps.values()]
  }

  /** All hours of the days that the range touches. Days that are not held are read in runs, and kept where they are over. */
  async #hours(from: number, to: number): Promise<WatchedStep[]> {
    const [first, end] = [Math.floor(from / DAY_MS), Math.ceil(to / DAY_MS)]
    const over = Math.floor((this.#now() - SETTLED_MS) / DAY_MS)
    const found: WatchedStep[] = []
    for (let day = first; day < end; ) {
      const known = this.#days.get(day)
      if (known !== undefined) {
        found.push(...known)
        day++
        continue
      }
      let next = day + 1
      while (next < end && !this.#days.has(next)) next++
      const range = { from: epochMs(day * DAY_MS), to: epochMs(next * DAY_MS) }
      const hours = await this.#store.watched(range, millis(HOUR_MS))
      found.push(...hours)
      this.#keep(hours, day, Math.min(next, over))
      day = next
    }
    return found
  }

  #keep(hours: readonly WatchedStep[], from: number, to: number): void {
    const byDay = Map.groupBy(hours, ({ at }) => Math.floor(at / DAY_MS))
    for (let day = from; day < to; day++) this.#days.set(day, byDay.get(day) ?? [])
    for (const day of this.#days.keys()) {
      if (this.#days.size <= MOST_DAYS) return
      this.#days.delete(day)
    }
  }
}
