import type { UnplacedReason } from '@weir/contract/peers.ts'
import type { Placed } from './directory.ts'

const byReason = new Map<UnplacedReason, Placed>()

/** One object per reason. */
export function unplaced(reason: UnplacedReason): Placed {
  const known = byReason.get(reason)
  if (known !== undefined) return known
  const placed: Placed = { peer: { kind: 'unplaced', reason }, zone: undefined, node: undefined, label: undefined }
  byReason.set(reason, placed)
  return placed
}
