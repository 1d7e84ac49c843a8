import type { Price, TimeRange } from '@weir/contract/queries.ts'
import type { RoutingChange, ShareReading } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { savedPerMonth } from '../evaluate/saved.ts'
import { settledReading } from '../evaluate/settled.ts'
import type { ServiceName, ShareSteps, TrafficOfServices, TrafficSummary } from '../service-traffic.ts'
import { HOUR_MS, type Kept, type Sides, spanOf } from './ranges.ts'
import { whySettled } from './wording.ts'

/** What is to be read of a change. */
export interface Question {
  readonly change: RoutingChange
  /** Those that are read: the largest, where there are too many. */
  readonly services: readonly ServiceName[]
  readonly sides: Sides
  readonly kept: Kept
  readonly now: EpochMs
}

/** Hours after the change against the same hours of the week before it, priced. */
export async function readSettled(
  traffic: Pick<TrafficOfServices, 'steps' | 'summary'>,
  price: Price,
  question: Question,
): Promise<ShareReading> {
  const { change, services, sides, kept, now } = question
  const steps = await traffic.steps(services, spanOf(sides), HOUR_MS)
  const [before, after] = [cut(steps, sides.before), cut(steps, sides.after)]
  const was = await traffic.summary(services, sides.before)
  const is = await traffic.summary(services, sides.after)
  const judged = settledReading({ before, after, coverage: { before: seenOf(was), after: seenOf(is) } })
  const around = { change, sides, before, after, kept, now, services: change.services.length, read: services.length }
  return {
    ...judged,
    why: whySettled(judged, around),
    savedPerMonth: savedPerMonth(judged, microUsdPerByte(was, is), price.currency),
  }
}

/** The steps of a range that lie in it. */
export function cut({ from, stepMs, ...columns }: ShareSteps, range: TimeRange): ShareSteps {
  const [first, end] = [(range.from - from) / stepMs, (range.to - from) / stepMs]
  const { crossZoneBytes, bytes, unknownBytes, connections } = columns
  const part = (column: Float64Array) => column.slice(first, end)
  return {
    ...{ from: range.from, stepMs, crossZoneBytes: part(crossZoneBytes), bytes: part(bytes) },
    ...{ unknownBytes: part(unknownBytes), connections: part(connections) },
  }
}

/**
 * How much of the truth was seen, 0 to 1: what fewer nodes told, or fewer of the nodes that matter here, of what could
 * be placed. What nothing tells of is taken as whole: where only flow logs are read there is no node to hear of.
 */
export const seenOf = ({ nodesWatching, toldBySenders, zonesKnown }: TrafficSummary): number =>
  Math.min(nodesWatching ?? 1, toldBySenders ?? 1) * (zonesKnown ?? 1)

/** What a counted byte costs when it crosses: wire bytes, billed sides and price in one. Both sides, for where one has none. */
export function microUsdPerByte(...sides: readonly TrafficSummary[]): number {
  const sum = (what: 'cost' | 'crossZoneBytes') => sides.reduce((total, side) => total + side[what], 0)
  return sum('crossZoneBytes') === 0 ? 0 : sum('cost') / sum('crossZoneBytes')
}
