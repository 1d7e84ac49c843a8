import type { Interval, ShareSide } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { ShareSteps } from '../service-traffic.ts'
import { halfWidthOfSum } from './long-run.ts'
import type { Paired } from './pairing.ts'
import { type Share, shareOf } from './share.ts'

/** Both sides of a comparison and what lies between them. */
export interface Compared {
  readonly before: Share
  readonly after: Share
  readonly pairs: number
  /** Pulls after less pulls before, step by step. */
  readonly pulls: Float64Array
}

export function compare(paired: Paired): Compared {
  const before = shareOf(paired.before)
  const after = shareOf(paired.after)
  return {
    before,
    after,
    pairs: paired.pairs,
    pulls: after.pulls.map((pull, step) => pull - (before.pulls[step] ?? 0)),
  }
}

/**
 * Steps that never differ tell nothing of how far the next may be off: then no more is claimed than that a step unlike
 * them all is rarer than 3 in so many (the rule of three: 0.05^(1/n) ≈ 1 − 3 ÷ n).
 */
const unvaried = (pulls: Float64Array, pairs: number) => (pulls.some(pull => Math.abs(pull) > 1e-9) ? 0 : 3 / pairs)

/** after − before with its interval, within −1 and 1. */
export function changeOf({ before, after, pairs, pulls }: Compared): Interval {
  const estimate = after.share - before.share
  const half = halfWidthOfSum(pulls) / pairs + Math.max(unvaried(before.pulls, pairs), unvaried(after.pulls, pairs))
  return { estimate, low: Math.max(-1, estimate - half), high: Math.min(1, estimate + half) }
}

/** A side as it is shown: of the steps that were compared, within the range that was given. */
export function sideOf(given: ShareSteps, share: Share, pairs: number): ShareSide {
  const stepsInRange = given.bytes.length
  const half = pairs > 0 ? halfWidthOfSum(share.pulls) / pairs + unvaried(share.pulls, pairs) : NaN
  const known = share.bytes > 0
  return {
    range: { from: given.from, to: epochMs(given.from + stepsInRange * given.stepMs) },
    bytes: share.bytes,
    crossZoneBytes: share.crossZoneBytes,
    share: known ? share.share : null,
    interval: known
      ? { estimate: share.share, low: Math.max(0, share.share - half), high: Math.min(1, share.share + half) }
      : null,
    steps: pairs,
    stepsInRange,
  }
}
