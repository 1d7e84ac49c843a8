import type { ApartLine } from '@weir/contract/cost-queries.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Bills } from './bill-line.ts'
import type { ListRates } from './day-costs.ts'

/** Where statements read the bill from. */
export interface BillBook {
  /** The days of the range that the bill has, and by day what it has beside traffic across zones. */
  read(range: TimeRange): { readonly bills: Bills; readonly apart: ReadonlyMap<EpochMs, readonly ApartLine[]> }
  /** Whose bill it is and when it was read, in words; or why there is none. */
  source(): string
  /** What a GB costs where no bill tells, and where that figure comes from. */
  list(): { readonly rates: ListRates; readonly usdPerGb: number; readonly source: string }
  /** Calls of Cost Explorer in the range: each is charged. */
  calls(range: TimeRange): number
}
