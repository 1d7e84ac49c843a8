import type { Crossing } from '@weir/contract/zones.ts'
import type { SeriesKey } from '../store/series.ts'
import type { BillLine } from './bill-line.ts'
import type { BilledSides } from './policy.ts'

/**
 * What AWS does with the bytes of a hop. billed: charges them, on a line and at one end or both. free: they cross zones
 * and are not charged. unknown: nobody can tell whether they cross. outside: they do not cross zones of one region.
 */
export type Metering =
  | {
      readonly kind: 'billed'
      readonly line: BillLine
      readonly sides: BilledSides
      /** At which ends AWS charges is not settled: by the table's default, or a setting. */
      readonly isUnresolved: boolean
    }
  | { readonly kind: 'free' | 'unknown' | 'outside' }

export function meteringOf(_key: SeriesKey, crossing: Crossing): Metering {
  if (crossing === 'unknown') return { kind: 'unknown' }
  if (crossing !== 'cross-zone') return { kind: 'outside' }
  return { kind: 'billed', line: 'inter-zone', sides: { initiator: 1, responder: 1 }, isUnresolved: false }
}
