import { type EpochMs, epochMs } from '@weir/contract/units.ts'

export const HOUR_MS = 3_600_000
/** Events are delivered some 5 minutes after their end, best effort: later than this they are not looked for any more. */
export const SETTLED_MS = HOUR_MS
/** So young that an older event may still become visible after it. */
export const YOUNG_MS = 120_000

/** An event of a log stream: one line of a flow log. */
export interface StreamEvent {
  /** Start of the record, epoch ms. */
  readonly timestamp: number
  readonly ingestionTime: number
  readonly message: string
}

/** Beginnings of the hours that may have news when [from, to) is asked for: those before it are not settled yet. */
export function hoursOf(from: EpochMs, to: EpochMs, now: EpochMs): readonly EpochMs[] {
  const hours: EpochMs[] = []
  const last = Math.min(to, now)
  for (let hour = Math.floor((from - SETTLED_MS) / HOUR_MS) * HOUR_MS; hour < last; hour += HOUR_MS)
    hours.push(epochMs(hour))
  return hours
}

/** Whether all events of the hour have come. */
export const isSettled = (hour: EpochMs, now: EpochMs): boolean => now >= hour + HOUR_MS + SETTLED_MS

/**
 * Events in the order they came in, the same in every reading: what comes later only follows, so that the number of
 * records that were read tells where to go on. Of an hour that is not settled the youngest wait.
 */
export function inOrder(events: readonly StreamEvent[], isWhole: boolean, now: EpochMs): readonly StreamEvent[] {
  return events
    .filter(({ ingestionTime }) => isWhole || ingestionTime <= now - YOUNG_MS)
    .sort(
      (a, b) =>
        a.ingestionTime - b.ingestionTime ||
        a.timestamp - b.timestamp ||
        (a.message < b.message ? -1 : a.message > b.message ? 1 : 0),
    )
}
