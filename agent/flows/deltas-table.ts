/**
 * A hash table of fixed-size records in typed arrays: no object per record, found in one or two cache lines. A record is
 * `keyWords` words of key, `metaWords` words of the owner's, then `numbers` doubles; words and doubles are two views of
 * one memory.
 *
 *   | key …            | meta …         | numbers …              |
 *   words[i * stride]  + metaAt         doubles[i * stride / 2 + numbersAt]
 *
 * An index stays the same for a record's life, also when the table grows.
 */
export interface RecordLayout {
  readonly keyWords: number
  readonly metaWords: number
  readonly numbers: number
  /** How many words of the key, from its start, make the hash. */
  readonly hashWords: number
}

const FIRST_CAPACITY = 1024
const FREE = -1

export class RecordTable {
  /** Replaced when the table grows: do not keep across an insert. */
  words: Int32Array<ArrayBuffer>
  doubles: Float64Array<ArrayBuffer>
  readonly layout: RecordLayout
  /** Words of one record. */
  readonly stride: number
  readonly metaAt: number
  readonly numbersAt: number
  /** Live records. */
  size = 0
  /** Indices from 0 to here (exclusive) have been used; free ones among them have `isLive` false. */
  top = 0
  #capacity = FIRST_CAPACITY
  /** Linear probing: index + 1, 0 = empty. At most half full, so that runs stay short. */
  #slots = new Int32Array(FIRST_CAPACITY * 2)
  #live = new Uint8Array(FIRST_CAPACITY)
  /** Head of the list of free records, chained through their first word. */
  #free = FREE

  constructor(layout: RecordLayout) {
    if ((layout.keyWords + layout.metaWords) % 2 !== 0) throw new RangeError('doubles must lie on 8 bytes')
    this.layout = layout
    this.metaAt = layout.keyWords
    this.stride = layout.keyWords + layout.metaWords + layout.numbers * 2
    this.numbersAt = (layout.keyWords + layout.metaWords) / 2
    this.words = new Int32Array(FIRST_CAPACITY * this.stride)
    this.doubles = new Float64Array(this.words.buffer)
  }

  /** Word offset of a record's meta words. */
  meta(index: number): number {
    return index * this.stride + this.metaAt
  }

  /** Offset of a record's numbers among the doubles. */
  numbers(index: number): number {
    return (index * this.stride) / 2 + this.numbersAt
  }

  /** Any index may be asked for. */
  isLive(index: number): boolean {
    return this.#live[index] === 1
  }

  /** The index of the record with this key, or -1. */
  find(key: Int32Array): number {
    const { words, stride } = this
    const slots = this.#slots
    const mask = slots.length - 1
    const { keyWords, hashWords } = this.layout
    for (let slot = hash(key, 0, hashWords) & mask; ; slot = (slot + 1) & mask) {
      const index = (slots[slot] ?? 0) - 1
      if (index < 0) return -1
      const at = index * stride
      let word = 0
      while (word < keyWords && words[at + word] === key[word]) word++
      if (word === keyWords) return index
    }
  }

  /** Adds a record whose key is not in the table; meta and numbers are zero. Returns its index. */
  insert(key: Int32Array): number {
    if (this.size === this.#capacity) this.#grow()
    let index = this.#free
    if (index === FREE) index = this.top++
    else this.#free = this.words[index * this.stride] ?? FREE
    const at = index * this.stride
    this.words.fill(0, at, at + this.stride)
    for (let word = 0; word < this.layout.keyWords; word++) this.words[at + word] = key[word] ?? 0
    this.#live[index] = 1
    this.size++
    this.#link(index)
    return index
  }

  remove(index: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let hole = this.#home(index)
    while (slots[hole] !== index + 1) hole = (hole + 1) & mask
    // Backward shift: later records of the run move up, so that no probe ends too early.
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const moved = slots[next] ?? 0
      if (moved === 0) break
      const home = this.#home(moved - 1)
      const reachable = hole <= next ? hole < home && home <= next : hole < home || home <= next
      if (reachable) continue
      slots[hole] = moved
      hole = next
    }
    slots[hole] = 0
    this.#live[index] = 0
    this.words[index * this.stride] = this.#free
    this.#free = index
    this.size--
  }

  #home(index: number): number {
    return hash(this.words, index * this.stride, this.layout.hashWords) & (this.#slots.length - 1)
  }

  #link(index: number): void {
    const mask = this.#slots.length - 1
    let slot = this.#home(index)
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = index + 1
  }

  #grow(): void {
    this.#capacity *= 2
    const words = new Int32Array(this.#capacity * this.stride)
    words.set(this.words)
    const live = new Uint8Array(this.#capacity)
    live.set(this.#live)
    // Hands the old memory back now: collected as garbage it would stay resident for minutes.
    this.words.buffer.transfer(0)
    this.words = words
    this.doubles = new Float64Array(words.buffer)
    this.#live = live
    this.#slots = new Int32Array(this.#capacity * 2)
    for (let index = 0; index < this.top; index++) if (this.isLive(index)) this.#link(index)
  }
}

/** Mixes every bit into the low ones: CTA_ID is an aligned pointer on kernels before 5.3, addresses count up. */
function hash(words: Int32Array, from: number, count: number): number {
  let h = 0x9e3779b9 | 0
  for (let i = from; i < from + count; i++) {
    h = Math.imul(h ^ (words[i] ?? 0), 0x85ebca6b)
    h ^= h >>> 15
  }
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
