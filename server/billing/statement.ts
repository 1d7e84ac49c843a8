import type { BillState } from '@weir/contract/cost-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { type Bills, billLines } from './bill-line.ts'
import { costsOfDay, type DayCosts, type ListRates, type MeteredDay, ratesNear } from './day-costs.ts'

/** What was observed on one UTC day, by group. */
export interface ObservedDay {
  readonly day: EpochMs
  /** Every minute of it is decided: nothing is added any more. */
  readonly isSealed: boolean
  readonly metered: MeteredDay
}

export interface StatementDay extends DayCosts {
  readonly day: EpochMs
  readonly isSealed: boolean
}

/** What one group pays over the days: whole micro-dollars, and of these what is not final yet. */
export interface GroupCost {
  readonly microUsd: bigint
  /** On provisional days: at the bill's price, which may still change. */
  readonly provisionalMicroUsd: bigint
  /** On days without a bill: at the nearest day's price, or the list's. */
  readonly estimatedMicroUsd: bigint
  readonly meteredBytes: number
}

/** Always: the groups' costs + unattributed = total. Where all days are final, total = the bill. */
export interface Statement {
  readonly days: readonly StatementDay[]
  readonly groups: readonly GroupCost[]
  readonly attributed: bigint
  readonly unattributed: bigint
  readonly total: bigint
  /** Of the total, what lies on days of each state. */
  readonly byState: { readonly [state in BillState]: bigint }
}

/** Prices what was observed, day by day, and adds it up by group. All days must have the same groups. */
export function statementOf(
  observed: readonly ObservedDay[],
  bills: Bills,
  list: ListRates,
  bytesPerGb: number,
): Statement {
  const days = observed.map(({ day, isSealed, metered }) => ({
    day,
    isSealed,
    ...costsOfDay(metered, bills.get(day), ratesNear(day, bills, list), bytesPerGb),
  }))
  const ofState = (state: BillState): bigint =>
    sum(days.filter(day => day.state === state).map(day => day.attributed + day.unattributed))
  const attributed = sum(days.map(day => day.attributed))
  const unattributed = sum(days.map(day => day.unattributed))
  return {
    days,
    groups: groupCosts(observed, days),
    attributed,
    unattributed,
    total: attributed + unattributed,
    byState: { 'no data': ofState('no data'), provisional: ofState('provisional'), final: ofState('final') },
  }
}

function groupCosts(observed: readonly ObservedDay[], days: readonly StatementDay[]): GroupCost[] {
  const count = observed[0]?.metered['inter-zone'].length ?? 0
  const sums = {
    final: new Float64Array(count),
    provisional: new Float64Array(count),
    'no data': new Float64Array(count),
  }
  for (const { costs, state } of days) {
    const ofState = sums[state]
    for (let group = 0; group < count; group++) ofState[group] = (ofState[group] ?? 0) + (costs[group] ?? 0)
  }
  const bytes = new Float64Array(count)
  for (const { metered } of observed)
    for (const line of billLines)
      for (let group = 0; group < count; group++) bytes[group] = (bytes[group] ?? 0) + (metered[line][group] ?? 0)
  return Array.from(bytes, (meteredBytes, group) => {
    const [provisional, estimated] = [sums.provisional[group] ?? 0, sums['no data'][group] ?? 0]
    return {
      microUsd: BigInt((sums.final[group] ?? 0) + provisional + estimated),
      provisionalMicroUsd: BigInt(provisional),
      estimatedMicroUsd: BigInt(estimated),
      meteredBytes,
    }
  })
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n)
