import type { Interval, ShareReading, Verdict } from '@weir/contract/rollout-queries.ts'

/** A reading before anybody has asked what it is worth. */
export type Judged = Omit<ShareReading, 'savedPerMonth'>

/**
 * Of the truth, how much each side saw, 0 to 1: minutes in which the nodes' agents reported ÷ minutes of all nodes.
 * Told apart from steps that are NaN, which the comparison leaves out on both sides.
 */
export interface Coverage {
  readonly before: number
  readonly after: number
}

/**
 * A smaller change is none: a share moves by this much when a replica or a client moves, without anybody touching the
 * routing, and coverage is no better known.
 */
export const LEAST_CHANGE = 0.02

/** Above this difference of coverage the sides are two different clusters, whatever the figures say. */
const MOST_UNEVEN_COVERAGE = 0.2

const percent = (part: number) => `${(part * 100).toFixed(1)} %`
const points = (change: number) => `${change > 0 ? '+' : change < 0 ? '−' : ''}${Math.abs(change * 100).toFixed(1)}`

export interface Judgement {
  readonly verdict: Verdict
  readonly why: string
}

export interface Found {
  readonly before: number
  readonly after: number
  readonly change: Interval
  readonly coverage: Coverage
  /** What was compared with what: "168 hours with the same hours of the week before". */
  readonly compared: string
}

/**
 * What the unseen part could do: if coverage differs by g, what only one side saw can have moved the share by up to g. So
 * where g is above the least change, the verdict must hold for the interval widened by g, else it is of the coverage.
 */
export function judge({ before, after, change, coverage, compared }: Found): Judgement {
  const uneven = Math.abs(coverage.after - coverage.before)
  const word = wordFor(change, 0)
  const figures =
    `${percent(before)} before, ${percent(after)} after: ${points(change.estimate)} points, ` +
    `95 % between ${points(change.low)} and ${points(change.high)}; ${compared}`
  if (uneven > LEAST_CHANGE) {
    const seen = `agents saw ${percent(coverage.before)} of the time before and ${percent(coverage.after)} after`
    if (uneven > MOST_UNEVEN_COVERAGE || word === 'no clear change' || wordFor(change, uneven) !== word)
      return { verdict: 'coverage changed', why: `${seen}, which may be all that changed (${figures})` }
    return { verdict: word, why: `${figures}. It holds although ${seen}` }
  }
  return { verdict: word, why: figures }
}

function wordFor({ estimate, low, high }: Interval, uneven: number): 'reduced' | 'no clear change' | 'increased' {
  if (high + uneven < 0 && estimate <= -LEAST_CHANGE) return 'reduced'
  if (low - uneven > 0 && estimate >= LEAST_CHANGE) return 'increased'
  return 'no clear change'
}

export const notEnough = (why: string): Judgement => ({ verdict: 'not enough data', why })
