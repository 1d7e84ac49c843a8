import type { AmountColumns } from './facts.ts'

/**
 * (a, b) → sums and words (whole numbers of 32 bits): an open-addressing hash for tables of many small entries that
 * live for a minute. Entries are numbered 0, 1, 2 … in the order of appearance; nothing is removed.
 *
 *   an entry:  sums (f64 each) | a, b, words (i32 each), padded to 8 bytes
 *
 * All of an entry lies side by side: a hop, with five sums and four words, is one cache line of 64 bytes.
 */
export class PairTable {
  readonly #sumCount: number
  /** Length of an entry, in steps of 8 bytes. */
  readonly #stride: number
  #slots: Int32Array<ArrayBuffer>
  #sums: Float64Array<ArrayBuffer>
  /** The same memory. */
  #words: Int32Array<ArrayBuffer>
  #count = 0
  /** The entry found last. */
  #last = -1

  /** `words` and `sums`: how many of each an entry has. `expected` entries fit without growing. */
  constructor(words: number, sums: number, expected = 16) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(16, expected)))
    this.#sumCount = sums
    this.#stride = sums + Math.ceil((words + 2) / 2)
    this.#slots = new Int32Array(2 * room)
    this.#sums = new Float64Array(room * this.#stride)
    this.#words = new Int32Array(this.#sums.buffer)
  }

  get count(): number {
    return this.#count
  }

  /** The entry's number, or -1 when there is none. */
  find(a: number, b: number): number {
    const words = this.#words
    // A node reports its rows in the same order window after window: the next entry is a good guess, and already in
    // the cache, where a slot of the hash is not.
    const guess = this.#last + 1
    const guessAt = (guess * this.#stride + this.#sumCount) * 2
    if (guess < this.#count && words[guessAt] === a && words[guessAt + 1] === b) {
      this.#last = guess
      return guess
    }
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hash(a, b) & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] ?? 0) - 1
      if (entry < 0) return -1
      const at = (entry * this.#stride + this.#sumCount) * 2
      if (words[at] === a && words[at + 1] === b) {
        this.#last = entry
        return entry
      }
    }
  }

  /** The entry's number; a new entry has words and sums of 0. */
  at(a: number, b: number): number {
    const known = this.find(a, b)
    if (known >= 0) return known
    const entry = this.#count++
    this.#last = entry
    if (entry * this.#stride === this.#sums.length) this.#grow()
    this.setWord(entry, A, a)
    this.setWord(entry, B, b)
    this.#occupy(entry)
    return entry
  }

  a(entry: number): number {
    return this.word(entry, A)
  }

  b(entry: number): number {
    return this.word(entry, B)
  }

  word(entry: number, word: number): number {
    return this.#words[(entry * this.#stride + this.#sumCount) * 2 + 2 + word] ?? 0
  }

  setWord(entry: number, word: number, value: number): void {
    this.#words[(entry * this.#stride + this.#sumCount) * 2 + 2 + word] = value
  }

  sum(entry: number, sum: number): number {
    return this.#sums[entry * this.#stride + sum] ?? 0
  }

  add(entry: number, sum: number, amount: number): void {
    const at = entry * this.#stride + sum
    this.#sums[at] = (this.#sums[at] ?? 0) + amount
  }

  /** Adds one row's five amounts to the five sums from `first` on: the hot path. */
  addRow(entry: number, first: number, amounts: AmountColumns, row: number): void {
    const sums = this.#sums
    const at = entry * this.#stride + first
    sums[at] = (sums[at] ?? 0) + (amounts.bytesToResponder[row] ?? 0)
    sums[at + 1] = (sums[at + 1] ?? 0) + (amounts.bytesToInitiator[row] ?? 0)
    sums[at + 2] = (sums[at + 2] ?? 0) + (amounts.wireToResponder[row] ?? 0)
    sums[at + 3] = (sums[at + 3] ?? 0) + (amounts.wireToInitiator[row] ?? 0)
    sums[at + 4] = (sums[at + 4] ?? 0) + (amounts.connections[row] ?? 0)
  }

  /** Forgets all entries and keeps the memory: growing to the same size again would cost more than clearing. */
  clear(): void {
    this.#slots.fill(0)
    this.#sums.fill(0, 0, this.#count * this.#stride)
    this.#count = 0
    this.#last = -1
  }

  #grow(): void {
    const sums = new Float64Array(this.#sums.length * 2)
    this.#words = new Int32Array(sums.buffer)
    // As whole numbers: the words would not survive as floating point.
    this.#words.set(new Int32Array(this.#sums.buffer))
    this.#sums = sums
    this.#slots = new Int32Array(this.#slots.length * 2)
    for (let entry = 0; entry < this.#count - 1; entry++) this.#occupy(entry)
  }

  #occupy(entry: number): void {
    const mask = this.#slots.length - 1
    let slot = hash(this.a(entry), this.b(entry)) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = entry + 1
  }
}

const A = -2
const B = -1

/** Spreads both numbers over all bits: the finaliser of MurmurHash3 (Appleby, public domain). */
function hash(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul((b << 16) | (b >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
