import { ABSENT } from '../netlink/shape.ts'
import { type AddressWords, connectionLayout } from './deltas-key.ts'
import { WindowRows } from './deltas-rows.ts'
import { COUNTERS } from './deltas-sighting.ts'
import { RecordTable } from './deltas-table.ts'
import type { Orientation } from './orient.ts'

/*
 * Meta words of a connection: generation (the dump it was last seen in) | row, or UNBOUND | flags | binding |
 * the connection that followed it in the last dump | number of the shape it was last shown in.
 * Doubles: its counters as last seen (COUNTERS of deltas-sighting.ts).
 */
const GENERATION = 0
const ROW = 1
const FLAGS = 2
const BINDING = 3
const NEXT = 4
const SHAPE = 5
/** Not bound to a row. */
export const UNBOUND = -1
const NOTHING = -1

/** Original and reply are the other way round: see orient.ts. */
export const SWAPPED = 1
/** Picked up in mid-stream, and who opened it is not known. */
export const UNORIENTED = 2
/** Differs from what the checkpoint says. */
export const CHANGED = 4
/** The checkpoint knows it. */
export const SAVED = 8
/** Came from a checkpoint and was not seen since. */
export const RESTORED = 16

/** The connections of one address family, by index, and the rows they are bound to. No rules: those are in Connections. */
export class ConnectionRecords {
  readonly addressWords: AddressWords
  readonly table: RecordTable
  readonly rows: WindowRows
  /** Connections gone that the checkpoint still knows. */
  removed: number[] = []

  constructor(addressWords: AddressWords, mtu: number) {
    this.addressWords = addressWords
    this.table = new RecordTable(connectionLayout(addressWords))
    this.rows = new WindowRows(addressWords, mtu)
  }

  /** A new connection, not bound to a row yet and not shown by any dump. */
  add(key: Int32Array, counters: Float64Array): number {
    const index = this.table.insert(key)
    const meta = this.table.meta(index)
    this.table.words[meta + ROW] = UNBOUND
    this.table.words[meta + NEXT] = NOTHING
    this.table.words[meta + SHAPE] = ABSENT
    this.note(index, counters)
    return index
  }

  /** Puts a connection of a checkpoint back; `bindRestored` must follow before the next sighting. */
  restore(key: Int32Array, counters: Float64Array, flags: number, binding: number): number {
    const index = this.add(key, counters)
    this.overwrite(index, counters, flags)
    this.table.words[this.table.meta(index) + BINDING] = binding
    return index
  }

  /** New counters and orientation for a restored connection. */
  overwrite(index: number, counters: Float64Array, flags: number): void {
    this.note(index, counters)
    this.setFlags(index, flags | RESTORED)
  }

  bindRestored(): void {
    for (let index = 0; index < this.table.top; index++)
      if (this.table.isLive(index)) this.bind(index, this.binding(index), 0)
  }

  /**
   * The connection that followed `previous` in the last dump, or -1. Dumps list entries in the order of the kernel's hash
   * table, which stays: it is mostly the next one again.
   */
  expectedAfter(previous: number): number {
    const next = previous < 0 ? -1 : (this.table.words[this.table.meta(previous) + NEXT] ?? -1)
    return this.table.isLive(next) ? next : -1
  }

  /** The dump of this generation shows it, after `previous` or -1, in a message of this shape. */
  seen(index: number, generation: number, previous: number, shape: number): void {
    const { words } = this.table
    const meta = this.table.meta(index)
    words[meta + GENERATION] = generation
    words[meta + SHAPE] = shape
    words[meta + FLAGS] = (words[meta + FLAGS] ?? 0) & ~RESTORED
    if (previous >= 0) words[this.table.meta(previous) + NEXT] = index
  }

  /** Number of the shape it was last shown in. */
  shape(index: number): number {
    return this.table.words[this.table.meta(index) + SHAPE] ?? ABSENT
  }

  remove(index: number): void {
    const row = this.row(index)
    if (row !== UNBOUND) this.rows.release(row)
    if ((this.flags(index) & SAVED) !== 0) this.removed.push(index)
    this.table.remove(index)
  }

  /** Keeps counters as the last seen. */
  note(index: number, counters: Float64Array): void {
    const { doubles } = this.table
    const last = this.table.numbers(index)
    for (let i = 0; i < COUNTERS; i++) doubles[last + i] = counters[i] ?? 0
    this.setFlags(index, this.flags(index) | CHANGED)
  }

  /** Copy of the counters last seen. */
  counters(index: number): Float64Array {
    const last = this.table.numbers(index)
    return this.table.doubles.slice(last, last + COUNTERS)
  }

  /** @param sinceMs when it was opened; 0: at a moment not known, under that binding */
  bind(index: number, binding: number, sinceMs: number): void {
    const { words, stride } = this.table
    const meta = this.table.meta(index)
    words[meta + BINDING] = binding
    words[meta + ROW] = this.rows.bind(words, index * stride, this.orientation(index), binding, sinceMs)
  }

  /** Sums what is new of a connection into its row. One that is not bound yet is counted when it is. */
  account(index: number, news: Float64Array): void {
    const row = this.row(index)
    if (row !== UNBOUND) this.rows.add(row, news, this.isSwapped(index))
  }

  row(index: number): number {
    return this.table.words[this.table.meta(index) + ROW] ?? UNBOUND
  }

  binding(index: number): number {
    return this.table.words[this.table.meta(index) + BINDING] ?? 0
  }

  flags(index: number): number {
    return this.table.words[this.table.meta(index) + FLAGS] ?? 0
  }

  setFlags(index: number, flags: number): void {
    this.table.words[this.table.meta(index) + FLAGS] = flags
  }

  generation(index: number): number {
    return this.table.words[this.table.meta(index) + GENERATION] ?? 0
  }

  isSwapped(index: number): boolean {
    return (this.flags(index) & SWAPPED) !== 0
  }

  /** undefined: picked up in mid-stream, and nobody knows. */
  orientation(index: number): Orientation | undefined {
    if ((this.flags(index) & UNORIENTED) !== 0) return undefined
    return this.isSwapped(index) ? 'swapped' : 'as is'
  }
}
