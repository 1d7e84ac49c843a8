import type { RolloutCounts } from '../../../server/rollouts/rollouts.ts'

/** Of a server that has found nothing yet. */
export const noRollouts: RolloutCounts = {
  added: {},
  kept: 0,
  dropped: 0,
  damagedLines: 0,
  failures: 0,
  hintsLost: new Map(),
}
