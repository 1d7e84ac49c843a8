import type { BatchWindow } from '@weir/contract/agent-wire.ts'
import type { LabelId } from '@weir/contract/peers.ts'
import { type End, isGoodFor } from './end.ts'
import type { EndColumns } from './end-columns.ts'

/** Words of an entry (i32): what `EndColumns` holds, its cluster, and the directory's version it was found true at. */
const SERIES_END = 0
const ADDRESS = 1
const NODE = 2
const IS = 3
const CLUSTER = 4
const VERSION = 5
const WORDS = 8
/** Labels come and go for as long as the server lives: after so many all are forgotten, and found again as they are used. */
const MOST = 1_000_000

/**
 * Ends by label id, so that a batch of thousands of ends, most of them known, looks at two cache lines for each and at
 * no object: an entry's numbers lie side by side, and so do the times its label holds.
 */
export class LabelCache {
  /** By label id: entry + 1, or 0. */
  #entries = new Int32Array(1024)
  #words = new Int32Array(WORDS * 1024)
  /** From and until when the label holds, two by entry. */
  #times = new Float64Array(2 * 1024)
  readonly #ends: End[] = []
  readonly #most: number
  #version = 0

  constructor(most = MOST) {
    this.#most = most
  }

  /** Every entry is to be found true again: the directory has changed. */
  doubt(): void {
    this.#version++
  }

  /** Puts the numbers of a label's end into `columns` at `index`; undefined when it is unknown, doubtful or not of then. */
  find(cluster: number, id: LabelId, window: BatchWindow, columns: EndColumns, index: number): End | undefined {
    const entry = (this.#entries[id] ?? 0) - 1
    if (entry < 0) return undefined
    const words = this.#words
    const at = WORDS * entry
    if (words[at + VERSION] !== this.#version || words[at + CLUSTER] !== cluster) return undefined
    const times = { from: this.#times[2 * entry] ?? 0, until: this.#times[2 * entry + 1] ?? 0 }
    if (!isGoodFor(times, window)) return undefined
    columns.set(
      index,
      words[at + SERIES_END] ?? 0,
      words[at + ADDRESS] ?? 0,
      words[at + NODE] ?? 0,
      words[at + IS] ?? 0,
    )
    return this.#ends[entry]
  }

  /** The end as it was found last, doubtful or not. */
  end(id: LabelId): End | undefined {
    return this.#ends[(this.#entries[id] ?? 0) - 1]
  }

  /** An end that is true now. */
  put(cluster: number, id: LabelId, end: End): void {
    const entry = this.#entryOf(id)
    this.#ends[entry] = end
    this.#words.set([end.seriesEnd, end.addressNumber, end.node, end.is, cluster, this.#version], WORDS * entry)
    this.#times.set([end.from, end.until], 2 * entry)
  }

  #entryOf(id: LabelId): number {
    if (id >= this.#entries.length)
      this.#entries = wider(this.#entries, new Int32Array(Math.max(id + 1, 2 * this.#entries.length)))
    const known = this.#entries[id] ?? 0
    if (known > 0) return known - 1
    if (this.#ends.length >= this.#most) {
      this.#entries.fill(0)
      this.#ends.length = 0
    }
    const entry = this.#ends.length
    if (WORDS * entry === this.#words.length) {
      this.#words = wider(this.#words, new Int32Array(2 * this.#words.length))
      this.#times = wider(this.#times, new Float64Array(2 * this.#times.length))
    }
    this.#entries[id] = entry + 1
    return entry
  }
}

function wider<T extends Int32Array | Float64Array>(from: T, into: T): T {
  into.set(from)
  return into
}
