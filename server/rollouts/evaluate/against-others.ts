import type { Interval } from '@weir/contract/rollout-queries.ts'
import type { ShareSteps } from '../service-traffic.ts'
import { halfWidthOfSum } from './long-run.ts'
import { pairByWeek } from './pairing.ts'
import { compare } from './sides.ts'

const WEEK_HOURS = 168
/** More tell no more: the mean of so many already swings little by itself. */
const MOST_OTHERS = 20

export interface BeforeAndAfter {
  readonly before: ShareSteps
  readonly after: ShareSteps
}

/**
 * The settled change less what unchanged Services did in the same hours: each of them counts alike.
 * @param subject as given to settledReading, when that found enough data.
 * @param others Services of the same cluster without a routing change in either range, same hours, largest first; those
 *   without traffic on a side are passed over.
 * @returns null where none is left to compare with.
 */
export function differenceAgainst(
  subject: BeforeAndAfter,
  others: readonly BeforeAndAfter[],
): { readonly services: number; readonly change: Interval } | null {
  const { before, after, pulls, pairs } = compare(pairByWeek(subject.before, subject.after, WEEK_HOURS))
  const unchanged = others
    .map(other => compare(pairByWeek(other.before, other.after, WEEK_HOURS)))
    .filter(other => other.pulls.length === pulls.length && other.before.bytes > 0 && other.after.bytes > 0)
    .slice(0, MOST_OTHERS)
  if (unchanged.length === 0 || pairs === 0) return null
  const services = unchanged.length
  const difference = pulls.slice()
  let estimate = after.share - before.share
  for (const other of unchanged) {
    estimate -= (other.after.share - other.before.share) / services
    other.pulls.forEach((pull, step) => {
      difference[step] = (difference[step] ?? 0) - (pull * pairs) / other.pairs / services
    })
  }
  const half = halfWidthOfSum(difference) / pairs
  return { services, change: { estimate, low: Math.max(-2, estimate - half), high: Math.min(2, estimate + half) } }
}
