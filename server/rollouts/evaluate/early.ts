import type { ShareSteps } from '../service-traffic.ts'
import { percent, points } from './figures.ts'
import { ofMinutes } from './long-run.ts'
import { firstSteps, lastSteps, pairInOrder } from './pairing.ts'
import { type Compared, compare, intervalOf, less, sideOf } from './sides.ts'
import { type Coverage, type Judged, judge, notEnough } from './verdict.ts'

const MINUTE_MS = 60_000
const LEAST_MINUTES = 30
/** Of each side: the share of fewer connections is chance. */
const LEAST_CONNECTIONS = 100
/** Where a few minutes outweigh all others, so do a few connections. */
const LEAST_EVEN_MINUTES = 15
/**
 * Bytes of old connections in the later half of the minutes since the change ÷ all bytes in as many minutes before it. What
 * lasts this long is few connections, whose zones were drawn once: nothing in the minutes tells how far they are off.
 */
const MOST_LASTING = 0.05

/** Without the day before, more would let the hour of the day pass for the change: twice as many are covered at 90 %. */
const MOST_MINUTES_ALONE = 60

/**
 * What the early reading needs of its caller.
 *
 * - Steps of one minute that begin on the minute, UTC; the minute of the change belongs to neither side.
 * - `newConnections` and `oldConnections`: the same minutes after the change (at most a day, and up to the next change);
 *   connections first seen in the Service's new routing generation, and in those before it.
 * - `before`: as many minutes up to the change, all connections.
 * - `dayEarlier`: all connections, as many minutes before and after the moment 24 hours before the change; left out where
 *   another change lies in between. Without it only the hour on either side of the change is looked at.
 * - Minutes not watched whole are NaN in all arrays; `connections` counts those first seen.
 */
export interface EarlyQuestion {
  readonly newConnections: ShareSteps
  readonly oldConnections: ShareSteps
  readonly before: ShareSteps
  readonly dayEarlier?: { readonly before: ShareSteps; readonly after: ShareSteps }
  readonly coverage: Coverage
}

/**
 * Connections opened since a change against all in as many minutes before it, less what those minutes did a day earlier.
 * Old connections that still run in the same minutes are no better measure of before: they are the few that last, and how
 * many they are is not known. Where they carry more than a little there is no verdict yet.
 * @throws RangeError when the steps are not whole minutes: a bug of the caller.
 */
export function earlyReading(question: EarlyQuestion): Judged {
  const { newConnections, oldConnections, before, dayEarlier, coverage } = question
  for (const { from, stepMs } of [newConnections, oldConnections, before])
    if (stepMs !== MINUTE_MS || from % MINUTE_MS !== 0)
      throw new RangeError(`not whole minutes: ${stepMs} ms from ${from}`)
  const whole = Math.min(newConnections.bytes.length, before.bytes.length)
  const drift = dayEarlier && driftOf(dayEarlier, whole)
  const minutes = drift === undefined ? Math.min(MOST_MINUTES_ALONE, whole) : whole
  const was = lastSteps(before, minutes)
  const is = firstSteps(newConnections, minutes)
  const compared = compare(pairInOrder(was, is))
  const sides = {
    kind: 'early',
    before: sideOf(was, compared.before, compared.pairs),
    after: sideOf(is, compared.after, compared.pairs),
  } as const
  const lack = whatLacks(compared, was, is) ?? whatLasts(firstSteps(oldConnections, minutes), was)
  if (lack !== undefined) return { ...sides, ...notEnough(lack) }
  const against = `connections opened in ${minutes} minutes against all in as many before`
  if (drift === undefined) return { ...sides, ...judge(compared, intervalOf(compared, ofMinutes), coverage, against) }
  const told = `${against}, less the ${points(drift.estimate)} points of a day earlier`
  return { ...sides, ...judge(compared, intervalOf(less(compared, drift, 1), ofMinutes), coverage, told) }
}

/** What the minutes did a day earlier; undefined where less than half of them is known. */
function driftOf(
  day: { readonly before: ShareSteps; readonly after: ShareSteps },
  minutes: number,
): Compared | undefined {
  const drift = compare(pairInOrder(lastSteps(day.before, minutes), firstSteps(day.after, minutes)))
  return Number.isNaN(drift.estimate) || drift.pairs < minutes / 2 ? undefined : drift
}

function whatLacks({ before, after, pairs }: Compared, was: ShareSteps, is: ShareSteps): string | undefined {
  if (pairs < LEAST_MINUTES)
    return `${pairs} minutes since the change that were watched, as were those before; at least ${LEAST_MINUTES} are needed`
  for (const [side, steps, when] of [
    [before, was, 'before'],
    [after, is, 'since'],
  ] as const) {
    if (side.bytes <= 0) return `no traffic of connections opened ${when} the change`
    const opened = sumOf(steps.connections)
    if (opened < LEAST_CONNECTIONS)
      return `${opened} connections opened ${when} the change, at least ${LEAST_CONNECTIONS} are needed`
    if (side.evenSteps < LEAST_EVEN_MINUTES)
      return (
        `a few minutes carry most of the traffic ${when} the change: they weigh as ${side.evenSteps.toFixed(1)} even ones, ` +
        `at least ${LEAST_EVEN_MINUTES} are needed`
      )
  }
  return undefined
}

function whatLasts(old: ShareSteps, was: ShareSteps): string | undefined {
  const half = Math.floor(old.bytes.length / 2)
  const lasting = sumOf(old.bytes.subarray(half)) / (old.bytes.length - half)
  const part = lasting / (sumOf(was.bytes) / was.bytes.length)
  if (part <= MOST_LASTING) return undefined
  return `connections opened before the change still carry ${percent(part)} of what was carried before it; they must end first`
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + value), 0)
}
