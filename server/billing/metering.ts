import type { Crossing } from '@weir/contract/zones.ts'
import { type BilledSides, billedSides, meterOf, type SidesBook } from '../pricing/billed-sides.ts'
import { hopEnds, pathOf } from '../pricing/path-of.ts'
import { unresolvedPaths } from '../pricing/paths.ts'
import type { SeriesKey } from '../store/series.ts'
import { splitByAccount } from './accounts.ts'
import type { BillLine } from './bill-line.ts'

/**
 * What AWS does with the bytes of a hop. billed: charges them, on a line and at one end or both. free: they cross zones
 * and are not charged. unknown: nobody can tell whether they cross. outside: they do not cross zones of one region.
 */
export type Metering =
  | {
      readonly kind: 'billed'
      readonly line: BillLine
      /** On the bill that is matched. */
      readonly sides: BilledSides
      /** Sides that are on another account's bill. */
      readonly elsewhere: 0 | 1 | 2
      /** At which ends AWS charges is not settled: by the table's default, or a setting. */
      readonly isUnresolved: boolean
    }
  | { readonly kind: 'free' | 'unknown' | 'outside' }

/**
 * By the table of paths (pricing/paths.ts), with what a setting changes of it.
 * @param accounts those of the bill; empty where they are not told
 */
export const meteringBy =
  (book: SidesBook, accounts: ReadonlySet<string> = new Set()) =>
  (key: SeriesKey, crossing: Crossing): Metering => {
    if (crossing === 'unknown') return { kind: 'unknown' }
    if (crossing !== 'cross-zone') return { kind: 'outside' }
    const { near, far } = hopEnds(key)
    const path = pathOf(near, far, crossing)
    const sides = billedSides(path, near, far, book)
    if (sides.initiator + sides.responder === 0) return { kind: 'free' }
    const { ours, elsewhere } = splitByAccount(key, sides, accounts)
    const isUnresolved = unresolvedPaths.includes(path)
    return { kind: 'billed', line: meterOf(near, far), sides: ours, elsewhere, isUnresolved }
  }
