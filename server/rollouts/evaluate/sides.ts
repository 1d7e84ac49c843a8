import type { Interval, ShareSide } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { ShareSteps } from '../service-traffic.ts'
import { halfWidthOfSum, type Memory, ofHours } from './long-run.ts'
import type { Paired } from './pairing.ts'
import { type Share, shareOf } from './share.ts'

/** Both sides of a comparison and what lies between them. */
export interface Compared {
  readonly before: Share
  readonly after: Share
  /** Steps with a value on both sides. */
  readonly pairs: number
  /** share after − share before. */
  readonly estimate: number
  /** Pulls after less pulls before, step by step. */
  readonly pulls: Float64Array
}

export function compare({ before, after, pairs }: Paired): Compared {
  const was = shareOf(before)
  const is = shareOf(after)
  const pulls = is.pulls.map((pull, step) => pull - (was.pulls[step] ?? 0))
  return { before: was, after: is, pairs, estimate: is.share - was.share, pulls }
}

/** What is left of a change when `part` of another one, of the same steps, is taken off it. */
export function less(change: Compared, other: Compared, part: number): Compared {
  return {
    ...change,
    estimate: change.estimate - part * other.estimate,
    pulls: change.pulls.map((pull, step) => pull - part * (other.pulls[step] ?? 0)),
  }
}

/**
 * Steps that never differ tell nothing of how far the next may be off: then no more is claimed than that a step unlike
 * them all is rarer than 3 in so many (the rule of three: 0.05^(1/n) ≈ 1 − 3 ÷ n).
 */
const unvaried = ({ pulls }: Share, pairs: number) => (pulls.some(pull => Math.abs(pull) > 1e-12) ? 0 : 3 / pairs)

/** The change with its 95 % interval, within −1 and 1. */
export function intervalOf({ before, after, pairs, estimate, pulls }: Compared, memory: Memory): Interval {
  const half = halfWidthOfSum(pulls, memory) + Math.max(unvaried(before, pairs), unvaried(after, pairs))
  return { estimate, low: Math.max(-1, estimate - half), high: Math.min(1, estimate + half) }
}

/** With fewer there is no telling how alike neighbours are. */
const LEAST_PAIRS = 24

/**
 * A side as it is shown: of the steps that were compared, within the range that was given.
 * @param pairs steps with a value.
 */
export function sideOf(given: ShareSteps, share: Share, pairs: number): ShareSide {
  const stepsInRange = given.bytes.length
  return {
    range: { from: given.from, to: epochMs(given.from + stepsInRange * given.stepMs) },
    bytes: share.bytes,
    crossZoneBytes: share.crossZoneBytes,
    share: share.bytes > 0 ? share.share : null,
    interval: share.bytes > 0 && pairs >= LEAST_PAIRS ? ownInterval(share, pairs) : null,
    steps: pairs,
    stepsInRange,
  }
}

/** Nothing cancels in a side alone: its day and its week are in it, so memory may be long whatever the step. */
function ownInterval(share: Share, pairs: number): Interval {
  const half = halfWidthOfSum(share.pulls, ofHours) + unvaried(share, pairs)
  return { estimate: share.share, low: Math.max(0, share.share - half), high: Math.min(1, share.share + half) }
}
