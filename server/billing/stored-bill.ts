import type { EpochMs } from '@weir/contract/units.ts'
import { decimalText, parseDecimal } from '../pricing/decimal.ts'
import type { AnsweredDay, AnsweredGroup, DayRange } from './bill-explorer.ts'

/** One row of a day of the bill. Quantities in GB and costs in the bill's currency, exact decimals as text. */
export interface StoredLine {
  readonly usageType: string
  readonly operation: string
  readonly quantity: string
  readonly cost: string
  readonly netCost?: string
}

export interface StoredDay {
  /** "2026-11-01", UTC. */
  readonly day: string
  readonly isEstimated: boolean
  readonly fetchedAt: EpochMs
  readonly lines: readonly StoredLine[]
}

/** Credits, refunds, discounts and taxes on the same usage types: everything that is no usage. */
export interface StoredCredit {
  readonly day: string
  readonly recordType: string
  readonly cost: string
}

/** The bill as it was read, of one scope (cost-filter.ts): days of another one are another bill. */
export interface StoredBill {
  readonly scope: string
  readonly days: ReadonlyMap<string, StoredDay>
  readonly credits: readonly StoredCredit[]
  /** Usage types that Cost Explorer has told of; null before the first time. */
  readonly usageTypes: readonly string[] | null
}

/** The same days, to be read anew for another scope: none of them has data until then. */
export function reopened(bill: StoredBill, scope: string): StoredBill {
  const days = Array.from(bill.days.values(), (day): StoredDay => ({ ...day, isEstimated: true, lines: [] }))
  return { ...emptyBill(scope), days: new Map(days.map(day => [day.day, day])) }
}

export const emptyBill = (scope: string): StoredBill => ({ scope, days: new Map(), credits: [], usageTypes: null })

/** Why something of an answer was not taken: a closed list. */
export const setAsideReasons = ['not a number', 'other unit', 'other currency', 'not a day', 'emptied day'] as const
export type SetAsideReason = (typeof setAsideReasons)[number]
export type SetAside = { readonly [reason in SetAsideReason]: number }
export const nothingSetAside: SetAside = {
  'not a number': 0,
  'other unit': 0,
  'other currency': 0,
  'not a day': 0,
  'emptied day': 0,
}

interface Taken<T> {
  readonly taken: T
  readonly setAside: readonly SetAsideReason[]
}

/**
 * Days of an answer laid over those that are kept: the newest answer counts, so that an estimate is replaced by what is
 * final, and negative corrections stand as they are. A day that had rows and comes back without any keeps them: a bill
 * is corrected by rows, never by their absence.
 */
export function withDays(
  bill: StoredBill,
  answered: readonly AnsweredDay[],
  fetchedAt: EpochMs,
  currency: string,
): Taken<StoredBill> {
  const setAside: SetAsideReason[] = []
  const days = new Map(bill.days)
  for (const [day, { isEstimated, groups }] of byDay(answered, setAside)) {
    const { taken: lines, setAside: aside } = linesOf(groups, currency)
    setAside.push(...aside)
    const known = days.get(day)
    const isEmptied = groups.length === 0 && known !== undefined && known.lines.length > 0
    if (isEmptied) setAside.push('emptied day')
    days.set(day, isEmptied ? { ...known, fetchedAt } : { day, isEstimated, fetchedAt, lines })
  }
  const sorted = new Map([...days].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { taken: { ...bill, days: sorted }, setAside }
}

/** Credits of the range as an answer has them, in place of those that were kept of it. */
export function withCredits(
  bill: StoredBill,
  answered: readonly AnsweredDay[],
  range: DayRange,
  currency: string,
): Taken<StoredBill> {
  const setAside: SetAsideReason[] = []
  const kept = bill.credits.filter(({ day }) => day < range.from || day >= range.to)
  for (const [day, { groups }] of byDay(answered, setAside))
    for (const { keys, cost } of groups) {
      const { amount, why } = amountOf(cost, currency, 'other currency')
      if (amount === undefined) setAside.push(why)
      else kept.push({ day, recordType: keys[0], cost: amount })
    }
  return { taken: { ...bill, credits: kept.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)) }, setAside }
}

/** The pages of an answer may cut a day in two. */
function byDay(answered: readonly AnsweredDay[], setAside: SetAsideReason[]): ReadonlyMap<string, AnsweredDay> {
  const days = new Map<string, AnsweredDay>()
  for (const part of answered) {
    if (!/^\d{4}-\d\d-\d\d$/.test(part.day)) {
      setAside.push('not a day')
      continue
    }
    const known = days.get(part.day)
    days.set(part.day, {
      day: part.day,
      isEstimated: part.isEstimated || known?.isEstimated === true,
      groups: [...(known?.groups ?? []), ...part.groups],
    })
  }
  return days
}

function linesOf(groups: readonly AnsweredGroup[], currency: string): Taken<readonly StoredLine[]> {
  const setAside: SetAsideReason[] = []
  const taken = groups.flatMap(({ keys, quantity, cost, netCost }): StoredLine[] => {
    const [usageType, operation] = keys
    const gb = amountOf(quantity, 'GB', 'other unit')
    const money = amountOf(cost, currency, 'other currency')
    if (gb.amount === undefined || money.amount === undefined) {
      setAside.push(gb.amount === undefined ? gb.why : (money.why ?? 'not a number'))
      return []
    }
    const net = netCost === undefined ? undefined : amountOf(netCost, currency, 'other currency').amount
    return [
      { usageType, operation, quantity: gb.amount, cost: money.amount, ...(net !== undefined && { netCost: net }) },
    ]
  })
  return { taken, setAside }
}

type Read =
  | { readonly amount: string; readonly why?: never }
  | { readonly amount?: never; readonly why: SetAsideReason }

/** Groups without usage say N/A for their unit. */
function amountOf({ text, unit }: { text: string; unit: string }, want: string, other: SetAsideReason): Read {
  try {
    const amount = decimalText(parseDecimal(text))
    return unit === want || (amount === '0' && unit === 'N/A') ? { amount } : { why: other }
  } catch {
    return { why: 'not a number' }
  }
}
