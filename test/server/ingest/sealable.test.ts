import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { sealableUntil } from '../../../server/ingest/sealable.ts'

/** Minutes since the epoch; the server started at minute 100 and waits 15 minutes. */
const at = (minutes: number) => epochMs(minutes * MINUTE_MS)
interface Case {
  readonly why: string
  readonly now: number
  /** Up to where each agent is, and when it was heard. */
  readonly agents: readonly (readonly [past: number, heard: number])[]
  readonly missing?: number
  readonly want: number
}
const cases: Case[] = [
  { why: 'nobody was heard: nothing', now: 105, agents: [], want: 0 },
  { why: 'all agents are past it', now: 105, agents: [[104.5, 105], [104, 105]], want: 104 }, // biome-ignore format: one line
  { why: 'one agent is behind: the others wait', now: 105, agents: [[104, 105], [102.9, 105]], want: 102 }, // biome-ignore format: one line
  { why: 'an agent that was just heard for the first time is behind', now: 105, agents: [[104, 105], [Number.NEGATIVE_INFINITY, 105]], want: 0 }, // biome-ignore format: one line
  { why: 'an agent with a clock ahead does not seal the future', now: 105, agents: [[107, 105]], want: 105 },
  { why: 'an agent that fell silent is waited for', now: 130, agents: [[129, 130], [118, 118]], want: 118 }, // biome-ignore format: one line
  { why: 'after the sealing time nobody waits for it any more', now: 134, agents: [[133, 134], [118, 118]], want: 133 }, // biome-ignore format: one line
  { why: 'agents of before the start are waited for', now: 105, agents: [[104, 105]], missing: 1, want: 0 },
  { why: 'but not longer than the sealing time', now: 116, agents: [[115, 116]], missing: 1, want: 115 },
  { why: 'a minute is old enough after 15 minutes of uptime', now: 131, agents: [], want: 116 },
  { why: 'a minute that ended while the server was down is as old as the server', now: 114, agents: [], want: 0 },
]
for (const { why, now, agents, missing = 0, want } of cases)
  test(`sealing: ${why}`, () => {
    const progress = agents.map(([past, heard]) => ({ pastMs: past * MINUTE_MS, lastHeardAt: at(heard) }))
    const until = sealableUntil({
      now: at(now),
      startedAt: at(100),
      sealAfterMs: 15 * MINUTE_MS,
      agents: progress,
      missing,
    })
    equal(until, want)
  })
