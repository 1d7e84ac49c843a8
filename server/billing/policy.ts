import type { CostPolicy } from '@weir/contract/cost-queries.ts'
import { unreachable } from '@weir/contract/units.ts'
import type { BilledSides } from '../pricing/billed-sides.ts'

/** What one end pays of a hop, as multiples of its bytes in each direction. */
export interface Charge {
  readonly toResponder: number
  readonly toInitiator: number
}

/** The charges of both ends: together always the billed sides, whatever the policy. */
export function chargesOf(
  policy: CostPolicy,
  { initiator, responder }: BilledSides,
): { readonly initiator: Charge; readonly responder: Charge } {
  const sides = initiator + responder
  switch (policy) {
    case 'initiator':
      return { initiator: both(sides), responder: both(0) }
    case 'sender':
      return { initiator: { toResponder: sides, toInitiator: 0 }, responder: { toResponder: 0, toInitiator: sides } }
    case 'split':
      return { initiator: both(initiator), responder: both(responder) }
    default:
      return unreachable(policy)
  }
}

const both = (times: number): Charge => ({ toResponder: times, toInitiator: times })
