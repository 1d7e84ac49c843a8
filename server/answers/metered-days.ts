import type { EpochMs } from '@weir/contract/units.ts'
import type { BillLine } from '../billing/bill-line.ts'
import type { MeteredDay } from '../billing/day-costs.ts'
import { DAY_MS } from '../billing/months.ts'
import type { Charge } from '../billing/policy.ts'
import type { LaneSums, StepSums } from '../store/flow-store.ts'
import type { SeriesId } from '../store/series.ts'

/** Sums per UTC day and series; `day` is the start of each row's. */
export type DayRows = Pick<LaneSums, 'count' | 'day' | 'wireToResponder' | 'wireToInitiator'> & {
  readonly series: Int32Array
}

export const rowsOfLanes = ({ example, ...sums }: LaneSums): DayRows[] => [{ ...sums, series: example }]
export const rowsOfSteps = (steps: readonly StepSums[]): DayRows[] =>
  steps.map(({ at, ...sums }) => ({ ...sums, day: new Float64Array(sums.count).fill(at) }))

/** How the bytes of a series are shared out: charged to groups, or told apart beside them. */
export type SeriesShare =
  | {
      readonly kind: 'billed'
      readonly line: BillLine
      /** How many times they are on another account's bill. */
      readonly elsewhere: number
      /** At which ends AWS charges them is not settled. */
      readonly isUnresolved: boolean
      /** Numbers of the groups that pay what is charged to each end. */
      readonly groups: readonly [ofInitiator: number, ofResponder: number]
      readonly charges: readonly [ofInitiator: Charge, ofResponder: Charge]
    }
  | { readonly kind: 'free' | 'unknown' | 'outside' }

export interface FoldedDay {
  readonly day: EpochMs
  readonly metered: MeteredDay
  /** Of the metered bytes, those on a path of which it is not settled at which ends AWS charges it. */
  readonly unresolvedBytes: number
  /** Metered bytes that are on another account's bill: in no group. */
  readonly elsewhereBytes: number
  /** Wire bytes that cross zones and are not charged; wire bytes of which nobody can tell whether they cross. */
  readonly freeBytes: number
  readonly unknownBytes: number
}

interface Sums {
  readonly metered: { readonly [line in BillLine]: Float64Array }
  unresolved: number
  elsewhere: number
  free: number
  unknown: number
}

/**
 * Metered bytes by day and group. `shareOf` is asked once per series, and numbers its groups from 0; rows of other days
 * than `days` (one after the other, oldest first) are left out.
 */
export function foldDays(
  parts: readonly DayRows[],
  days: readonly EpochMs[],
  shareOf: (series: SeriesId) => SeriesShare,
): FoldedDay[] {
  const shares: SeriesShare[] = []
  let groups = 0
  for (const rows of parts)
    for (let row = 0; row < rows.count; row++) {
      const series = rows.series[row] ?? 0
      if (shares[series] !== undefined) continue
      const share = shareOf(series)
      shares[series] = share
      if (share.kind === 'billed') groups = Math.max(groups, share.groups[0] + 1, share.groups[1] + 1)
    }
  const sums = days.map((): Sums => ({ metered: emptyLines(groups), unresolved: 0, elsewhere: 0, free: 0, unknown: 0 }))
  const first = days[0] ?? 0
  for (const rows of parts)
    for (let row = 0; row < rows.count; row++) {
      const day = sums[Math.round(((rows.day[row] ?? 0) - first) / DAY_MS)]
      const share = shares[rows.series[row] ?? 0]
      if (day !== undefined && share !== undefined)
        add(day, share, rows.wireToResponder[row] ?? 0, rows.wireToInitiator[row] ?? 0)
    }
  return days.map((day, i) => {
    const { metered = emptyLines(groups), unresolved = 0, elsewhere = 0, free = 0, unknown = 0 } = sums[i] ?? {}
    return {
      day,
      metered,
      unresolvedBytes: unresolved,
      elsewhereBytes: elsewhere,
      freeBytes: free,
      unknownBytes: unknown,
    }
  })
}

function add(day: Sums, share: SeriesShare, there: number, back: number): void {
  switch (share.kind) {
    case 'outside':
      return
    case 'free':
    case 'unknown':
      day[share.kind] += there + back
      return
    case 'billed': {
      const sums = day.metered[share.line]
      day.elsewhere += (there + back) * share.elsewhere
      for (const end of [0, 1] as const) {
        const { toResponder, toInitiator } = share.charges[end]
        const bytes = there * toResponder + back * toInitiator
        const group = share.groups[end]
        sums[group] = (sums[group] ?? 0) + bytes
        if (share.isUnresolved) day.unresolved += bytes
      }
    }
  }
}

const emptyLines = (groups: number): Sums['metered'] => ({
  'inter-zone': new Float64Array(groups),
  peering: new Float64Array(groups),
})
