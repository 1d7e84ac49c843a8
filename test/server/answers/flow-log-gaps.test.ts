import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { ReaderReport } from '@weir/contract/flow-log-wire.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { flowLogGaps } from '../../../server/answers/flow-log-gaps.ts'
import { flowLogsRead, noFlowLogs } from '../ingest/flow-logs/state.ts'

const now = epochMs(Date.UTC(2026, 10, 21, 10))
const ago = (minutes: number) => epochMs(now - minutes * MINUTE_MS)

test('nobody reads flow logs: nothing is missing of them', () => deepEqual(flowLogGaps(noFlowLogs, now), []))

const rows: [why: string, heardAgo: number, report: Partial<ReaderReport>, wanted: string[]][] = [
  ['a reader that is heard and up to date', 1, { newestRecord: ago(12) }, []],
  ['a reader that has not read anything yet', 1, {}, []],
  [
    'a reader that is gone',
    7,
    { newestRecord: ago(12) },
    ['no reader of flow logs for 7 min: hops that no agent sees are missing since then'],
  ],
  ['an import that has ended', 70, { mode: 'import', newestRecord: ago(9_999) }, []],
  [
    'a reader that cannot keep up',
    1,
    { newestRecord: ago(45), backlogObjects: 12 },
    ['flow logs are 45 min behind: 12 objects wait to be read'],
  ],
  [
    'objects that could not be read',
    1,
    { objectsSetAside: { 'not gzip': 2, 'access denied': 0 } },
    ['objects of flow logs were given up (2 not gzip): what they hold is missing'],
  ],
  [
    'a format without a field',
    1,
    {
      flowLogs: [{ id: 'fl-1', place: 's3://b', missing: [{ field: 'az-id', lost: 'zones come from the map only' }] }],
    },
    ['flow log fl-1 has no az-id: zones come from the map only'],
  ],
]
for (const [why, heardAgo, report, wanted] of rows)
  test(why, () => deepEqual(flowLogGaps(flowLogsRead(ago(heardAgo), report), now), wanted))
