import type { StorageError } from '../flow-store.ts'
import { CLOSED_SUMS_BYTES } from './closed-sums.ts'
import type { Retention } from './retention.ts'

export interface EmbeddedOptions {
  /** Folder of the data: made when it is missing. */
  readonly directory: string
  /** Called once when only a new process helps: end this one with code 1 so that the supervisor starts it anew. */
  readonly onBroken: (error: StorageError) => void
  readonly memoryLimit?: string
  /** How much of closed hours and days is kept in memory for the next question. Bytes. */
  readonly closedSumsBytes?: number
  /** A commit does not begin earlier than this after the one before it: what waits is committed together. Milliseconds. */
  readonly commitEveryMs?: number
  /** Arrivals are folded when their journal is longer, and the log into the file when it is. Bytes. */
  readonly foldBytes?: number
  /** Commits are refused as `disk full` when less than this would stay free; bytes. */
  readonly keepFreeBytes?: number
  readonly retention?: Partial<Retention>
  /** An hour is closed this long after its end; what comes later is right too, but lies unsorted. Milliseconds. */
  readonly closeAfterMs?: number
  /** Arrivals are folded at most this often, unless their journal is long. Milliseconds. */
  readonly foldEveryMs?: number
}

export interface Settings extends Required<EmbeddedOptions> {
  readonly retention: Retention
}

/** The defaults. */
export function withDefaults(options: EmbeddedOptions): Settings {
  return {
    // The engine works as fast with 256 MB; more keeps roll-ups of large hours off the disk.
    memoryLimit: '512MB',
    closedSumsBytes: CLOSED_SUMS_BYTES,
    commitEveryMs: 100,
    // About 5 million facts: ten seconds of what one core takes, a day of a small cluster.
    foldBytes: 128 * 1024 * 1024,
    // Room to fold a long log into the file, and some for what else is on the disk.
    keepFreeBytes: 384 * 1024 * 1024,
    // Sealing takes up to 15 minutes: promotions then still fall into the open hour.
    closeAfterMs: 20 * 60_000,
    foldEveryMs: 60_000,
    ...options,
    retention: {
      minutesForHours: 48,
      hoursForDays: 90,
      daysForYears: 3,
      promotionsForHours: 48,
      ...options.retention,
    },
  }
}
