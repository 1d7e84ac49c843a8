import { type EpochMs, MINUTE_MS, type Minute, minute } from '@weir/contract/units.ts'

export interface Progress {
  readonly now: EpochMs
  readonly startedAt: EpochMs
  /** How long a silent agent is waited for, ms. */
  readonly sealAfterMs: number
  /** Agents heard in this life of the server. */
  readonly agents: readonly { readonly pastMs: number; readonly lastHeardAt: EpochMs }[]
  /** Agents known from before the start, whose nodes still exist and who have not been heard yet. */
  readonly missing: number
}

/**
 * Every minute before the one returned may be sealed: all expected agents are past it, or it ended longer ago than
 * `sealAfterMs` of this server's uptime. Time in which the server was down does not count: the agents could not report.
 */
export function sealableUntil({ now, startedAt, sealAfterMs, agents, missing }: Progress): Minute {
  const byAge = now - startedAt >= sealAfterMs ? now - sealAfterMs : Number.NEGATIVE_INFINITY
  const expected = agents.filter(({ lastHeardAt }) => lastHeardAt > now - sealAfterMs)
  const isMissing = missing > 0 && now - startedAt < sealAfterMs
  const byAgents =
    expected.length === 0 || isMissing
      ? Number.NEGATIVE_INFINITY
      : Math.min(now, ...expected.map(({ pastMs }) => pastMs))
  const until = Math.max(byAge, byAgents)
  return minute(until === Number.NEGATIVE_INFINITY ? 0 : Math.max(0, Math.floor(until / MINUTE_MS)))
}
