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

/** Columns of facts that grow as they are filled. Rows that are all 0 are left out: they would say nothing. */
export class Facts {
  #count = 0
  #minute: Int32Array<ArrayBuffer>
  #series: Int32Array<ArrayBuffer>
  #amounts: Float64Array<ArrayBuffer>[]

  constructor(expected = 64) {
    const room = Math.max(16, expected)
    this.#minute = new Int32Array(room)
    this.#series = new Int32Array(room)
    this.#amounts = amountNames.map(() => new Float64Array(room))
  }

  push(minute: number, series: number, amounts: RowAmounts): void {
    if (amountNames.every(name => amounts[name] === 0)) return
    if (this.#count === this.#minute.length) this.#grow()
    this.#minute[this.#count] = minute
    this.#series[this.#count] = series
    for (const [i, name] of amountNames.entries()) {
      const column = this.#amounts[i]
      if (column !== undefined) column[this.#count] = amounts[name]
    }
    this.#count++
  }

  /** The same for one row of columns: the hot path makes no object per row. */
  pushRow(minute: number, series: number, amounts: AmountColumns, row: number): void {
    const at = this.#count
    if (at === this.#minute.length) this.#grow()
    const [toResponder = none, toInitiator = none, wireUp = none, wireDown = none, opened = none] = this.#amounts
    const connections = amounts.connections[row] ?? 0
    toResponder[at] = amounts.bytesToResponder[row] ?? 0
    toInitiator[at] = amounts.bytesToInitiator[row] ?? 0
    wireUp[at] = amounts.wireToResponder[row] ?? 0
    wireDown[at] = amounts.wireToInitiator[row] ?? 0
    opened[at] = connections
    if (connections === 0 && toResponder[at] === 0 && toInitiator[at] === 0) return
    this.#minute[at] = minute
    this.#series[at] = series
    this.#count++
  }

  columns(): FactColumns {
    const [bytesToResponder, bytesToInitiator, wireToResponder, wireToInitiator, connections] = this.#amounts.map(
      column => column.subarray(0, this.#count),
    )
    return {
      count: this.#count,
      minute: this.#minute.subarray(0, this.#count),
      series: this.#series.subarray(0, this.#count),
      bytesToResponder: bytesToResponder ?? none,
      bytesToInitiator: bytesToInitiator ?? none,
      wireToResponder: wireToResponder ?? none,
      wireToInitiator: wireToInitiator ?? none,
      connections: connections ?? none,
    }
  }

  #grow(): void {
    const room = this.#minute.length * 2
    this.#minute = into(new Int32Array(room), this.#minute)
    this.#series = into(new Int32Array(room), this.#series)
    this.#amounts = this.#amounts.map(column => into(new Float64Array(room), column))
  }
}

const none = new Float64Array(0)

/** Several columns as one; a single one is returned as it is. */
export function joinFacts(parts: readonly FactColumns[]): FactColumns {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const joined = new Facts(parts.reduce((rows, { count }) => rows + count, 0))
  for (const part of parts)
    for (let row = 0; row < part.count; row++) joined.pushRow(part.minute[row] ?? 0, part.series[row] ?? 0, part, row)
  return joined.columns()
}

function into<T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(target: T, source: T): T {
  target.set(source)
  return target
}
