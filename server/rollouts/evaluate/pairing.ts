import type { ShareSteps } from '../service-traffic.ts'

/** Two sides of a comparison, step beside step; NaN in all four where either was not watched. */
export interface Paired {
  readonly before: Sums
  readonly after: Sums
  /** Steps with a value. */
  readonly pairs: number
}

export interface Sums {
  readonly crossZoneBytes: Float64Array
  readonly bytes: Float64Array
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
  const folded = { crossZoneBytes: new Float64Array(steps).fill(NaN), bytes: new Float64Array(steps).fill(NaN) }
  for (let step = 0; step < steps; step++) {
    let partners = 0
    let cross = 0
    let bytes = 0
    const first = (((step + apart) % period) + period) % period
    for (let at = first; at < long.bytes.length; at += period) {
      const value = long.bytes[at] ?? NaN
      if (Number.isNaN(value)) continue
      partners++
      bytes += value
      cross += long.crossZoneBytes[at] ?? 0
    }
    if (partners === 0) continue
    folded.crossZoneBytes[step] = cross / partners
    folded.bytes[step] = bytes / partners
  }
  const kept = { crossZoneBytes: short.crossZoneBytes.slice(), bytes: short.bytes.slice() }
  const pairs = blankUnpaired(kept, folded)
  return short === after ? { before: folded, after: kept, pairs } : { before: kept, after: folded, pairs }
}

/** Makes what is NaN in one NaN in both; returns how many are left. */
function blankUnpaired(one: Sums, other: Sums): number {
  let left = 0
  for (let step = 0; step < one.bytes.length; step++) {
    if (!Number.isNaN(one.bytes[step]) && !Number.isNaN(other.bytes[step])) {
      left++
      continue
    }
    for (const { bytes, crossZoneBytes } of [one, other]) {
      bytes[step] = NaN
      crossZoneBytes[step] = NaN
    }
  }
  return left
}
