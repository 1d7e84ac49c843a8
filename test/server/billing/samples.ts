import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { BillOfDay, Bills } from '../../../server/billing/bill-line.ts'
import type { ListRates } from '../../../server/billing/day-costs.ts'
import type { ObservedDay } from '../../../server/billing/statement.ts'

export const GB = 2 ** 30
export const DAY = 86_400_000
/** 2026-11-01, a Sunday. */
export const november = epochMs(Date.UTC(2026, 10, 1))
export const dayAt = (number: number): EpochMs => epochMs(november + (number - 1) * DAY)

const perGb = { nanoGb: 1_000_000_000n, microUsd: 10_000n }
/** One cent a GB on every line. */
export const list: ListRates = { 'inter-zone': perGb, peering: perGb }

const none = { nanoGb: 0n, microUsd: 0n }

/** A day of the bill by GB and dollars of its lines. */
export function aBill(
  number: number,
  [gb, usd]: readonly [gb: number, usd: number],
  { state = 'final', peering = [0, 0] }: { state?: BillOfDay['state']; peering?: readonly [number, number] } = {},
): BillOfDay {
  const line = ([gb, usd]: readonly [number, number]) =>
    gb === 0 && usd === 0 ? none : { nanoGb: BigInt(Math.round(gb * 1e9)), microUsd: BigInt(Math.round(usd * 1e6)) }
  return { day: dayAt(number), state, lines: { 'inter-zone': line([gb, usd]), peering: line(peering) } }
}

export const billsOf = (...days: readonly BillOfDay[]): Bills => new Map(days.map(day => [day.day, day]))

/** What was observed on a day: GB times sides by group. */
export function observedOn(number: number, gb: readonly number[], { isSealed = true, peering = [] as number[] } = {}) {
  const observed: ObservedDay = {
    day: dayAt(number),
    isSealed,
    metered: {
      'inter-zone': Float64Array.from(gb, one => Math.round(one * GB)),
      peering: Float64Array.from(gb, (_, group) => Math.round((peering[group] ?? 0) * GB)),
    },
  }
  return observed
}
