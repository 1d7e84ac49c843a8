import type { RoutingChange, ShareReading } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { settledReading } from '../evaluate/settled.ts'
import type { ServiceName, TrafficOfServices } from '../service-traffic.ts'
import { HOUR_MS, type Kept, nextAfter, settledSides } from './ranges.ts'
import { cut, seenOf } from './settled.ts'

/** The newest hours that are held against those right after the rollout: some more than a settled reading needs. */
const NEWEST_MS = 96 * HOUR_MS
/** Half of what had been gained is gone: less may be one replica, and would be told and untold with it. */
const LEAST_LOST = 0.5
/** A rollout is watched for so long. What comes later is told by the next one. */
export const WATCHED_MS = 90 * 24 * HOUR_MS

export interface Rollout {
  readonly change: RoutingChange
  readonly services: readonly ServiceName[]
  /** Of the change. */
  readonly settled: ShareReading
  /** Other changes of the same Services. */
  readonly others: readonly RoutingChange[]
  readonly kept: Kept
}

/** When it was found, and the shares as they are shown: right after the rollout, and now. */
export interface Climb {
  readonly at: EpochMs
  readonly before: string
  readonly after: string
}

/**
 * The share climbed back: the newest four days against the same hours of the week right after a rollout that had cut it,
 * by the rules of a settled reading, and at least half of the way. Told once for a rollout, and never of one that another
 * change has taken over. undefined: it did not.
 */
export async function lookForClimb(
  traffic: Pick<TrafficOfServices, 'steps' | 'summary'>,
  { change, services, settled, others, kept }: Rollout,
): Promise<Climb | undefined> {
  const wasTold = others.some(({ at, kind }) => kind === 'share climbed back' && at > change.at)
  if (settled.verdict !== 'reduced' || wasTold || nextAfter(change, others) !== undefined) return undefined
  const to = Math.floor(kept.sealedUntil / HOUR_MS) * HOUR_MS
  const newest = { from: epochMs(to - NEWEST_MS), to: epochMs(to) }
  const { after } = settledSides(change, others, kept)
  const first = { from: after.from, to: epochMs(Math.min(after.to, newest.from)) }
  if (first.from >= first.to) return undefined
  const steps = await traffic.steps(services, { from: first.from, to: newest.to }, HOUR_MS)
  const coverage = {
    before: seenOf(await traffic.summary(services, first)),
    after: seenOf(await traffic.summary(services, newest)),
  }
  const {
    verdict,
    before: low,
    after: high,
  } = settledReading({
    before: cut(steps, first),
    after: cut(steps, newest),
    coverage,
  })
  if (verdict !== 'increased' || low.share === null || high.share === null) return undefined
  const gained = (settled.before.share ?? 0) - low.share
  if (high.share - low.share < LEAST_LOST * gained) return undefined
  return { at: newest.to, before: percent(low.share), after: percent(high.share) }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
