/** What `-` and a missing field become: nothing is known. */
export const NONE = 0

/**
 * Numbers for short texts that are looked up as bytes: no string is made for the millions of times a text comes again.
 * The first text is number 1; 0 is nobody's.
 */
export class ByteTable {
  #slots = new Int32Array(1 << 10)
  #hashes = new Int32Array(1 << 9)
  #begins = new Int32Array(1 << 9)
  #bytes = new Uint8Array(1 << 14)
  #size = 0

  /** How many texts there are: the highest number given out. */
  get size(): number {
    return this.#size
  }

  /** The number of bytes [from, to), given out now where they are new. */
  intern(source: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (source[at] as number), 0x01000193)
    hash ^= hash >>> 15
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] as number
      if (number === 0) return this.#add(slot, hash, source, from, to)
      if (this.#hashes[number] === hash && this.#holds(number, source, from, to)) return number
    }
  }

  internText(text: string): number {
    const bytes = Buffer.from(text)
    return this.intern(bytes, 0, bytes.length)
  }

  /** @param number one that `intern` gave. */
  text(number: number): string {
    return Buffer.from(
      this.#bytes.buffer,
      this.#begins[number],
      this.#end(number) - (this.#begins[number] ?? 0),
    ).toString('latin1')
  }

  /** Forgets all texts and gives their memory back. */
  clear(): void {
    this.#slots = new Int32Array(1 << 10)
    this.#hashes = new Int32Array(1 << 9)
    this.#begins = new Int32Array(1 << 9)
    this.#bytes = new Uint8Array(1 << 14)
    this.#size = 0
  }

  #end(number: number): number {
    return this.#begins[number + 1] as number
  }

  #holds(number: number, source: Uint8Array, from: number, to: number): boolean {
    const begin = this.#begins[number] as number
    if (this.#end(number) - begin !== to - from) return false
    for (let at = from, own = begin; at < to; at++, own++) if (source[at] !== this.#bytes[own]) return false
    return true
  }

  #add(slot: number, hash: number, source: Uint8Array, from: number, to: number): number {
    const number = ++this.#size
    const begin = number === 1 ? 0 : this.#end(number - 1)
    if (number + 2 > this.#hashes.length) {
      this.#hashes = grown(this.#hashes)
      this.#begins = grown(this.#begins)
    }
    while (begin + to - from > this.#bytes.length) this.#bytes = grown(this.#bytes)
    for (let at = from, own = begin; at < to; at++, own++) this.#bytes[own] = source[at] as number
    this.#hashes[number] = hash
    this.#begins[number] = begin
    this.#begins[number + 1] = begin + to - from
    this.#slots[slot] = number
    if (number * 2 > this.#slots.length) this.#rehash()
    return number
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let number = 1; number <= this.#size; number++) {
      let slot = (this.#hashes[number] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number
    }
    this.#slots = slots
  }
}

function grown<T extends Int32Array | Uint8Array>(before: T): T {
  const after = new (before.constructor as new (length: number) => T)(before.length * 2)
  after.set(before)
  return after
}
