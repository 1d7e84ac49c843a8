import type { FactColumns } from '../flow-store.ts'

/** bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator, connections. */
const AMOUNTS = 5
/** Words of a slot; the fourth is not used, so that no slot lies across two cache lines. */
const SLOT = 4

/** Amounts summed by two whole numbers, a time and a series: an open-addressing hash without an object per entry. */
export class FactTable {
  #count = 0
  #keys: Int32Array
  #sums: Float64Array
  /** Time, series and entry + 1 (0: free) by hash, side by side: one place in memory to look at. At most half full. */
  #slots: Int32Array

  /** @param expected how many entries there will be, roughly. */
  constructor(expected = 0) {
    const capacity = 2 ** Math.max(10, Math.ceil(Math.log2(expected + 1)))
    this.#keys = new Int32Array(2 * capacity)
    this.#sums = new Float64Array(AMOUNTS * capacity)
    this.#slots = new Int32Array(SLOT * 2 * capacity)
  }

  get count(): number {
    return this.#count
  }

  /** Adds rows; `time` runs parallel to them. */
  add(facts: Omit<FactColumns, 'minute'>, time: Int32Array): void {
    const { count, series, bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator, connections } = facts
    for (let i = 0; i < count; i++) {
      const at = AMOUNTS * this.#entry(time[i] ?? 0, series[i] ?? 0)
      const sums = this.#sums
      sums[at] = (sums[at] ?? 0) + (bytesToResponder[i] ?? 0)
      sums[at + 1] = (sums[at + 1] ?? 0) + (bytesToInitiator[i] ?? 0)
      sums[at + 2] = (sums[at + 2] ?? 0) + (wireToResponder[i] ?? 0)
      sums[at + 3] = (sums[at + 3] ?? 0) + (wireToInitiator[i] ?? 0)
      sums[at + 4] = (sums[at + 4] ?? 0) + (connections[i] ?? 0)
    }
  }

  time(entry: number): number {
    return this.#keys[2 * entry] ?? 0
  }

  series(entry: number): number {
    return this.#keys[2 * entry + 1] ?? 0
  }

  /** The entries, in the order in which they were first seen, as columns: all of them, or those given. */
  columns(entries?: Int32Array): FactColumns {
    const count = entries?.length ?? this.#count
    const columns = {
      count,
      minute: new Int32Array(count),
      series: new Int32Array(count),
      bytesToResponder: new Float64Array(count),
      bytesToInitiator: new Float64Array(count),
      wireToResponder: new Float64Array(count),
      wireToInitiator: new Float64Array(count),
      connections: new Float64Array(count),
    }
    for (let i = 0; i < count; i++) {
      const entry = entries?.[i] ?? i
      const at = AMOUNTS * entry
      columns.minute[i] = this.time(entry)
      columns.series[i] = this.series(entry)
      columns.bytesToResponder[i] = this.#sums[at] ?? 0
      columns.bytesToInitiator[i] = this.#sums[at + 1] ?? 0
      columns.wireToResponder[i] = this.#sums[at + 2] ?? 0
      columns.wireToInitiator[i] = this.#sums[at + 3] ?? 0
      columns.connections[i] = this.#sums[at + 4] ?? 0
    }
    return columns
  }

  #entry(time: number, series: number): number {
    const slots = this.#slots
    const mask = slots.length / SLOT - 1
    let at = SLOT * (hash(time, series) & mask)
    for (let taken = slots[at + 2] ?? 0; taken !== 0; taken = slots[at + 2] ?? 0) {
      if (slots[at] === time && slots[at + 1] === series) return taken - 1
      at = (at + SLOT) % slots.length
    }
    const entry = this.#count
    if (2 * (entry + 1) * SLOT > slots.length) {
      this.#grow()
      return this.#entry(time, series)
    }
    this.#count++
    this.#keys[2 * entry] = time
    this.#keys[2 * entry + 1] = series
    slots[at] = time
    slots[at + 1] = series
    slots[at + 2] = entry + 1
    return entry
  }

  #grow(): void {
    const keys = new Int32Array(2 * this.#keys.length)
    keys.set(this.#keys)
    const sums = new Float64Array(2 * this.#sums.length)
    sums.set(this.#sums)
    const slots = new Int32Array(2 * this.#slots.length)
    const mask = slots.length / SLOT - 1
    for (let entry = 0; entry < this.#count; entry++) {
      const [time = 0, series = 0] = [keys[2 * entry], keys[2 * entry + 1]]
      let at = SLOT * (hash(time, series) & mask)
      while (slots[at + 2] !== 0) at = (at + SLOT) % slots.length
      slots[at] = time
      slots[at + 1] = series
      slots[at + 2] = entry + 1
    }
    this.#keys = keys
    this.#sums = sums
    this.#slots = slots
  }
}

/** Multiply and mix (the finaliser of MurmurHash3, Appleby, public domain): spreads runs of small numbers. */
function hash(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
