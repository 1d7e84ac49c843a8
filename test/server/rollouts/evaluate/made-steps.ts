import { epochMs } from '@weir/contract/units.ts'
import type { ShareSteps } from '../../../../server/rollouts/service-traffic.ts'
import { random } from '../../../random.ts'

export const HOUR = 3_600_000
export const MINUTE = 60_000
export const DAY = 24 * HOUR
/** A Wednesday, 10:00 UTC: the change of these tests. */
export const CHANGE = Date.UTC(2026, 2, 25, 10)
export const seen = { before: 1, after: 1 }

/** What one step carried; undefined: nobody watched. */
export type Step = { readonly bytes: number; readonly share: number } | undefined

export function steps(
  stepMs: number,
  from: number,
  count: number,
  step: (at: number, index: number) => Step,
): ShareSteps {
  const all = Array.from({ length: count }, (_, i) => step(from + i * stepMs, i))
  const column = (value: (step: NonNullable<Step>) => number) =>
    Float64Array.from(all, one => (one === undefined ? NaN : value(one)))
  return {
    from: epochMs(from),
    stepMs,
    bytes: column(({ bytes }) => bytes),
    crossZoneBytes: column(({ bytes, share }) => bytes * share),
    unknownBytes: column(() => 0),
    connections: column(() => 50),
  }
}

/** Hours up to the change and from it on; the share is given for either side, and swings a little, by the seed. */
export function hours(
  before: { hours: number; share: number },
  after: { hours: number; share: number },
  step: (usual: NonNullable<Step>, at: number) => Step = usual => usual,
  seed = 7,
) {
  const draw = random(seed)
  const usual = (share: number) => (at: number) =>
    step({ bytes: 1e9 * (1 + 0.5 * draw()), share: share + 0.06 * (draw() - 0.5) }, at)
  return {
    before: steps(HOUR, CHANGE - before.hours * HOUR, before.hours, usual(before.share)),
    after: steps(HOUR, CHANGE, after.hours, usual(after.share)),
  }
}
