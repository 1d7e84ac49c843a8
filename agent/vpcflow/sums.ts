/** Numbers of a row's key, in this order: minute, interface, source, destination, packet source, packet destination,
 *  what is small (see `packed`), path and next hop. */
const WIDTH = 8

/** Sums per key: an open hash table of rows, emptied by every batch and never larger than one. */
export class Sums {
  readonly #most: number
  #keys: Int32Array
  readonly #slots: Int32Array
  readonly #hashes: Int32Array
  readonly bytes: Float64Array
  readonly packets: Float64Array
  readonly flows: Uint32Array
  #count = 0

  /** @param most rows; a power of two above twice as many slots is kept */
  constructor(most: number) {
    this.#most = most
    this.#keys = new Int32Array(most * WIDTH)
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(most * 2)))
    this.#hashes = new Int32Array(most)
    this.bytes = new Float64Array(most)
    this.packets = new Float64Array(most)
    this.flows = new Uint32Array(most)
  }

  get count(): number {
    return this.#count
  }

  hasRoom(rows: number): boolean {
    return this.#count + rows <= this.#most
  }

  /** One of the numbers of a row's key. */
  key(row: number, column: number): number {
    return this.#keys[row * WIDTH + column] as number
  }

  /** What does not change from minute to minute: everything but the first number of the key. */
  hash(b: number, c: number, d: number, e: number, f: number, g: number, h: number): number {
    let hash = Math.imul(b ^ 0x9e3779b9, 0x85ebca6b)
    hash = Math.imul(hash ^ c ^ (hash >>> 15), 0xc2b2ae35)
    hash = Math.imul(hash ^ d ^ (hash >>> 13), 0x85ebca6b)
    hash = Math.imul(hash ^ e ^ (hash >>> 15), 0xc2b2ae35)
    hash = Math.imul(hash ^ f ^ (hash >>> 13), 0x85ebca6b)
    hash = Math.imul(hash ^ g ^ (hash >>> 15), 0xc2b2ae35)
    return Math.imul(hash ^ h ^ (hash >>> 13), 0x9e3779b1)
  }

  /** The row of the key, made where it is new. There must be room for it. */
  row(stable: number, a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number): number {
    let hash = Math.imul(stable ^ a, 0x85ebca6b)
    hash ^= hash >>> 16
    const keys = this.#keys
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] as number) - 1
      if (row < 0) {
        const made = this.#count++
        this.#slots[slot] = made + 1
        this.#hashes[made] = hash
        const at = made * WIDTH
        keys[at] = a
        keys[at + 1] = b
        keys[at + 2] = c
        keys[at + 3] = d
        keys[at + 4] = e
        keys[at + 5] = f
        keys[at + 6] = g
        keys[at + 7] = h
        this.bytes[made] = 0
        this.packets[made] = 0
        this.flows[made] = 0
        return made
      }
      if (this.#hashes[row] !== hash) continue
      const at = row * WIDTH
      if (
        keys[at] === a &&
        keys[at + 1] === b &&
        keys[at + 2] === c &&
        keys[at + 3] === d &&
        keys[at + 4] === e &&
        keys[at + 5] === f &&
        keys[at + 6] === g &&
        keys[at + 7] === h
      )
        return row
    }
  }

  clear(): void {
    this.#slots.fill(0)
    this.#count = 0
  }
}
