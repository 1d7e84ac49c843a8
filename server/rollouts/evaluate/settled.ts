import type { ShareSteps } from '../service-traffic.ts'
import { ofHours } from './long-run.ts'
import { pairByWeek } from './pairing.ts'
import { type Compared, compare, intervalOf, sideOf } from './sides.ts'
import { type Coverage, type Judged, judge, notEnough } from './verdict.ts'

const HOUR_MS = 3_600_000
export const WEEK_HOURS = 168
/** Fewer hours hold no more than a few independent moments of a Service whose swings last half a day. */
const LEAST_HOURS = 72
/** Where a few hours outweigh all others, the share is theirs. */
const LEAST_EVEN_HOURS = 12

/**
 * What the settled reading needs of its caller.
 *
 * - Steps of one hour that begin on the hour, UTC. The hour of the change belongs to neither side.
 * - `before` reaches back at least a week further than `after` is long (28 days are best), and no further than the last
 *   other change of the same Service; `after` ends where the next one begins. So two changes an hour apart leave an hour
 *   between them, which is not enough, and a Service whose routing flaps gets no verdict until it stops.
 * - Steps that were not watched whole are NaN in both arrays, also those still to come; hours without traffic are 0.
 */
export interface SettledQuestion {
  readonly before: ShareSteps
  readonly after: ShareSteps
  readonly coverage: Coverage
}

/**
 * Hours after a change against the same hours of the week before it. The answer's sides are of the hours that have a
 * partner on the other side; where that is several weeks long, its hours are means over the weeks.
 * @throws RangeError when the steps are not whole hours: a bug of the caller.
 */
export function settledReading({ before, after, coverage }: SettledQuestion): Judged {
  for (const { from, stepMs } of [before, after])
    if (stepMs !== HOUR_MS || from % HOUR_MS !== 0) throw new RangeError(`not whole hours: ${stepMs} ms from ${from}`)
  const compared = compare(pairByWeek(before, after, WEEK_HOURS))
  const sides = {
    kind: 'settled',
    before: sideOf(before, compared.before, compared.pairs),
    after: sideOf(after, compared.after, compared.pairs),
  } as const
  const lack = whatLacks(compared)
  if (lack !== undefined) return { ...sides, ...notEnough(lack) }
  const hours = `${compared.pairs} hours with the same hours of the week before the change`
  return { ...sides, ...judge(compared, intervalOf(compared, ofHours), coverage, hours) }
}

function whatLacks({ before, after, pairs }: Compared): string | undefined {
  if (pairs < LEAST_HOURS)
    return `${pairs} hours after the change have the same hour of the week before it, at least ${LEAST_HOURS} are needed`
  for (const [side, when] of [
    [before, 'before'],
    [after, 'after'],
  ] as const) {
    if (side.bytes <= 0) return `no traffic ${when} the change`
    if (side.evenSteps < LEAST_EVEN_HOURS)
      return (
        `a few hours carry most of the traffic ${when} the change: they weigh as ${side.evenSteps.toFixed(1)} even ones, ` +
        `at least ${LEAST_EVEN_HOURS} are needed`
      )
  }
  return undefined
}
