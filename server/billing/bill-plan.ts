import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { DayRange } from './bill-explorer.ts'
import { type CallBook, chargedOn, type QuestionKind, questionKinds, refusedOn } from './calls.ts'
import { DAY_MS, dayText, startOfDay } from './months.ts'
import type { StoredBill } from './stored-bill.ts'

export interface PlanSettings {
  readonly callsPerDay: number
  readonly refreshMs: number
}

export type Plan =
  | { readonly kind: QuestionKind; readonly range: DayRange }
  | { readonly kind: 'wait'; readonly until: EpochMs; readonly why: WaitReason }

export type WaitReason = 'everything is fresh' | 'the calls of today are used up' | 'after a failure'

const HOUR_MS = 3_600_000
/** Cost Explorer refreshes at least once every 24 hours. */
const ONCE_A_DAY_MS = 24 * HOUR_MS
const FIRST_RETRY_MS = 15 * 60_000
const LAST_RETRY_MS = 6 * HOUR_MS
/** Refused calls cost nothing, and are not sent without end either. */
const REFUSED_PER_DAY = 24
/** Cost Explorer keeps the current month and the 13 before it. */
const HISTORY_DAYS = 390

/**
 * What to ask next. The most overdue question comes first, in multiples of its own period, so that no question starves
 * where calls are few, and one that fails stands back for its own time only: without the right to ask for usage types the
 * bill is still read. `resumeFrom`: the day from which the last answer was cut off, for want of calls.
 */
export function planNext(
  bill: StoredBill,
  book: CallBook,
  { callsPerDay, refreshMs }: PlanSettings,
  now: EpochMs,
  resumeFrom?: string,
): Plan {
  const today = dayText(startOfDay(now))
  const tomorrow = epochMs(startOfDay(now) + DAY_MS)
  if (chargedOn(book, today) >= callsPerDay || refusedOn(book, today) >= REFUSED_PER_DAY)
    return { kind: 'wait', until: tomorrow, why: 'the calls of today are used up' }
  const periods = { 'usage types': ONCE_A_DAY_MS, usage: refreshMs, credits: ONCE_A_DAY_MS }
  const overdue = (kind: QuestionKind): number => {
    const at = book.answeredAt[kind]
    if (at === undefined || (kind === 'usage' && resumeFrom !== undefined)) return Number.POSITIVE_INFINITY
    return (now - at) / periods[kind]
  }
  // Sorted stably: of what was never asked, the usage types come first, for the others are asked by them.
  const ready = questionKinds.filter(kind => retryTime(book, kind) <= now)
  const [most] = ready.sort((a, b) => compare(overdue(b), overdue(a)))
  if (most !== undefined && overdue(most) >= 1) {
    const range = rangeOf(most, bill, now)
    return { kind: most, range: most === 'usage' && resumeFrom !== undefined ? { ...range, from: resumeFrom } : range }
  }
  const nextAt = questionKinds.map(kind =>
    Math.max(overdue(kind) >= 1 ? now : (book.answeredAt[kind] ?? 0) + periods[kind], retryTime(book, kind)),
  )
  const isFresh = questionKinds.every(kind => overdue(kind) < 1)
  return { kind: 'wait', until: epochMs(Math.min(...nextAt)), why: isFresh ? 'everything is fresh' : 'after a failure' }
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

function retryTime({ failed }: CallBook, kind: QuestionKind): number {
  const failures = failed[kind]
  if (failures === undefined) return 0
  return failures.at + Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures.count - 1, 10), LAST_RETRY_MS)
}

/**
 * Days that may still change, up to yesterday: of this month and the one before what is not final, and of earlier months
 * what was provisional when it was last seen.
 */
function rangeOf(kind: QuestionKind, bill: StoredBill, now: EpochMs): DayRange {
  const window = windowOf(now)
  if (kind !== 'usage') return window
  const earliest = dayText(epochMs(startOfDay(now) - HISTORY_DAYS * DAY_MS))
  const open = [...bill.days.values()].filter(({ day, isEstimated }) => isEstimated && day >= earliest)
  const missing = daysOf(window).filter(day => !bill.days.has(day))
  const [from = window.from] = [...open.map(({ day }) => day), ...missing].sort()
  return { from, to: window.to }
}

/** The month before this one, and this one up to yesterday. */
export function windowOf(now: EpochMs): DayRange {
  const at = new Date(now)
  const from = dayText(epochMs(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - 1, 1)))
  return { from, to: dayText(startOfDay(now)) }
}

function daysOf({ from, to }: DayRange): string[] {
  const days: string[] = []
  for (let day = Date.parse(from); day < Date.parse(to); day += DAY_MS) days.push(dayText(epochMs(day)))
  return days
}
