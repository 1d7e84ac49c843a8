import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { reportsOf } from './agents.ts'
import { logsOf } from './flow-logs.ts'
import { STEP_HOURS, type Truth } from './truth.ts'
import type { MonthServer } from './weir.ts'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export interface Sources {
  readonly agents: boolean
  readonly flowLogs: boolean
  /** Whether a node's agent does not run in that step. */
  readonly isDown?: (node: string, hour: number) => boolean
}

/** Lets the truth happen: every step is a minute that agents and flow logs tell of. Ends ten days after the last. */
export async function live(server: MonthServer, truth: Truth, { agents, flowLogs, isDown }: Sources): Promise<void> {
  const begin = Date.parse(`${truth.month}-01T00:00Z`)
  const logs = logsOf(truth)
  for (const { hour, batches } of reportsOf(truth, isDown)) {
    server.now = epochMs(begin + hour * HOUR_MS + 30 * MINUTE_MS)
    if (agents) await server.report(batches)
    if (flowLogs) await server.log(logs.get(hour) ?? [])
    if (hour % 24 < 24 - STEP_HOURS) continue
    await server.seal()
    await server.upkeep()
  }
  server.now = epochMs(begin + (truth.days + 10) * DAY_MS)
  await server.seal()
  await server.upkeep()
}
