import type { StorageError } from '../flow-store.ts'
import type { Retention } from './retention.ts'

export interface EmbeddedOptions {
  /** Folder of the data: made when it is missing. */
  readonly directory: string
  /** Called once when only a new process helps: end this one with code 1 so that the supervisor starts it anew. */
  readonly onBroken: (error: StorageError) => void
  readonly memoryLimit?: string
  readonly checkpointThreshold?: string
  /** Commits are refused as `disk full` when less than this would stay free; bytes. */
  readonly keepFreeBytes?: number
  readonly retention?: Partial<Retention>
  /** An hour is closed this long after its end; what comes later is right too, but lies unsorted. Milliseconds. */
  readonly closeAfterMs?: number
  /** Arrivals are folded at most this often, unless very many wait. Milliseconds. */
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
    // Each checkpoint holds commits up for as long as it takes: about 0.1 s for this much.
    checkpointThreshold: '64MB',
    // Room to fold a full log into the file, and the same again for what else is on the disk.
    keepFreeBytes: 192 * 1024 * 1024,
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
