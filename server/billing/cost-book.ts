import type { ApartLine } from '@weir/contract/cost-queries.ts'
import type { Price, TimeRange } from '@weir/contract/queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { EffectivePrice } from '../pricing/price.ts'
import type { BillBook } from './bill-book.ts'
import { apartOf, type BillDay, billDays, billOfDay, effectivePrice } from './bill-days.ts'
import type { BillOfDay } from './bill-line.ts'
import { type CallBook, chargedBetween, chargedOn } from './calls.ts'
import type { BillScope } from './cost-filter.ts'
import { scopeText } from './cost-filter.ts'
import { listOnly } from './list-only.ts'
import { dayText, startOfDay } from './months.ts'
import type { StoredBill } from './stored-bill.ts'

/** What a reader of the bill has now. */
export interface BillReadings {
  readonly bill: StoredBill
  readonly calls: CallBook
  /** Why the last call brought no answer. */
  readonly problem: string | undefined
}

/** Statements' view of the bill that Cost Explorer tells. */
export class CostBook implements BillBook {
  readonly #readings: BillReadings
  readonly #scope: BillScope
  readonly #callsPerDay: number
  readonly #list: ReturnType<BillBook['list']>
  readonly #now: () => EpochMs
  /** Made anew when the bill is another one. */
  #read:
    | { readonly of: StoredBill; readonly days: readonly BillDay[]; readonly effective: EffectivePrice | undefined }
    | undefined

  constructor(
    readings: BillReadings,
    scope: BillScope,
    { callsPerDay, list, now }: { readonly callsPerDay: number; readonly list: Price; readonly now: () => EpochMs },
  ) {
    this.#readings = readings
    this.#scope = scope
    this.#callsPerDay = callsPerDay
    this.#list = listOnly(list).list()
    this.#now = now
  }

  read({ from, to }: TimeRange): ReturnType<BillBook['read']> {
    const bills = new Map<EpochMs, BillOfDay>()
    const apart = new Map<EpochMs, readonly ApartLine[]>()
    for (const one of this.#billDays()) {
      if (one.day < startOfDay(from) || one.day >= to) continue
      const bill = billOfDay(one)
      if (bill !== undefined) bills.set(one.day, bill)
      const lines = apartOf(one)
      if (lines.length > 0) apart.set(one.day, lines)
    }
    return { bills, apart }
  }

  source(): string {
    const { bill, calls, problem } = this.#readings
    const reads = [...bill.days.values()].map(day => day.fetchedAt)
    const whose =
      this.#scope.filter === undefined && this.#scope.accounts.length === 0
        ? 'the bill is the account’s, not only the cluster’s: nothing scopes it'
        : scopeText(this.#scope)
    const read = reads.length === 0 ? 'not read yet' : `read ${new Date(Math.max(...reads)).toISOString()}`
    const today = startOfDay(this.#now())
    const spent = chargedOn(calls, dayText(today))
    return [
      `Cost Explorer, ${read}`,
      whose,
      `${spent} of ${this.#callsPerDay} calls of ${dayText(today)} used`,
      ...(problem === undefined ? [] : [`the last call failed: ${problem}`]),
    ].join('; ')
  }

  list(): ReturnType<BillBook['list']> {
    return this.#list
  }

  calls({ from, to }: TimeRange): number {
    return chargedBetween(this.#readings.calls, from, to)
  }

  /** What the bill comes to per GB; undefined where it does not tell. */
  effective(): EffectivePrice | undefined {
    this.#billDays()
    return this.#read?.effective
  }

  #billDays(): readonly BillDay[] {
    const { bill } = this.#readings
    if (this.#read?.of === bill) return this.#read.days
    const days = billDays(bill)
    this.#read = { of: bill, days, effective: effectivePrice(days) }
    return days
  }
}
