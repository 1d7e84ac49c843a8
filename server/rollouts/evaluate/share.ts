import type { Sums } from './pairing.ts'

/** The share of a side, and by how much each step pulled it up or down. */
export interface Share {
  readonly bytes: number
  readonly crossZoneBytes: number
  /** crossZoneBytes ÷ bytes: steps count by their bytes. NaN without bytes. */
  readonly share: number
  /**
   * (crossZoneBytes − share × bytes) ÷ mean bytes of a step: the mean of these is by how much the share is off, to first
   * order. They add up to 0; 0 where there is no value.
   */
  readonly pulls: Float64Array
  /** As many steps of equal bytes would weigh as evenly as these do: (Σ bytes)² ÷ Σ bytes². */
  readonly evenSteps: number
}

export function shareOf({ crossZoneBytes, bytes }: Sums): Share {
  let sum = 0
  let cross = 0
  let squares = 0
  let steps = 0
  for (let step = 0; step < bytes.length; step++) {
    const value = bytes[step] ?? NaN
    if (Number.isNaN(value)) continue
    steps++
    sum += value
    squares += value * value
    cross += crossZoneBytes[step] ?? 0
  }
  const share = sum > 0 ? cross / sum : NaN
  const pulls = new Float64Array(bytes.length)
  if (sum > 0) {
    for (let step = 0; step < bytes.length; step++) {
      const value = bytes[step] ?? NaN
      if (!Number.isNaN(value)) pulls[step] = (((crossZoneBytes[step] ?? 0) - share * value) * steps) / sum
    }
  }
  return { bytes: sum, crossZoneBytes: cross, share, pulls, evenSteps: squares > 0 ? (sum * sum) / squares : 0 }
}
