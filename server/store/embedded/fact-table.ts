import type { FactColumns } from '../flow-store.ts'

/** bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator, connections. */
const AMOUNTS = 5

/** Amounts summed by two whole numbers, a time and a series: an open-addressing hash without an object per entry. */
export class FactTable {
  #count = 0
  #keys = new Int32Array(2 * 1024)
  #sums = new Float64Array(AMOUNTS * 1024)
  /** Entry + 1 by hash; 0 is free. Never more than half full. */
  #slots = new Int32Array(4096)

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
    const mask = this.#slots.length - 1
    let slot = hash(time, series) & mask
    for (let taken = this.#slots[slot] ?? 0; taken !== 0; taken = this.#slots[slot] ?? 0) {
      if (this.#keys[2 * taken - 2] === time && this.#keys[2 * taken - 1] === series) return taken - 1
      slot = (slot + 1) & mask
    }
    const entry = this.#count++
    if (AMOUNTS * entry === this.#sums.length) this.#grow()
    this.#keys[2 * entry] = time
    this.#keys[2 * entry + 1] = series
    this.#slots[slot] = entry + 1
    if (2 * this.#count > this.#slots.length) this.#rehash()
    return entry
  }

  #grow(): void {
    const keys = new Int32Array(2 * this.#keys.length)
    keys.set(this.#keys)
    this.#keys = keys
    const sums = new Float64Array(2 * this.#sums.length)
    sums.set(this.#sums)
    this.#sums = sums
  }

  #rehash(): void {
    const slots = new Int32Array(4 * this.#slots.length)
    const mask = slots.length - 1
    for (let entry = 0; entry < this.#count; entry++) {
      let slot = hash(this.time(entry), this.series(entry)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry + 1
    }
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
