import type { TimeRange } from '@weir/contract/queries.ts'
import type { ChangeKind, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, epochMs, MINUTE_MS } from '@weir/contract/units.ts'

export const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** The longest side of a settled reading. */
export const SIDE_MS = 28 * DAY_MS
const EARLY_MS = DAY_MS
/** Changes this near are one: a field is set, and the hints follow; an annotation and a spread rule are rolled out together. */
const TOGETHER_MS = 10 * MINUTE_MS

/** What there is to read. */
export interface Kept {
  /** Up to here every minute is decided. */
  readonly sealedUntil: EpochMs
  /** From here on there are sums by the hour, and by the minute. */
  readonly hoursFrom: EpochMs
  readonly minutesFrom: EpochMs
}

/** Two half-open sides of whole steps; an empty one begins where it ends. */
export interface Sides {
  readonly before: TimeRange
  readonly after: TimeRange
  /** The other change that cut a side short. */
  readonly begunBy: RoutingChange | undefined
  readonly endedBy: RoutingChange | undefined
}

/**
 * What happens by itself, again and again: an autoscaler moves replicas, hints come and go with them. It ends the reading
 * of its own kind only, else no rollout in a busy cluster could ever be judged.
 */
const families: { readonly [kind in ChangeKind]?: 'hints' | 'replicas' | 'watch' } = {
  'hints set': 'hints',
  'hints lost': 'hints',
  'replicas per zone': 'replicas',
  'share climbed back': 'watch',
}

/** Whether two changes may have moved the same traffic. */
export function concernsSame(a: RoutingChange, b: RoutingChange): boolean {
  if (a.cluster !== b.cluster || a.id === b.id) return false
  const names = new Set(a.services.map(nameOf))
  return b.services.some(service => names.has(nameOf(service)))
}

export const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`

const isTogether = (a: RoutingChange, b: RoutingChange): boolean => Math.abs(a.at - b.at) <= TOGETHER_MS

/** Those of the changes of the same Services that end a side. */
function bounds(change: RoutingChange, others: readonly RoutingChange[]): RoutingChange[] {
  const family = families[change.kind]
  return others.filter(other => {
    const itsFamily = families[other.kind]
    return !isTogether(change, other) && (itsFamily === undefined || itsFamily === family)
  })
}

/** The change that ends what can be said of one, however much later. */
export const nextAfter = (change: RoutingChange, others: readonly RoutingChange[]): RoutingChange | undefined =>
  oldest(bounds(change, others).filter(({ at }) => at > change.at))

/**
 * Whole hours: up to 28 days a side, as much as there is, ending at the other changes of the same Services. The hour of
 * the change belongs to neither side. Changes within ten minutes of each other are read as one.
 *
 * @param others of the same Services (`concernsSame`).
 */
export const settledSides = (change: RoutingChange, others: readonly RoutingChange[], kept: Kept): Sides =>
  sidesOf(change, others, { stepMs: HOUR_MS, mostMs: SIDE_MS, from: kept.hoursFrom, to: kept.sealedUntil })

export interface EarlySides extends Sides {
  /** The same minutes a day earlier: what the hour of the day does by itself. Absent where they cannot be told. */
  readonly dayEarlier: { readonly before: TimeRange; readonly after: TimeRange } | undefined
}

/**
 * Whole minutes: a day after the change at most, and as many before it. The minute of the change belongs to neither. Sides
 * are cut to what is kept of the day before, but never below an hour for its sake.
 */
export function earlySides(change: RoutingChange, others: readonly RoutingChange[], kept: Kept): EarlySides {
  const limits = { stepMs: MINUTE_MS, mostMs: EARLY_MS, from: kept.minutesFrom, to: kept.sealedUntil }
  const sides = sidesOf(change, others, limits)
  const { before, after } = sides
  const last = newest(bounds(change, others).filter(({ at }) => at < before.to))
  const dayBefore = before.to - DAY_MS - Math.max(kept.minutesFrom, last === undefined ? 0 : last.at + MINUTE_MS)
  const whole = Math.min(after.to - after.from, before.to - before.from)
  const hasDay = dayBefore >= Math.min(whole, HOUR_MS)
  const length = hasDay ? Math.min(whole, Math.floor(dayBefore / MINUTE_MS) * MINUTE_MS) : after.to - after.from
  const cut = {
    before: { from: epochMs(Math.max(before.from, before.to - length)), to: before.to },
    after: { from: after.from, to: epochMs(after.from + length) },
  }
  const earlier = ({ from, to }: TimeRange) => ({ from: epochMs(from - DAY_MS), to: epochMs(to - DAY_MS) })
  const dayEarlier = hasDay && length > 0 ? { before: earlier(cut.before), after: earlier(cut.after) } : undefined
  return { ...sides, ...cut, dayEarlier }
}

interface Limits {
  readonly stepMs: number
  readonly mostMs: number
  readonly from: EpochMs
  readonly to: EpochMs
}

function sidesOf(change: RoutingChange, others: readonly RoutingChange[], { stepMs, mostMs, from, to }: Limits): Sides {
  const down = (at: number) => Math.floor(at / stepMs) * stepMs
  const next = (at: number) => down(at) + stepMs
  const together = [change, ...others.filter(other => isTogether(change, other))].map(({ at }) => at)
  const [first, last] = [Math.min(...together), Math.max(...together)]
  const ends = bounds(change, others)
  const begunBy = newest(ends.filter(({ at }) => at < first))
  const endedBy = oldest(ends.filter(({ at }) => at > last))
  const beforeTo = down(first)
  const beforeFrom = Math.max(beforeTo - mostMs, Math.ceil(from / stepMs) * stepMs, begunBy ? next(begunBy.at) : 0)
  const afterFrom = next(last)
  const afterTo = Math.min(afterFrom + mostMs, down(to), endedBy ? down(endedBy.at) : Number.POSITIVE_INFINITY)
  const range = (start: number, end: number) => ({ from: epochMs(start), to: epochMs(end) })
  return {
    before: range(Math.min(beforeFrom, beforeTo), beforeTo),
    after: range(afterFrom, Math.max(afterFrom, afterTo)),
    begunBy: begunBy !== undefined && beforeFrom === next(begunBy.at) ? begunBy : undefined,
    endedBy: endedBy !== undefined && afterTo === down(endedBy.at) ? endedBy : undefined,
  }
}

const newest = (changes: readonly RoutingChange[]): RoutingChange | undefined =>
  changes.reduce<RoutingChange | undefined>(
    (best, one) => (best === undefined || one.at > best.at ? one : best),
    undefined,
  )
const oldest = (changes: readonly RoutingChange[]): RoutingChange | undefined =>
  changes.reduce<RoutingChange | undefined>(
    (best, one) => (best === undefined || one.at < best.at ? one : best),
    undefined,
  )

/** Beginning of the first and end of the last step of both sides. */
export const spanOf = ({ before, after }: Sides): TimeRange => ({ from: before.from, to: after.to })
