import type { EpochMs } from '@weir/contract/units.ts'
import type { FlowLogState } from '../ingest/flow-logs/flow-logs.ts'

/** A reader renews its lease every minute. */
const SILENT_AFTER_MS = 5 * 60_000
/** AWS delivers 5 to 15 minutes late. */
const BEHIND_AFTER_MS = 30 * 60_000

/** What is missing of flow logs, in sentences. Nothing where nobody reads any: they are an addition. */
export function flowLogGaps({ reader }: FlowLogState, now: EpochMs): string[] {
  if (reader === undefined) return []
  const { report, heardAt } = reader
  const lacks = report.flowLogs.flatMap(({ id, missing }) =>
    missing.map(({ field, lost }) => `flow log ${id} has no ${field}: ${lost}`),
  )
  const givenUp = Object.entries(report.objectsSetAside).filter(([, count]) => count > 0)
  const objects = givenUp.map(([reason, count]) => `${count} ${reason}`).join(', ')
  const aside = objects === '' ? [] : [`objects of flow logs were given up (${objects}): what they hold is missing`]
  return [...(report.mode === 'tail' ? lateness(report, now - heardAt, now) : []), ...aside, ...lacks]
}

function lateness(
  { newestRecord, backlogObjects }: NonNullable<FlowLogState['reader']>['report'],
  silentMs: number,
  now: EpochMs,
): string[] {
  if (silentMs > SILENT_AFTER_MS)
    return [`no reader of flow logs for ${minutes(silentMs)}: hops that no agent sees are missing since then`]
  if (newestRecord === null || now - newestRecord <= BEHIND_AFTER_MS) return []
  return [`flow logs are ${minutes(now - newestRecord)} behind: ${backlogObjects} objects wait to be read`]
}

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`
