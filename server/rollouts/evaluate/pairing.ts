import { epochMs } from '@weir/contract/units.ts'
import type { ShareSteps } from '../service-traffic.ts'

/** Bytes of one side, step by step. */
export type Sums = Pick<ShareSteps, 'crossZoneBytes' | 'bytes'>

/** Two sides of a comparison, step beside step; NaN in all arrays where either was not watched. */
export interface Paired {
  readonly before: Sums
  readonly after: Sums
  /** Steps with a value. */
  readonly pairs: number
}

/**
 * Puts each step of the shorter side beside the mean of those steps of the other that lie whole periods from it. A period
 * is as many whole weeks as the shorter side needs, so no step is used twice: what the week does to both cancels.
 * @param weekSteps steps in a week, in UTC (which knows no summer time).
 */
export function pairByWeek(before: ShareSteps, after: ShareSteps, weekSteps: number): Paired {
  const short = after.bytes.length <= before.bytes.length ? after : before
  const long = short === after ? before : after
  const steps = short.bytes.length
  const period = Math.max(1, Math.ceil(steps / weekSteps)) * weekSteps
  const apart = Math.round((short.from - long.from) / short.stepMs)
  const fold = (values: Float64Array) => {
    const means = new Float64Array(steps)
    for (let step = 0; step < steps; step++) means[step] = meanOfEvery(values, period, step + apart)
    return means
  }
  const folded = { crossZoneBytes: fold(long.crossZoneBytes), bytes: fold(long.bytes) }
  return short === after ? paired(folded, after) : paired(before, folded)
}

/** The mean of the values that lie whole periods from a place and are no NaN; NaN where there are none. */
function meanOfEvery(values: Float64Array, period: number, place: number): number {
  let sum = 0
  let count = 0
  for (let at = ((place % period) + period) % period; at < values.length; at += period) {
    const value = values[at] ?? NaN
    if (Number.isNaN(value)) continue
    sum += value
    count++
  }
  return sum / count
}

/** Puts steps of two sides of one length beside each other as they come. */
export const pairInOrder = (before: ShareSteps, after: ShareSteps): Paired => paired(before, after)

function paired(before: Sums, after: Sums): Paired {
  const watched = before.bytes.map((bytes, step) => Number(!Number.isNaN(bytes + (after.bytes[step] ?? NaN))))
  const only = (values: Float64Array) => values.map((value, step) => (watched[step] === 1 ? value : NaN))
  const kept = ({ crossZoneBytes, bytes }: Sums) => ({ crossZoneBytes: only(crossZoneBytes), bytes: only(bytes) })
  return { before: kept(before), after: kept(after), pairs: watched.reduce((sum, one) => sum + one, 0) }
}

export const firstSteps = (steps: ShareSteps, count: number): ShareSteps => part(steps, 0, count)
export const lastSteps = (steps: ShareSteps, count: number): ShareSteps =>
  part(steps, Math.max(0, steps.bytes.length - count), steps.bytes.length)

function part(steps: ShareSteps, from: number, to: number): ShareSteps {
  return {
    from: epochMs(steps.from + from * steps.stepMs),
    stepMs: steps.stepMs,
    crossZoneBytes: steps.crossZoneBytes.subarray(from, to),
    bytes: steps.bytes.subarray(from, to),
    unknownBytes: steps.unknownBytes.subarray(from, to),
    connections: steps.connections.subarray(from, to),
  }
}
