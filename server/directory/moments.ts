import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/**
 * How far back an interval is opened for an address that nobody is known to have held. A pod talks before the directory
 * has read of it, and the first read of all finds connections under way; nobody else can have been there.
 */
export const GRACE_MS = 5 * 60_000

/** When a change was read, and when what is gone ended: at the read, or when nobody looked, at the last watermark. */
export interface Moments {
  readonly at: EpochMs
  readonly endAt: EpochMs
}

export const graceBefore = (at: EpochMs): EpochMs => epochMs(at - GRACE_MS)

export const later = (a: EpochMs, b: EpochMs): EpochMs => (a > b ? a : b)
