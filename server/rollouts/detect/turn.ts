import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Aspect } from './aspects.ts'

/** So many changes of one aspect of one subject in a day are told as they come … */
export const AT_ONCE = 6
const DAY_MS = 24 * 3_600_000
/** … and more of them only when they have stood so long: what flaps is told once it holds still, with a count. */
export const CALM_MS = 3_600_000

/** What is remembered of an aspect that has moved lately. */
export interface Turn {
  /** It differs from what was told, since then, and has not been told yet. */
  readonly departed: { readonly text: string; readonly since: EpochMs } | undefined
  /** Turns that were not told, each as long as the aspect has to settle. */
  readonly untold: number
  /** When changes were told, within a day. */
  readonly toldAt: readonly EpochMs[]
}

export interface Telling {
  readonly after: string
  /** Since when it has been so. */
  readonly at: EpochMs
  readonly times: number
}

export const still: Turn = { departed: undefined, untold: 0, toldAt: [] }

/** Whether nothing need be remembered any more. */
export const isStill = ({ departed, untold, toldAt }: Turn): boolean =>
  departed === undefined && untold === 0 && toldAt.length === 0

/** One look at an aspect. @param told as it was told last, @param seen as it is. */
export function observe(
  turn: Turn,
  aspect: Aspect,
  told: string,
  seen: string,
  now: EpochMs,
): { readonly turn: Turn; readonly telling?: Telling } {
  const { departed } = turn
  const toldAt = turn.toldAt.filter(at => now - at < DAY_MS)
  const hasLasted = departed !== undefined && now - departed.since >= aspect.settleMs
  if (!aspect.differs(told, seen)) {
    // There and back are two. What is over for a day was an affair of its own.
    const untold = turn.untold + (hasLasted ? 2 : 0)
    return { turn: { departed: undefined, untold: toldAt.length === 0 ? 0 : untold, toldAt } }
  }
  const isSame = departed !== undefined && !aspect.differs(departed.text, seen)
  const since = isSame ? departed.since : now
  const untold = turn.untold + (!isSame && hasLasted ? 1 : 0)
  const waitMs = toldAt.length < AT_ONCE ? aspect.settleMs : Math.max(aspect.settleMs, CALM_MS)
  if (now - since < waitMs) return { turn: { departed: { text: seen, since: epochMs(since) }, untold, toldAt } }
  return {
    turn: { departed: undefined, untold: 0, toldAt: [...toldAt, now] },
    telling: { after: seen, at: epochMs(since), times: untold + 1 },
  }
}
