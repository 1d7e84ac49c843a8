import type { Interval } from '@weir/contract/rollout-queries.ts'
import type { ShareSteps } from '../service-traffic.ts'
import { ofHours } from './long-run.ts'
import { pairByWeek } from './pairing.ts'
import { WEEK_HOURS } from './settled.ts'
import { compare, intervalOf, less } from './sides.ts'

/** More tell no more: the mean of so many swings little by itself. */
const MOST_OTHERS = 20

export interface BeforeAndAfter {
  readonly before: ShareSteps
  readonly after: ShareSteps
}

/**
 * The settled change less what unchanged Services did in the same hours; each of them counts alike.
 * @param subject as given to settledReading, when that found enough data.
 * @param others Services of the same cluster without a routing change in either range, the same hours, largest first; the
 *   first 20 with traffic in every range are taken.
 * @returns null where none is left to compare with.
 */
export function differenceAgainst(
  subject: BeforeAndAfter,
  others: readonly BeforeAndAfter[],
): { readonly services: number; readonly change: Interval } | null {
  const change = compare(pairByWeek(subject.before, subject.after, WEEK_HOURS))
  const unchanged = others
    .map(other => compare(pairByWeek(other.before, other.after, WEEK_HOURS)))
    .filter(other => other.pulls.length === change.pulls.length && !Number.isNaN(other.estimate))
    .slice(0, MOST_OTHERS)
  if (unchanged.length === 0 || Number.isNaN(change.estimate)) return null
  const left = unchanged.reduce((rest, other) => less(rest, other, 1 / unchanged.length), change)
  return { services: unchanged.length, change: intervalOf(left, ofHours) }
}
