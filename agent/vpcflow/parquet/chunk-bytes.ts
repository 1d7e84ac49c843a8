import { ReadFault } from '../read-fault.ts'

/** Bytes [from, to) of the object. */
export type ReadRange = (from: number, to: number) => Promise<Uint8Array>

/** Read at once: few requests, and small whatever a writer's row groups are like. */
const WINDOW_BYTES = 1024 * 1024

/** Bytes of one column's chunk, read on and on in windows: never the whole chunk in memory. */
export class ChunkBytes {
  readonly #read: ReadRange
  readonly #end: number
  /** Where the window begins in the object. */
  #begin: number
  #window: Uint8Array = new Uint8Array(0)

  constructor(read: ReadRange, begin: number, end: number) {
    this.#read = read
    this.#begin = begin
    this.#end = end
  }

  get left(): number {
    return this.#end - this.#begin
  }

  /** The next `length` bytes, or all that are left; they stay until `skip`. */
  async peek(length: number): Promise<Uint8Array> {
    const wanted = Math.min(length, this.left)
    if (this.#window.length < wanted) {
      const from = this.#begin + this.#window.length
      const to = Math.min(this.#end, this.#begin + Math.max(wanted, WINDOW_BYTES))
      this.#window = Buffer.concat([this.#window, await this.#read(from, to)])
    }
    return this.#window
  }

  /** The next `length` bytes, taken out. */
  async take(length: number): Promise<Uint8Array> {
    const bytes = (await this.peek(length)).subarray(0, length)
    if (bytes.length < length) throw new ReadFault('corrupt', `a page has ${length} bytes, its chunk ${bytes.length}`)
    this.skip(length)
    return bytes
  }

  skip(length: number): void {
    this.#begin += length
    this.#window = this.#window.subarray(length)
  }
}
