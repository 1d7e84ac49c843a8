import { type LiveView, liveSpans, liveViews, type Subscription } from '@weir/contract/live-wire.ts'
import { pairGroups, pairSorts } from '@weir/contract/queries.ts'
import { checkFilter } from '../api/filter-parameters.ts'
import { quoted } from '../api/parameters.ts'

/** A subscription whose every field is set. */
export type CheckedSubscription = Required<Subscription>

export type SubscriptionResult =
  | { readonly ok: true; readonly subscription: CheckedSubscription }
  | { readonly ok: false; readonly view: string; readonly detail: string }

/** zones and totals have no rows to limit: whatever a row limit says is of no effect there. */
const MOST_ROWS: { readonly [view in LiveView]: number } = { pairs: 500, flows: 200, zones: 500, totals: 500 }
const fields = ['view', 'span', 'filter', 'group', 'sort', 'limit']

/** Reads what a browser sent: anything. */
export function checkSubscription(value: unknown): SubscriptionResult {
  if (typeof value !== 'object' || value === null) return { ok: false, view: '', detail: 'a subscription is an object' }
  const given: { readonly [field: string]: unknown } = { ...value }
  try {
    const view = oneOf('view', given.view, liveViews)
    const unknown = Object.keys(given).find(field => !fields.includes(field))
    if (unknown !== undefined) throw new Error(`there is no field ${quoted(unknown)}: ${fields.join(', ')}`)
    const subscription = {
      view,
      span: oneOf('span', given.span, liveSpans),
      filter: given.filter === undefined ? {} : checkFilter(given.filter),
      group: oneOf('group', given.group ?? 'service', pairGroups),
      sort: oneOf('sort', given.sort ?? 'crossZoneBytes', pairSorts),
      limit: limitOf(given.limit ?? 100, MOST_ROWS[view]),
    }
    return { ok: true, subscription }
  } catch (error) {
    const view = typeof given.view === 'string' ? given.view.slice(0, 20) : ''
    return { ok: false, view, detail: error instanceof Error ? error.message : String(error) }
  }
}

function oneOf<const T extends string | number>(field: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find(one => one === value)
  if (found === undefined) throw new Error(`${field} is none of ${allowed.join(', ')}`)
  return found
}

function limitOf(value: unknown, most: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > most)
    throw new Error(`limit is no whole number from 1 to ${most}`)
  return value
}
