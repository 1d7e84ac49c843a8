import type { PairRow } from '@weir/contract/queries.ts'

/**
 * Rows in the order they had, new ones at the end: while somebody points at the table its numbers go on, but no row
 * jumps away from under the pointer.
 */
export function inOrderOf(held: readonly string[], rows: readonly PairRow[]): readonly PairRow[] {
  const place = new Map(held.map((key, i) => [key, i]))
  return rows.toSorted((a, b) => (place.get(a.key) ?? held.length) - (place.get(b.key) ?? held.length))
}
