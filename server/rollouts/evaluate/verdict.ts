import type { Interval, ShareReading, Verdict } from '@weir/contract/rollout-queries.ts'
import { percent, points } from './figures.ts'
import type { Compared } from './sides.ts'

/** A reading before anybody has asked what it is worth. */
export type Judged = Omit<ShareReading, 'savedPerMonth'>

/**
 * How much of the truth each side saw, 0 to 1: the part of the time that its agents watched × the part of the bytes whose
 * zones are known.
 */
export interface Coverage {
  readonly before: number
  readonly after: number
}

/**
 * A smaller change is none: a share moves by this much when a replica or a client moves, without anybody touching the
 * routing, and coverage is rarely known better.
 */
export const LEAST_CHANGE = 0.02

/** Where coverage differs by more, the sides are two different clusters, whatever the figures say. */
const MOST_UNEVEN_COVERAGE = 0.2

/** A wider interval (on one side) could not tell a good change from none: it says only that the data do not suffice. */
const MOST_UNSURE = 0.3

/**
 * The word and the sentence for a change whose interval is known.
 *
 * What only one side saw can have moved the share by up to as much as coverage differs. Above the least change, the word
 * must therefore hold for the interval widened by that difference; else it is the coverage that changed.
 * @param compared what with what: "168 hours with the same hours of the week before".
 */
export function judge(
  { before, after }: Compared,
  change: Interval,
  coverage: Coverage,
  compared: string,
): Pick<Judged, 'verdict' | 'why' | 'change'> {
  const figures =
    `${percent(before.share)} before, ${percent(after.share)} after: ${points(change.estimate)} points, ` +
    `95 % between ${points(change.low)} and ${points(change.high)}; ${compared}`
  if ((change.high - change.low) / 2 > MOST_UNSURE)
    return { ...notEnough(`the share swings too slowly to be told in this time (${figures})`) }
  const verdict = wordFor(change, 0)
  const uneven = Math.abs(coverage.after - coverage.before)
  if (uneven <= LEAST_CHANGE) return { verdict, why: figures, change }
  const seen = `agents saw ${percent(coverage.before)} of the traffic before and ${percent(coverage.after)} after`
  if (uneven <= MOST_UNEVEN_COVERAGE && verdict !== 'no clear change' && wordFor(change, uneven) === verdict)
    return { verdict, why: `${figures}. It holds although ${seen}`, change }
  return { verdict: 'coverage changed', why: `${seen}, which may be all that changed (${figures})`, change }
}

function wordFor({ estimate, low, high }: Interval, uneven: number): Verdict {
  if (high + uneven < 0 && estimate <= -LEAST_CHANGE) return 'reduced'
  if (low - uneven > 0 && estimate >= LEAST_CHANGE) return 'increased'
  return 'no clear change'
}

export const notEnough = (why: string) => ({ verdict: 'not enough data', why, change: null }) as const
