import type { CostFilter } from './cost-filter.ts'

/** Half-open, whole UTC days: "2026-11-01". */
export interface DayRange {
  readonly from: string
  readonly to: string
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Absent on the last page. */
  readonly next?: string
}

/** One day of an answer that is grouped by two keys; amounts are the decimal texts that were sent. */
export interface AnsweredDay {
  readonly day: string
  readonly isEstimated: boolean
  readonly groups: readonly AnsweredGroup[]
}

export interface AnsweredGroup {
  readonly keys: readonly [string, string]
  readonly quantity: Amount
  readonly cost: Amount
  /** After discounts; absent where the account is not told. */
  readonly netCost?: Amount
}

/** A number as text, with its unit: GB, USD. */
export interface Amount {
  readonly text: string
  readonly unit: string
}

/** Cost Explorer, one request per call: each answer is charged. */
export interface BillExplorer {
  /** Names of usage types that have the text in them. */
  usageTypes(range: DayRange, search: string, token?: string): Promise<Page<string>>
  /** By day, grouped by usage type and operation. */
  usage(range: DayRange, filter: CostFilter, token?: string): Promise<Page<AnsweredDay>>
  /** By day, grouped by record type and usage type. */
  records(range: DayRange, filter: CostFilter, token?: string): Promise<Page<AnsweredDay>>
  close(): void
}

/** What became of a call that did not bring an answer. */
export const failureKinds = [
  'no credentials', // nothing was sent
  'expired', // credentials were refused
  'denied', // the right is missing
  'throttled',
  'not available', // the bill has no such data yet, or AWS failed
  'bad page', // the next page's token is no longer good
  'bad question', // a filter that AWS does not take
  'unanswered', // it broke off: it may have been charged
] as const
export type FailureKind = (typeof failureKinds)[number]

/** What became of a call, in metrics. */
export const callOutcomes = ['answered', ...failureKinds] as const
export type CallOutcome = (typeof callOutcomes)[number]

export class ExplorerFailure extends Error {
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string) {
    super(message)
    this.kind = kind
  }
}
