import type { EpochMs } from '@weir/contract/units.ts'

/** What ended longer ago than this is not told to an agent that begins anew: its open windows are younger. */
export const RECENT_MS = 10 * 60_000

/** Whether what changed last with that number, and ended at `to`, is to be told to an agent that knows all up to `after`. */
export const isNews = (change: number, to: EpochMs | null, after: number | undefined, watermark: EpochMs): boolean =>
  after === undefined ? to === null || to >= watermark - RECENT_MS : change > after
