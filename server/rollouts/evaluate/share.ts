import type { Sums } from './pairing.ts'

/** The share of a side, and by how much each step pulled it up or down. */
export interface Share {
  readonly bytes: number
  readonly crossZoneBytes: number
  /** crossZoneBytes ÷ bytes: steps count by their bytes. NaN without bytes. */
  readonly share: number
  /**
   * (crossZoneBytes − share × bytes) ÷ bytes of all steps. They add up to 0; what their expectations add up to is, to first
   * order, by how much the share is off. 0 where there is no value.
   */
  readonly pulls: Float64Array
  /** As many steps of equal bytes would weigh as evenly as these do: (Σ bytes)² ÷ Σ bytes². */
  readonly evenSteps: number
}

export function shareOf({ crossZoneBytes, bytes }: Sums): Share {
  let sum = 0
  let cross = 0
  let squares = 0
  for (let step = 0; step < bytes.length; step++) {
    const value = bytes[step] ?? NaN
    if (Number.isNaN(value)) continue
    sum += value
    squares += value * value
    cross += crossZoneBytes[step] ?? 0
  }
  const share = sum > 0 ? cross / sum : NaN
  const pulls = bytes.map((value, step) =>
    sum > 0 && !Number.isNaN(value) ? ((crossZoneBytes[step] ?? 0) - share * value) / sum : 0,
  )
  return { bytes: sum, crossZoneBytes: cross, share, pulls, evenSteps: squares > 0 ? (sum * sum) / squares : 0 }
}
