import type { ShareSteps } from '../service-traffic.ts'
import { pairByWeek } from './pairing.ts'
import { type Compared, changeOf, compare, sideOf } from './sides.ts'
import { type Coverage, type Judged, judge, notEnough } from './verdict.ts'

const HOUR_MS = 3_600_000
const WEEK_HOURS = 168
/** Fewer hours hold no more than a few independent moments of a service whose swings last half a day. */
export const LEAST_HOURS = 72
/** Where one hour outweighs all others, the share is that hour's. */
const LEAST_EVEN_HOURS = 12

/**
 * What the settled reading needs of its caller.
 *
 * - Steps of one hour that begin on the hour, UTC. The hour of the change belongs to neither side.
 * - `before` reaches back at least a week further than `after` is long (28 days are best), and no further than the last
 *   other change of the same Service; `after` ends where the next one begins. So two changes an hour apart leave an hour
 *   between them, which is not enough.
 * - Steps that were not watched whole are NaN in both arrays, also those still to come; hours without traffic are 0.
 */
export interface SettledQuestion {
  readonly before: ShareSteps
  readonly after: ShareSteps
  readonly coverage: Coverage
}

/**
 * Hours after a change against the same hours of the week before it. Shares and figures of the answer's sides are of the
 * hours that have a partner on the other side.
 * @throws RangeError when the steps are not whole hours: a bug of the caller.
 */
export function settledReading({ before, after, coverage }: SettledQuestion): Judged {
  for (const { from, stepMs } of [before, after])
    if (stepMs !== HOUR_MS || from % HOUR_MS !== 0) throw new RangeError(`not whole hours: ${stepMs} ms from ${from}`)
  const compared = compare(pairByWeek(before, after, WEEK_HOURS))
  const sides = {
    kind: 'settled' as const,
    before: sideOf(before, compared.before, compared.pairs),
    after: sideOf(after, compared.after, compared.pairs),
  }
  const lack = whatLacks(compared)
  if (lack !== undefined) return { ...sides, ...notEnough(lack), change: null }
  const change = changeOf(compared)
  const judgement = judge({
    before: compared.before.share,
    after: compared.after.share,
    change,
    coverage,
    compared: `${compared.pairs} hours with the same hours of the week`,
  })
  return { ...sides, ...judgement, change }
}

function whatLacks({ before, after, pairs }: Compared): string | undefined {
  if (pairs < LEAST_HOURS)
    return `${pairs} hours after the change have the same hour of the week before it; at least ${LEAST_HOURS} are needed`
  for (const [side, when] of [
    [before, 'before'],
    [after, 'after'],
  ] as const) {
    if (side.bytes <= 0) return `no traffic ${when} the change`
    if (side.evenSteps < LEAST_EVEN_HOURS)
      return `a few hours carry most of the traffic ${when} the change: it weighs as ${side.evenSteps.toFixed(0)} even hours, at least ${LEAST_EVEN_HOURS} are needed`
  }
  return undefined
}
