const FIRST_BYTES = 4096

/** Bytes that grow as they are written. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** What was written so far: a view, valid until the next write. */
  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  /** What was written, to keep; the writer begins anew. Memory is handed over, cut to length, not copied aside. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#bytes.buffer.transfer(this.#length))
    this.#bytes = new Uint8Array(FIRST_BYTES)
    this.#view = new DataView(this.#bytes.buffer)
    this.#length = 0
    return taken
  }

  u8(value: number): void {
    const at = this.#room(1)
    this.#bytes[at] = value
  }

  u32(value: number): void {
    const at = this.#room(4)
    this.#view.setUint32(at, value, true)
  }

  f64(value: number): void {
    const at = this.#room(8)
    this.#view.setFloat64(at, value, true)
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length)
    this.#bytes.set(value, at)
  }

  /** LEB128 of a whole number from 0 to 2^53 - 1: seven bits a byte, low ones first. */
  varint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.u8((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    this.u8(rest)
  }

  /** May replace the memory: look at #bytes and #view only after it. */
  #room(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length))
      bytes.set(this.#bytes)
      this.#bytes.buffer.transfer(0) // hands the old memory back at once
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer)
    }
    return at
  }
}

/** Reads what ByteWriter wrote. All methods throw a RangeError at the end of the bytes. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  bytes(count: number): Uint8Array {
    const at = this.#take(count)
    return this.#bytes.subarray(at, at + count)
  }

  varint(): number {
    let value = 0
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    throw new RangeError(`a number longer than 53 bits at byte ${this.#at}`)
  }

  #take(count: number): number {
    const at = this.#at
    if (at + count > this.#bytes.length) throw new RangeError(`ends at byte ${this.#bytes.length}, in a field at ${at}`)
    this.#at += count
    return at
  }
}
