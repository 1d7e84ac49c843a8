import type { FactColumns, SeriesSums } from '../store/flow-store.ts'

const AMOUNTS = 5

/** Sums per series that grow as rows come in: a slot for each series that occurred, found by its id without hashing. */
export class SumTable {
  /** By series id: slot + 1, or 0. */
  #slots = new Int32Array(256)
  #ids = new Int32Array(64)
  /** `AMOUNTS` numbers a slot, in the order of SeriesSums. */
  #amounts = new Float64Array(64 * AMOUNTS)
  #count = 0

  addAll(facts: FactColumns): void {
    for (let row = 0; row < facts.count; row++) this.addRow(facts, row)
  }

  addRow(facts: FactColumns, row: number): void {
    const at = this.#slot(facts.series[row] ?? 0) * AMOUNTS
    this.#add(at, facts.bytesToResponder[row])
    this.#add(at + 1, facts.bytesToInitiator[row])
    this.#add(at + 2, facts.wireToResponder[row])
    this.#add(at + 3, facts.wireToInitiator[row])
    this.#add(at + 4, facts.connections[row])
  }

  /** Adds a part of another table, 0 to 1, rounded to whole numbers row by row. */
  addShare(other: SumTable, share: number): void {
    for (let slot = 0; slot < other.#count; slot++) {
      const at = this.#slot(other.#ids[slot] ?? 0) * AMOUNTS
      for (let i = 0; i < AMOUNTS; i++) this.#add(at + i, Math.round((other.#amounts[slot * AMOUNTS + i] ?? 0) * share))
    }
  }

  sums(): SeriesSums {
    const column = (amount: number) =>
      Float64Array.from({ length: this.#count }, (_, slot) => this.#amounts[slot * AMOUNTS + amount] ?? 0)
    return {
      count: this.#count,
      series: this.#ids.slice(0, this.#count),
      bytesToResponder: column(0),
      bytesToInitiator: column(1),
      wireToResponder: column(2),
      wireToInitiator: column(3),
      connections: column(4),
    }
  }

  #add(at: number, amount: number | undefined): void {
    this.#amounts[at] = (this.#amounts[at] ?? 0) + (amount ?? 0)
  }

  #slot(series: number): number {
    if (series >= this.#slots.length) {
      const wider = new Int32Array(Math.max(series + 1, this.#slots.length * 2))
      wider.set(this.#slots)
      this.#slots = wider
    }
    const known = this.#slots[series] ?? 0
    if (known > 0) return known - 1
    const slot = this.#count++
    if (slot === this.#ids.length) {
      const [ids, amounts] = [new Int32Array(slot * 2), new Float64Array(slot * 2 * AMOUNTS)]
      ids.set(this.#ids)
      amounts.set(this.#amounts)
      this.#ids = ids
      this.#amounts = amounts
    }
    this.#ids[slot] = series
    this.#slots[series] = slot + 1
    return slot
  }
}
