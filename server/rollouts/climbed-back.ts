import { createHash } from 'node:crypto'
import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'

/**
 * That the share which a rollout had cut is back, as a change of its own. Its id follows from the rollout alone, so that
 * it is kept once however often, and with whatever figures, it is found. @param before, after the shares, as shown
 */
export function climbedBack(rollout: RoutingChange, at: EpochMs, before: string, after: string): RoutingChange {
  const { cluster, id: of, services, subject } = rollout
  const id = createHash('sha256')
    .update(JSON.stringify(['share climbed back', of]))
    .digest('hex')
    .slice(0, 20)
  return { id, cluster, at, kind: 'share climbed back', subject, services, before, after, note: '', times: 1 }
}
