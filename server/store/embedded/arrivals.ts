import type { FactColumns } from '../flow-store.ts'
import { FactTable } from './fact-table.ts'

/**
 * What is committed and not yet folded into the tables, summed by minute and series: the memory of the journals. Facts
 * go to the newest generation; folding begins a new one and then takes the others away, in memory and in the file.
 */
export class Arrivals {
  readonly #generations = new Map<number, FactTable>()
  #newest: number
  /** As many entries as the last generation had: a table that has to grow is copied again and again. */
  #expected = 0
  /** Bytes of the newest generation's journal. */
  journalBytes = 0

  constructor(firstGeneration: number) {
    this.#newest = firstGeneration
  }

  /** The generation facts go to now. */
  get newest(): number {
    return this.#newest
  }

  add(generation: number, facts: FactColumns): void {
    const known = this.#generations.get(generation)
    const table = known ?? new FactTable(this.#expected)
    if (known === undefined) this.#generations.set(generation, table)
    table.add(facts, facts.minute)
  }

  /** Begins a new generation; returns the others. */
  rotate(): ReadonlyMap<number, FactTable> {
    const old = new Map(this.#generations)
    this.#expected = old.get(this.#newest)?.count ?? 0
    this.#newest++
    this.journalBytes = 0
    return old
  }

  drop(generations: Iterable<number>): void {
    for (const generation of generations) this.#generations.delete(generation)
  }

  /** The generations that hold something, oldest first. */
  generations(): readonly number[] {
    return [...this.#generations.keys()].sort((a, b) => a - b)
  }

  /** What lies in [from, to), in minutes, each generation for itself. */
  *within(from: number, to: number): Iterable<FactColumns> {
    for (const table of this.#generations.values()) {
      const entries = entriesOf(table, time => time >= from && time < to)
      if (entries.length > 0) yield table.columns(entries)
    }
  }
}

/** The entries of those times. */
export function entriesOf(table: FactTable, wanted: (time: number) => boolean): Int32Array {
  const entries = new Int32Array(table.count)
  let count = 0
  for (let entry = 0; entry < table.count; entry++) if (wanted(table.time(entry))) entries[count++] = entry
  return entries.subarray(0, count)
}
