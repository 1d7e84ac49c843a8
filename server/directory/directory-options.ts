import type { Millis } from '@weir/contract/units.ts'

export interface DirectoryOptions {
  /** Where the journal stands. Without it nothing is kept: for tests. */
  readonly dataDir?: string
  /** How long an ended interval is kept: the agents' spool horizon and the lag of flow logs. Default 26 h. */
  readonly horizonMs?: Millis
  /** Tells this run's cursors from those of another run: any text that no other run has. */
  readonly instance: string
  readonly log: (line: string) => void
}
