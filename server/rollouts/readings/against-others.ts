import type { RolloutAnswer, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { inScope, type Scope } from '../../answers/scope.ts'
import { type BeforeAndAfter, differenceAgainst } from '../evaluate/against-others.ts'
import type { ServiceName, ShareSteps, TrafficOfServices } from '../service-traffic.ts'
import { bytesOf } from './change-services.ts'
import { HOUR_MS, nameOf, type Sides, spanOf } from './ranges.ts'
import { cut } from './settled.ts'

/** Largest first, so many are looked at: their hours of two months are half a million rows. */
const MOST_CANDIDATES = 20
/** How large a Service is now is told by a week. */
const WEEK_MS = 7 * 24 * HOUR_MS

export interface OthersQuestion {
  readonly change: RoutingChange
  readonly services: readonly ServiceName[]
  readonly sides: Sides
  /** Every change of the span of both sides. */
  readonly changes: readonly RoutingChange[]
  readonly scope: Scope
}

/**
 * The settled change less what unchanged Services of the cluster did in the same hours: what moved everybody (a new zone,
 * a holiday, a roll-out of nodes) is not the change's. Replicas that move are no change here: in a busy cluster they always do.
 */
export async function againstOthers(
  traffic: Pick<TrafficOfServices, 'all' | 'steps' | 'stepsOfEach'>,
  { change, services, sides, changes, scope }: OthersQuestion,
): Promise<RolloutAnswer['againstOthers']> {
  const { after } = sides
  const changed = new Set(services.map(nameOf))
  for (const { cluster, kind, services: moved } of changes)
    if (cluster === change.cluster && kind !== 'replicas per zone') for (const one of moved) changed.add(nameOf(one))
  const week = { from: epochMs(Math.max(after.from, after.to - WEEK_MS)), to: after.to }
  const unchanged = (await traffic.all(week))
    .filter(one => one.cluster === change.cluster && !changed.has(nameOf(one)) && inScope(scope, [one.namespace]))
    .sort((a, b) => bytesOf(b) - bytesOf(a))
    .slice(0, MOST_CANDIDATES)
    .map(({ cluster, namespace, name }) => ({ cluster, namespace, name }))
  if (unchanged.length === 0) return null
  const halves = (steps: ShareSteps): BeforeAndAfter => ({ before: cut(steps, sides.before), after: cut(steps, after) })
  const subject = halves(await traffic.steps(services, spanOf(sides), HOUR_MS))
  const others = await traffic.stepsOfEach(unchanged, spanOf(sides), HOUR_MS)
  return differenceAgainst(subject, others.map(halves))
}
