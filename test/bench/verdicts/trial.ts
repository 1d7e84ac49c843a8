import { epochMs } from '@weir/contract/units.ts'
import type { ShareSteps } from '../../../server/rollouts/service-traffic.ts'

export const HOUR_MS = 3_600_000
export const WEEK_HOURS = 168
/** A Monday, 00:00 UTC. */
export const MONDAY = Date.UTC(2026, 0, 5)

/** A change of a made-up Service: what was measured around it, and the change of the expected share, which nobody measured. */
export interface Trial {
  readonly before: ShareSteps
  readonly after: ShareSteps
  readonly truth: number
}

/** @param load bytes of each step in some unit; @param share which crosses. */
export function stepsOf(from: number, stepMs: number, load: Float64Array, share: Float64Array): ShareSteps {
  const bytes = load.map(value => Math.round(value * 1e9))
  return {
    from: epochMs(from),
    stepMs,
    bytes,
    crossZoneBytes: bytes.map((value, step) => Math.round(value * (share[step] ?? 0))),
    unknownBytes: new Float64Array(load.length),
    connections: new Float64Array(load.length).fill(1000),
  }
}
