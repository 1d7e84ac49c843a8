import type { FactColumns } from '../store/flow-store.ts'

/** What is summed of a row. */
export interface RowAmounts {
  readonly bytesToResponder: number
  readonly bytesToInitiator: number
  readonly wireToResponder: number
  readonly wireToInitiator: number
  readonly connections: number
}

/** The amounts of many rows, or of their shares in one minute; runs parallel to the rows. */
export interface AmountColumns {
  readonly bytesToResponder: Float64Array
  readonly bytesToInitiator: Float64Array
  readonly wireToResponder: Float64Array
  readonly wireToInitiator: Float64Array
  readonly connections: Uint32Array | Float64Array
}
export const amountNames = [
  'bytesToResponder',
  'bytesToInitiator',
  'wireToResponder',
  'wireToInitiator',
  'connections',
] as const satisfies readonly (keyof AmountColumns)[]

const NO_INTS = new Int32Array(0)
const NO_AMOUNTS = new Float64Array(0)

/** Columns of facts that grow as they are filled. Rows that are all 0 are left out: they would say nothing. */
export class Facts {
  #count = 0
  #minute = NO_INTS
  #series = NO_INTS
  #amounts = {
    bytesToResponder: NO_AMOUNTS,
    bytesToInitiator: NO_AMOUNTS,
    wireToResponder: NO_AMOUNTS,
    wireToInitiator: NO_AMOUNTS,
    connections: NO_AMOUNTS,
  }

  /** Rows that fit without growing. */
  get room(): number {
    return this.#minute.length
  }

  /** Forgets all rows and keeps the memory: what `columns` gave is no longer true. */
  clear(expected: number): this {
    this.#count = 0
    if (expected > this.room) this.#resize(expected)
    return this
  }

  push(minute: number, series: number, amounts: RowAmounts): void {
    if (amountNames.every(name => amounts[name] === 0)) return
    const at = this.#add(minute, series)
    for (const name of amountNames) this.#amounts[name][at] = amounts[name]
  }

  /** The same for one row of columns: the hot path makes no object per row. */
  pushRow(minute: number, series: number, amounts: AmountColumns, row: number): void {
    const toResponder = amounts.bytesToResponder[row] ?? 0
    const toInitiator = amounts.bytesToInitiator[row] ?? 0
    const connections = amounts.connections[row] ?? 0
    if (connections === 0 && toResponder === 0 && toInitiator === 0) return
    const at = this.#add(minute, series)
    const into = this.#amounts
    into.bytesToResponder[at] = toResponder
    into.bytesToInitiator[at] = toInitiator
    into.wireToResponder[at] = amounts.wireToResponder[row] ?? 0
    into.wireToInitiator[at] = amounts.wireToInitiator[row] ?? 0
    into.connections[at] = connections
  }

  columns(): FactColumns {
    const count = this.#count
    const { bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator, connections } = this.#amounts
    return {
      count,
      minute: this.#minute.subarray(0, count),
      series: this.#series.subarray(0, count),
      bytesToResponder: bytesToResponder.subarray(0, count),
      bytesToInitiator: bytesToInitiator.subarray(0, count),
      wireToResponder: wireToResponder.subarray(0, count),
      wireToInitiator: wireToInitiator.subarray(0, count),
      connections: connections.subarray(0, count),
    }
  }

  #add(minute: number, series: number): number {
    if (this.#count === this.room) this.#resize(Math.max(64, 2 * this.room))
    this.#minute[this.#count] = minute
    this.#series[this.#count] = series
    return this.#count++
  }

  #resize(room: number): void {
    this.#minute = copied(this.#minute, new Int32Array(room))
    this.#series = copied(this.#series, new Int32Array(room))
    for (const name of amountNames) this.#amounts[name] = copied(this.#amounts[name], new Float64Array(room))
  }
}

function copied<T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(from: T, into: T): T {
  into.set(from)
  return into
}

/** Several columns as one; a single one is returned as it is. */
export function joinFacts(parts: readonly FactColumns[]): FactColumns {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const joined = new Facts().clear(parts.reduce((rows, { count }) => rows + count, 0))
  for (const part of parts)
    for (let row = 0; row < part.count; row++) joined.pushRow(part.minute[row] ?? 0, part.series[row] ?? 0, part, row)
  return joined.columns()
}
