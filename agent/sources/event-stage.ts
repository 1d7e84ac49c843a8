import { Frame } from '../netlink/frame.ts'

const FIRST_BYTES = 64 * 1024
/**
 * Beyond this, events stay in the kernel's buffer until the dump is over; should that overrun, it is counted and
 * resynced. A dump of a second at 100,000 ends per second stays below.
 */
const MOST_BYTES = 32 * 1024 * 1024

/** Event datagrams kept back while a dump is read. */
export class EventStage {
  #frame = new Frame(FIRST_BYTES)
  #used = 0
  #ends: number[] = []

  /** Copies the first `length` bytes of `from`. @returns false when it is full; this one was kept still */
  add(from: Frame, length: number): boolean {
    // Datagrams begin on words, as decoders read words.
    const end = this.#used + ((length + 3) & ~3)
    if (end > this.#frame.bytes.length) this.#grow(end)
    this.#frame.bytes.set(from.bytes.subarray(0, length), this.#used)
    this.#ends.push(this.#used + length)
    this.#used = end
    return end < MOST_BYTES
  }

  /** Hands over all that was kept, in order, and forgets it. */
  replay(take: (frame: Frame, from: number, to: number) => void): void {
    let from = 0
    for (const end of this.#ends) {
      take(this.#frame, from, end)
      from = (end + 3) & ~3
    }
    this.#ends = []
    this.#used = 0
    // A burst is rare: do not keep its memory.
    if (this.#frame.bytes.length > 16 * FIRST_BYTES) this.#frame = new Frame(FIRST_BYTES)
  }

  #grow(needed: number): void {
    const frame = new Frame(Math.max(this.#frame.bytes.length * 2, needed))
    frame.bytes.set(this.#frame.bytes.subarray(0, this.#used))
    this.#frame = frame
  }
}
