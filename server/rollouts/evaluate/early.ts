import type { ShareSteps } from '../service-traffic.ts'
import type { Paired } from './pairing.ts'
import { type Compared, changeOf, compare, sideOf } from './sides.ts'
import { type Coverage, type Judged, judge, notEnough } from './verdict.ts'

const MINUTE_MS = 60_000
const LEAST_MINUTES = 30
const LEAST_CONNECTIONS = 100
const LEAST_EVEN_MINUTES = 10

/**
 * What the early reading needs of its caller.
 *
 * - Steps of one minute that begin on the minute, UTC; the minute of the change belongs to neither side.
 * - `newConnections` and `oldConnections`: the same minutes after the change, at most a day and up to the next change;
 *   connections first seen in the Service's new routing generation, and in those before it.
 * - `before`: as many minutes up to the change, all connections.
 * - Minutes not watched whole are NaN in all arrays.
 */
export interface EarlyQuestion {
  readonly newConnections: ShareSteps
  readonly oldConnections: ShareSteps
  readonly before: ShareSteps
  readonly coverage: Coverage
}

/**
 * Connections of the new routing generation against those of the old: in the same minutes where enough of the old still
 * carry traffic (the hour of the day is then the same for both), else against as many minutes before the change.
 * @throws RangeError when the steps are not whole minutes, or old and new not the same ones: a bug of the caller.
 */
export function earlyReading({ newConnections, oldConnections, before, coverage }: EarlyQuestion): Judged {
  for (const { from, stepMs } of [newConnections, oldConnections, before])
    if (stepMs !== MINUTE_MS || from % MINUTE_MS !== 0)
      throw new RangeError(`not whole minutes: ${stepMs} ms from ${from}`)
  if (oldConnections.from !== newConnections.from || oldConnections.bytes.length !== newConnections.bytes.length)
    throw new RangeError('connections of the old and the new generation are not of the same minutes')
  const concurrent = compare(beside(oldConnections, newConnections))
  const whole = whatLacks(concurrent, oldConnections, newConnections) === undefined
  const against = whole ? oldConnections : before
  const compared = whole ? concurrent : compare(beside(before, newConnections))
  const sides = {
    kind: 'early' as const,
    before: sideOf(against, compared.before, compared.pairs),
    after: sideOf(newConnections, compared.after, compared.pairs),
  }
  const lack = whatLacks(compared, against, newConnections)
  if (lack !== undefined) return { ...sides, ...notEnough(lack), change: null }
  const change = changeOf(compared)
  const judgement = judge({
    before: compared.before.share,
    after: compared.after.share,
    change,
    coverage,
    compared: whole
      ? `connections opened since against older ones in the same ${compared.pairs} minutes`
      : `connections opened since against the ${compared.pairs} minutes before`,
  })
  return { ...sides, ...judgement, change }
}

function beside(before: ShareSteps, after: ShareSteps): Paired {
  const steps = Math.min(before.bytes.length, after.bytes.length)
  const cut = ({ crossZoneBytes, bytes }: ShareSteps, from: number) => ({
    crossZoneBytes: crossZoneBytes.slice(from, from + steps),
    bytes: bytes.slice(from, from + steps),
  })
  const one = cut(before, before.bytes.length - steps)
  const other = cut(after, 0)
  let pairs = 0
  for (let step = 0; step < steps; step++) {
    if (!Number.isNaN(one.bytes[step]) && !Number.isNaN(other.bytes[step])) pairs++
    else for (const side of [one, other]) side.bytes[step] = side.crossZoneBytes[step] = NaN
  }
  return { before: one, after: other, pairs }
}

const opened = ({ connections }: ShareSteps) =>
  connections.reduce((sum, count) => sum + (Number.isNaN(count) ? 0 : count), 0)

function whatLacks(compared: Compared, old: ShareSteps, fresh: ShareSteps): string | undefined {
  if (compared.pairs < LEAST_MINUTES)
    return `${compared.pairs} minutes since the change; at least ${LEAST_MINUTES} are needed`
  for (const [side, given, when] of [
    [compared.before, old, 'before'],
    [compared.after, fresh, 'since'],
  ] as const) {
    if (side.bytes <= 0) return `no traffic of connections opened ${when} the change`
    if (opened(given) < LEAST_CONNECTIONS)
      return `${opened(given)} connections opened ${when} the change; at least ${LEAST_CONNECTIONS} are needed`
    if (side.evenSteps < LEAST_EVEN_MINUTES)
      return `a few minutes carry most of the traffic of connections opened ${when} the change`
  }
  return undefined
}
