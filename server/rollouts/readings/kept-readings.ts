import type { ShareReading } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'

/** A reading, and a text that is another once there is something new to read. */
export interface Read {
  readonly of: string
  readonly reading: ShareReading
}

export interface ReadingsOfChange {
  readonly changeAt: EpochMs
  readonly settled?: Read
  readonly early?: Read
}

/** The newest readings. They outlive the minutes and hours they were made of: a proof does not fade. */
export interface ReadingsStore {
  get(key: string): ReadingsOfChange | undefined
  set(key: string, readings: ReadingsOfChange): void
}

/** Of so many changes readings are held; those of the oldest changes go first. */
const MOST_KEPT = 2_000

export class HeldReadings implements ReadingsStore {
  readonly #byKey: Map<string, ReadingsOfChange>
  /** Something was set since this was last set to false. */
  isStale = false

  constructor(readings: Iterable<readonly [string, ReadingsOfChange]> = []) {
    this.#byKey = new Map(readings)
  }

  get(key: string): ReadingsOfChange | undefined {
    return this.#byKey.get(key)
  }

  set(key: string, readings: ReadingsOfChange): void {
    const known = this.#byKey.get(key)
    if (known?.settled === readings.settled && known?.early === readings.early) return
    this.#byKey.set(key, readings)
    this.isStale = true
    if (this.#byKey.size <= MOST_KEPT) return
    const [oldest] = [...this.#byKey].reduce((a, b) => (b[1].changeAt < a[1].changeAt ? b : a))
    this.#byKey.delete(oldest)
  }

  entries(): readonly (readonly [string, ReadingsOfChange])[] {
    return [...this.#byKey]
  }
}
