import type { PendingWindow } from './spool-index.ts'

/** A closed segment, as far as making room goes. */
export interface ClosedSegment {
  readonly number: number
  readonly size: number
}

/** Segments that are rewritten together; bounds the memory it takes. */
const MAX_RUN_BYTES = 8 * 1024 * 1024

/** Neighbouring segments in runs that fit into one. */
export function runsOf(segments: readonly ClosedSegment[]): readonly (readonly ClosedSegment[])[] {
  const runs: ClosedSegment[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const segment of segments) {
    if (size + segment.size > MAX_RUN_BYTES) {
      runs.push([])
      size = 0
    }
    runs.at(-1)?.push(segment)
    size += segment.size
  }
  return runs
}

/**
 * Windows in the groups they are merged in: neighbours in time without a gap (a gap merged over would pass for
 * coverage), of the same grain of the wall clock, live, and never offered. A group of one stays as it is.
 * @param windows oldest first. @param grainMs a whole minute or more, so that minutes stay apart as far as they can
 */
export function groupsOf(
  windows: readonly PendingWindow[],
  isOffered: (window: PendingWindow) => boolean,
  grainMs: number,
): readonly (readonly PendingWindow[])[] {
  const groups: PendingWindow[][] = []
  for (const window of windows) {
    const group = groups.at(-1)
    const before = group?.at(-1)
    const joins =
      before !== undefined &&
      !isOffered(before) &&
      !isOffered(window) &&
      before.meta.window.kind === 'live' &&
      window.meta.window.kind === 'live' &&
      before.meta.epoch === window.meta.epoch &&
      before.meta.window.to === window.meta.window.from &&
      Math.floor(before.meta.window.from / grainMs) === Math.floor((window.meta.window.to - 1) / grainMs)
    if (joins) group?.push(window)
    else groups.push([window])
  }
  return groups
}
