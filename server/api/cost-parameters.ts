import { costPolicies } from '@weir/contract/cost-queries.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { DAY_MS, monthOf, monthText, startOfDay } from '../billing/months.ts'
import type { CostGrouping } from './cost-answerer.ts'
import { choice, type Parameter, quoted } from './parameters.ts'
import type { BadParameter } from './problem.ts'
import { momentParameter } from './time-range.ts'

/** Each day is read, matched and told: two years and a day. */
const MAX_DAYS = 732
const DEFAULT_DAYS = 31

const month: Parameter<TimeRange | undefined> = {
  means: 'The month, in UTC as bills have it.',
  allowed: 'YYYY-MM (default this month)',
  parse: ([given]) => {
    if (given === undefined) return undefined
    const range = monthOf(given)
    if (range === undefined) throw new Error(`${quoted(given)} is no month`)
    return range
  },
}

/** "label:" and a Kubernetes label's key: a prefix of up to 253 characters, a slash, a name of up to 63. */
const label = /^label:([A-Za-z0-9][A-Za-z0-9._/-]{0,316})$/

const by: Parameter<CostGrouping> = {
  means: 'What a row is. label: workloads by the value of a Kubernetes label that --pod-labels keeps.',
  allowed: 'namespace, workload, label:<key> (default namespace)',
  parse: ([given = 'namespace']) => {
    if (given === 'namespace' || given === 'workload') return { kind: given }
    const key = label.exec(given)?.[1]
    if (key === undefined) throw new Error(`${quoted(given)} is none of namespace, workload, label:<key>`)
    return { kind: 'label', key }
  },
}

const format = choice('csv: as a file, RFC 4180.', ['json', 'csv'], 'json')

export const costsParameters = {
  month,
  policy: choice(
    'Who pays: initiator (opened the connection), sender (of the bytes), split (each end what AWS charges at it).',
    costPolicies,
    'initiator',
  ),
  by,
  format,
}

export const reconciliationParameters = {
  from: momentParameter('First day; the day it lies in.', `${DEFAULT_DAYS} days before to`),
  to: momentParameter('End, excluded; rounded up to whole days.', 'now'),
  format,
}

/** The month asked for, else the one that `now` lies in. */
export function monthAsked(given: TimeRange | undefined, now: EpochMs): TimeRange {
  const month = given ?? monthOf(monthText(now))
  if (month === undefined) throw new RangeError(`no month at ${now}`)
  return month
}

/** Whole UTC days, half-open. */
export function daysAsked(
  query: { readonly from: EpochMs | undefined; readonly to: EpochMs | undefined },
  now: EpochMs,
): { readonly ok: true; readonly range: TimeRange } | { readonly ok: false; readonly bad: BadParameter } {
  const end = query.to ?? now
  const to = epochMs(Math.ceil(end / DAY_MS) * DAY_MS)
  const from = startOfDay(query.from ?? epochMs(Math.max(0, to - DEFAULT_DAYS * DAY_MS)))
  const bad = (detail: string, allowed: string) => ({ ok: false, bad: { parameter: 'from', detail, allowed } }) as const
  if (from >= to) return bad('the range is empty: from is not before to', 'a moment before to')
  if (to - from > MAX_DAYS * DAY_MS) return bad('the range is too long', `at most ${MAX_DAYS} days before to`)
  return { ok: true, range: { from, to } }
}
