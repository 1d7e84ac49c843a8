import type { SelfCost } from '@weir/contract/cost-queries.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, microUsd } from '@weir/contract/units.ts'
import { MICRO_USD_PER_CALL } from './calls.ts'
import type { Rate } from './day-costs.ts'
import { timesOver } from './share.ts'

/** What one agent's process sent and received for itself since it started. */
export interface OwnTraffic {
  readonly bytes: number
  readonly startedAt: EpochMs
  /** Whether it reports across zones; undefined where its zone or the server's is not known. */
  readonly crosses: boolean | undefined
}

/** Both ends are the cluster's. */
const SIDES = 2n

/**
 * What Weir causes in the range. Totals of an agent's process are taken as if even over its time; processes that have
 * ended are not in it. Where it is not known whether an agent reports across zones, it counts as if it did.
 */
export function selfCostOf(
  agents: readonly OwnTraffic[],
  calls: number,
  range: TimeRange,
  now: EpochMs,
  rate: Rate,
  bytesPerGb: number,
): SelfCost {
  const bytes = agents
    .filter(({ crosses }) => crosses !== false)
    .reduce((sum, agent) => sum + Math.round(agent.bytes * shareWithin(range, agent.startedAt, now)), 0)
  const traffic = timesOver(BigInt(bytes) * SIDES * 1_000_000_000n, rate.microUsd, BigInt(bytesPerGb) * rate.nanoGb)
  const isSure = agents.every(({ crosses }) => crosses !== undefined)
  return {
    costMicroUsd: microUsd(Number(traffic) + calls * MICRO_USD_PER_CALL),
    parts: [
      {
        name: "agents' reports and labels across zones",
        amount: bytes,
        unit: 'bytes',
        costMicroUsd: microUsd(Number(traffic)),
      },
      {
        name: 'Cost Explorer calls',
        amount: calls,
        unit: 'calls',
        costMicroUsd: microUsd(calls * MICRO_USD_PER_CALL),
      },
    ],
    method: `the agents that run now, as if even over their time${isSure ? '' : '; those whose zone or the server’s is not known count as if they reported across zones'}; both ends at the list price; $0.01 a call`,
  }
}

/** The part of [since, now) that lies in the range: 0 to 1. */
function shareWithin(range: TimeRange, since: EpochMs, now: EpochMs): number {
  const overlap = Math.min(range.to, now) - Math.max(range.from, since)
  return now <= since ? 0 : Math.min(1, Math.max(0, overlap / (now - since)))
}
