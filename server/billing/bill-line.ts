import type { BillState } from '@weir/contract/cost-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'

/** The lines of the bill that traffic across zones is on: they have prices of their own, so each is matched by itself. */
export const billLines = ['inter-zone', 'peering'] as const
export type BillLine = (typeof billLines)[number]

/** What one line says of a day, In and Out together. Either may be negative: a bill is corrected by such rows. */
export interface Billed {
  /** Billionths of a GB: Cost Explorer's decimals, exactly. */
  readonly nanoGb: bigint
  readonly microUsd: bigint
}

/** One UTC day of the bill. */
export interface BillOfDay {
  readonly day: EpochMs
  readonly state: Exclude<BillState, 'no data'>
  readonly lines: { readonly [line in BillLine]: Billed }
}

/** By start of the day. A day that is not in it has no data. */
export type Bills = ReadonlyMap<EpochMs, BillOfDay>
