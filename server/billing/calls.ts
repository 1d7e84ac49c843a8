import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { DAY_MS, dayText, startOfDay } from './months.ts'

/** aws.amazon.com/aws-cost-management/pricing, read 2026-11: every answered request, each page of an answer too. */
export const MICRO_USD_PER_CALL = 10_000

/** What became of a call. answered: charged. unanswered: may be charged, counted as if. refused: not charged. */
export const callResults = ['answered', 'unanswered', 'refused'] as const
export type CallResult = (typeof callResults)[number]

/** Calls of one UTC day. */
export interface CallDay {
  readonly day: string
  readonly answered: number
  readonly unanswered: number
  readonly refused: number
}

/** What is being asked, each with a time of its own. */
export const questionKinds = ['usage types', 'usage', 'credits'] as const
export type QuestionKind = (typeof questionKinds)[number]

/** What was spent and asked. It is on the disk before a call is sent: a process that dies again and again cannot spend. */
export interface CallBook {
  readonly days: readonly CallDay[]
  /** When each question was last answered in full. */
  readonly answeredAt: { readonly [kind in QuestionKind]?: EpochMs }
  /** Failures of each question since its last answer. */
  readonly failed: { readonly [kind in QuestionKind]?: Failures }
}

export interface Failures {
  readonly count: number
  /** The last one's call began then. */
  readonly at: EpochMs
}

export const emptyBook: CallBook = { days: [], answeredAt: {}, failed: {} }

/** Days that are kept: a year and a month, for what Weir itself costs. */
const KEPT_DAYS = 400

/** A call that goes out now. It counts as unanswered until it is answered. */
export const callBegins = (book: CallBook, now: EpochMs): CallBook => counted(book, now, { unanswered: 1 })

/** The call that began last is over. @param now when it began */
export function callEnded(book: CallBook, kind: QuestionKind, now: EpochMs, result: CallResult): CallBook {
  const moved = counted(book, now, result === 'unanswered' ? {} : { unanswered: -1, [result]: 1 })
  if (result !== 'answered') return withFailure(moved, kind, now)
  const { [kind]: _answered, ...failed } = moved.failed
  return { ...moved, failed }
}

/** Nothing was sent: there are no credentials. */
export const callWithdrawn = (book: CallBook, kind: QuestionKind, now: EpochMs): CallBook =>
  withFailure(counted(book, now, { unanswered: -1 }), kind, now)

const withFailure = (book: CallBook, kind: QuestionKind, at: EpochMs): CallBook => ({
  ...book,
  failed: { ...book.failed, [kind]: { count: (book.failed[kind]?.count ?? 0) + 1, at } },
})

export const questionAnswered = (book: CallBook, kind: QuestionKind, now: EpochMs): CallBook => ({
  ...book,
  answeredAt: { ...book.answeredAt, [kind]: now },
})

/** After damage to the file nobody knows what was spent today: everything. */
export const spentBook = (now: EpochMs, calls: number): CallBook => counted(emptyBook, now, { unanswered: calls })

/** Calls of that UTC day that are charged, or may be. */
export function chargedOn(book: CallBook, day: string): number {
  const found = book.days.find(one => one.day === day)
  return found === undefined ? 0 : found.answered + found.unanswered
}

export const refusedOn = (book: CallBook, day: string): number => book.days.find(one => one.day === day)?.refused ?? 0

/** Charged calls of the UTC days that overlap [from, to). */
export const chargedBetween = ({ days }: CallBook, from: EpochMs, to: EpochMs): number =>
  days
    .filter(({ day }) => {
      const start = Date.parse(day)
      return start + DAY_MS > from && start < to
    })
    .reduce((sum, { answered, unanswered }) => sum + answered + unanswered, 0)

function counted(book: CallBook, at: EpochMs, more: { readonly [result in CallResult]?: number }): CallBook {
  const day = dayText(startOfDay(at))
  const known = book.days.find(one => one.day === day) ?? { day, answered: 0, unanswered: 0, refused: 0 }
  const changed = {
    day,
    answered: known.answered + (more.answered ?? 0),
    unanswered: known.unanswered + (more.unanswered ?? 0),
    refused: known.refused + (more.refused ?? 0),
  }
  const oldest = dayText(epochMs(at - KEPT_DAYS * DAY_MS))
  const others = book.days.filter(one => one.day !== day && one.day >= oldest)
  return { ...book, days: [...others, changed].sort((a, b) => (a.day < b.day ? -1 : 1)) }
}
