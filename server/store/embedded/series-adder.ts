import type { SeriesSums } from '../flow-store.ts'

/** bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator, connections. */
const AMOUNTS = 5

/**
 * Adds sums up by series, with a place for every id there is: no hash, a fifth of what a FactTable takes for each row.
 * To be used again and again: `take` leaves it empty.
 */
export class SeriesAdder {
  readonly #expected: number
  /** By series id: its row + 1; 0: none. */
  #rowOf = new Int32Array(0)
  /** By row: its series. */
  #seriesOf = new Int32Array(0)
  #sums = new Float64Array(0)
  #count = 0

  /** @param series how many there are, roughly. Memory is taken with the first row. */
  constructor(series: number) {
    this.#expected = series
  }

  /** Adds all rows, or those named. */
  add(facts: SeriesSums, rows?: Int32Array): void {
    const { series, bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator, connections } = facts
    const count = rows?.length ?? facts.count
    for (let i = 0; i < count; i++) {
      const row = rows === undefined ? i : (rows[i] ?? 0)
      const at = AMOUNTS * this.#rowFor(series[row] ?? 0)
      const sums = this.#sums
      sums[at] = (sums[at] ?? 0) + (bytesToResponder[row] ?? 0)
      sums[at + 1] = (sums[at + 1] ?? 0) + (bytesToInitiator[row] ?? 0)
      sums[at + 2] = (sums[at + 2] ?? 0) + (wireToResponder[row] ?? 0)
      sums[at + 3] = (sums[at + 3] ?? 0) + (wireToInitiator[row] ?? 0)
      sums[at + 4] = (sums[at + 4] ?? 0) + (connections[row] ?? 0)
    }
  }

  /** The sums, a row for each series that was added, and begins anew. */
  take(): SeriesSums {
    const count = this.#count
    const sums = this.#sums
    const column = (field: number) => {
      const values = new Float64Array(count)
      for (let row = 0; row < count; row++) values[row] = sums[AMOUNTS * row + field] ?? 0
      return values
    }
    const series = this.#seriesOf.slice(0, count)
    const taken = {
      count,
      series,
      bytesToResponder: column(0),
      bytesToInitiator: column(1),
      wireToResponder: column(2),
      wireToInitiator: column(3),
      connections: column(4),
    }
    for (const id of series) this.#rowOf[id] = 0
    sums.fill(0, 0, AMOUNTS * count)
    this.#count = 0
    return taken
  }

  #rowFor(series: number): number {
    if (series >= this.#rowOf.length) this.#grow(series + 1)
    const known = this.#rowOf[series] ?? 0
    if (known > 0) return known - 1
    const row = this.#count++
    this.#rowOf[series] = row + 1
    this.#seriesOf[row] = series
    return row
  }

  #grow(series: number): void {
    const size = Math.max(series, this.#expected, 2 * this.#rowOf.length)
    const rowOf = new Int32Array(size)
    rowOf.set(this.#rowOf)
    const seriesOf = new Int32Array(size)
    seriesOf.set(this.#seriesOf)
    const sums = new Float64Array(AMOUNTS * size)
    sums.set(this.#sums)
    this.#rowOf = rowOf
    this.#seriesOf = seriesOf
    this.#sums = sums
  }
}
