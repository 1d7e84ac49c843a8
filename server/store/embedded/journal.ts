import type { FactColumns } from '../flow-store.ts'

/**
 * Facts as they are committed: one record per commit, which holds them in blocks of columns. Written once, read only
 * after a crash; in between the sums live in memory (arrivals.ts). Putting single facts into the engine's columns at
 * this point would cost several times the CPU, for rows that are summed up a minute later.
 *
 * A block, little-endian, every column padded to 8 bytes:
 *
 *   i32 count | i32 bytes per amount: 4 or 8 | i32 minute × n | i32 series × n | amount × n, five times as in `amounts`
 *
 * Amounts are u32 where all of the block fit, as they nearly always do, else f64.
 */
const amounts = [
  'bytesToResponder',
  'bytesToInitiator',
  'wireToResponder',
  'wireToInitiator',
  'connections',
] as const satisfies readonly (keyof FactColumns)[]
const HEADER_BYTES = 8
const NARROW_LIMIT = 2 ** 32
const padded = (bytes: number): number => (bytes + 7) & ~7

/** Makes the records; its buffer is used again and again, because megabytes a commit would keep the collector busy. */
export class JournalEncoder {
  #buffer = new ArrayBuffer(1024 * 1024)

  /** A record; good until the next call. */
  encode(facts: readonly FactColumns[]): Uint8Array {
    const most = facts.reduce((bytes, { count }) => bytes + blockBytes(count, 8), 0)
    if (most > this.#buffer.byteLength) this.#buffer = new ArrayBuffer(2 * most)
    let at = 0
    for (const columns of facts) at += this.#encodeBlock(columns, at)
    return new Uint8Array(this.#buffer, 0, at)
  }

  #encodeBlock(columns: FactColumns, at: number): number {
    const { count } = columns
    const width = amounts.every(name => isNarrow(columns[name], count)) ? 4 : 8
    new Int32Array(this.#buffer, at, 2).set([count, width])
    let next = at + HEADER_BYTES
    for (const column of [columns.minute, columns.series]) {
      new Int32Array(this.#buffer, next, count).set(column.subarray(0, count))
      next += padded(4 * count)
    }
    for (const name of amounts) {
      const column = new (width === 4 ? Uint32Array : Float64Array)(this.#buffer, next, count)
      column.set(columns[name].subarray(0, count))
      next += padded(width * count)
    }
    return next - at
  }
}

/** The facts of a record, block by block. Its bytes are known to be those that were written. */
export function* decodeFacts(record: Uint8Array): Iterable<FactColumns> {
  const { buffer } = new Uint8Array(record) // columns need aligned memory
  for (let at = 0; at < record.byteLength; ) {
    const [count = 0, width = 0] = new Int32Array(buffer, at, 2)
    let next = at + HEADER_BYTES
    const ints = () => {
      const column = new Int32Array(buffer, next, count)
      next += padded(4 * count)
      return column
    }
    const doubles = () => {
      const column = new (width === 4 ? Uint32Array : Float64Array)(buffer, next, count)
      next += padded(width * count)
      return Float64Array.from(column)
    }
    yield {
      count,
      minute: ints(),
      series: ints(),
      bytesToResponder: doubles(),
      bytesToInitiator: doubles(),
      wireToResponder: doubles(),
      wireToInitiator: doubles(),
      connections: doubles(),
    }
    at += blockBytes(count, width)
  }
}

const blockBytes = (count: number, width: number): number =>
  HEADER_BYTES + 2 * padded(4 * count) + amounts.length * padded(width * count)

function isNarrow(column: Float64Array, count: number): boolean {
  for (let i = 0; i < count; i++) {
    const value = column[i] ?? 0
    if (value < 0 || value >= NARROW_LIMIT) return false
  }
  return true
}
