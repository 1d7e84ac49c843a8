import { useState } from 'react'

export interface Held<Row> {
  readonly rows: readonly Row[]
  /** Rows that have come since and are not shown. */
  readonly waiting: number
  readonly hold: () => void
  readonly release: () => void
}

/** While somebody points at the rows they stand still; what comes meanwhile is counted. */
export function useHeld<Row>(newest: readonly Row[], keyOf: (row: Row) => string): Held<Row> {
  const [held, setHeld] = useState<readonly Row[]>()
  const known = held && new Set(held.map(keyOf))
  return {
    rows: held ?? newest,
    waiting: known === undefined ? 0 : newest.filter(row => !known.has(keyOf(row))).length,
    hold: () => setHeld(newest),
    release: () => setHeld(undefined),
  }
}
