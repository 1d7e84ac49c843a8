import type { ApartLine, BillState } from '@weir/contract/cost-queries.ts'
import { type EpochMs, epochMs, microUsd } from '@weir/contract/units.ts'
import { add, type Decimal, parseDecimal, ratio, scaled, sumOf, ZERO } from '../pricing/decimal.ts'
import type { EffectivePrice } from '../pricing/price.ts'
import type { Billed, BillOfDay } from './bill-line.ts'
import { dayText } from './months.ts'
import type { StoredBill, StoredDay } from './stored-bill.ts'
import { type Family, families, familyOf } from './usage-types.ts'

/** A quantity in GB and its cost in the bill's currency, exactly. */
export interface ExactAmount {
  readonly gb: Decimal
  readonly cost: Decimal
}

/** One UTC day of the bill, by what its rows are. */
export interface BillDay {
  readonly day: EpochMs
  /** no data: Cost Explorer has no row of it, which is not the same as a cost of nothing. */
  readonly state: BillState
  readonly fetchedAt: EpochMs
  readonly amounts: ReadonlyMap<Family, ExactAmount>
  /** Credits, refunds, discounts and taxes, by record type: in no other figure. */
  readonly credits: ReadonlyMap<string, Decimal>
}

/** Days that were read, oldest first. */
export function billDays(bill: StoredBill): readonly BillDay[] {
  const credits = new Map<string, Map<string, Decimal>>()
  for (const { day, recordType, cost } of bill.credits) {
    const ofDay = credits.get(day) ?? new Map<string, Decimal>()
    ofDay.set(recordType, add(ofDay.get(recordType) ?? ZERO, parseDecimal(cost)))
    credits.set(day, ofDay)
  }
  return [...bill.days.values()].map(day => billDay(day, credits.get(day.day) ?? new Map()))
}

function billDay(stored: StoredDay, credits: ReadonlyMap<string, Decimal>): BillDay {
  const amounts = new Map<Family, ExactAmount>()
  for (const { usageType, operation, quantity, cost } of stored.lines) {
    const family = familyOf(usageType, operation)
    const { gb, cost: known } = amounts.get(family) ?? nothing
    amounts.set(family, { gb: add(gb, parseDecimal(quantity)), cost: add(known, parseDecimal(cost)) })
  }
  const { isEstimated, lines, fetchedAt } = stored
  const state = lines.length === 0 ? 'no data' : isEstimated ? 'provisional' : 'final'
  return { day: epochMs(Date.parse(stored.day)), state, fetchedAt, amounts, credits }
}

const nothing: ExactAmount = { gb: ZERO, cost: ZERO }

/** What statements match: the lines of traffic across zones, In and Out together. undefined: the day has no data. */
export function billOfDay({ day, state, amounts }: BillDay): BillOfDay | undefined {
  if (state === 'no data') return undefined
  const line = (...of: readonly Family[]): Billed => {
    const parts = of.map(family => amounts.get(family) ?? nothing)
    const [gb, cost] = [sumOf(parts.map(part => part.gb)), sumOf(parts.map(part => part.cost))]
    return { nanoGb: scaled(gb, 9), microUsd: scaled(cost, 6) }
  }
  return {
    day,
    state,
    lines: { 'inter-zone': line('inter-zone in', 'inter-zone out'), peering: line('peering in', 'peering out') },
  }
}

/** What else the day's bill has: shown beside, in no sum. */
export function apartOf({ amounts, credits }: BillDay): readonly ApartLine[] {
  const lines = families.flatMap((family): ApartLine[] => {
    const amount = amounts.get(family)
    const isMatched = family.startsWith('inter-zone') || family.startsWith('peering')
    return amount === undefined || isMatched ? [] : [apartLine(apartNames[family] ?? family, amount)]
  })
  const apart = [...credits].map(([recordType, cost]) => apartLine(recordType.toLowerCase(), { gb: ZERO, cost }))
  return [...lines, ...apart]
}

const apartNames: { readonly [family in Family]?: string } = {
  'public IP': 'by public IP address within the region',
  'load balancing': 'load balancing within the region',
  'free across zones': 'across zones, not charged',
  other: 'other regional transfer',
}

const apartLine = (name: string, { gb, cost }: ExactAmount): ApartLine => ({
  name,
  gb: Number(scaled(gb, 9)) / 1e9,
  costMicroUsd: microUsd(Number(scaled(cost, 6))),
})

/** The newest days tell the price of now. */
const PRICE_DAYS = 31
/** What a GB costs cannot be told from less than one. */
const LEAST_GB = 1n

/** What the newest days of the bill come to per GB across zones: cost ÷ quantity, rounded to whole micro-dollars. */
export function effectivePrice(days: readonly BillDay[]): EffectivePrice | undefined {
  const told = days
    .filter(({ amounts }) => amounts.has('inter-zone in') || amounts.has('inter-zone out'))
    .slice(-PRICE_DAYS)
  const parts = told.flatMap(({ amounts }) => [
    amounts.get('inter-zone in') ?? nothing,
    amounts.get('inter-zone out') ?? nothing,
  ])
  const [gb, cost] = [sumOf(parts.map(part => part.gb)), sumOf(parts.map(part => part.cost))]
  const [first, last] = [told[0], told.at(-1)]
  const perGb = ratio(cost, gb, 6)
  if (first === undefined || last === undefined || perGb === undefined) return undefined
  if (scaled(gb, 0) < LEAST_GB || perGb < 0n || perGb > MOST_MICRO_USD) return undefined

  return { microUsdPerGb: Number(perGb), from: dayText(first.day), to: dayText(last.day) }
}

/** Costs are exact up to four dollars per GB (cost.ts); AWS's price is a cent. */
const MOST_MICRO_USD = 4_000_000n
