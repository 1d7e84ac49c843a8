import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { foldAudit } from '../../../server/answers/audit.ts'
import type { AuditHour } from '../../../server/store/flow-store.ts'

const HOUR = 3_600_000
const range = { from: epochMs(0), to: epochMs(3 * HOUR) }
const hour = (node: string, at: number, sums: Partial<AuditHour>): AuditHour => ({
  ...{ cluster: 'main', node, hour: epochMs(at * HOUR), minutes: 0 },
  ...{ agentBytes: 0, agentWireBytes: 0, flowLogBytes: 0, smallerBytes: 0, largerBytes: 0 },
  ...sums,
})

test('newest hour first; what cannot be compared has no ratio; the total is of what is hidden too', () => {
  const compared = { minutes: 60, agentBytes: 97, agentWireBytes: 101, flowLogBytes: 100 }
  const hours = [
    hour('b', 0, compared),
    hour('a', 1, { ...compared, smallerBytes: 99, largerBytes: 100 }),
    hour('b', 1, {}),
  ]
  const { rows, hidden, total } = foldAudit(hours, range, 2)
  deepEqual(
    rows.map(row => [row.node, row.hour / HOUR, row.ratio, row.wireRatio, row.witnessRatio]),
    [
      ['a', 1, 0.97, 1.01, 0.99],
      ['b', 1, null, null, null],
    ],
  )
  deepEqual([hidden, total.minutes, total.flowLogBytes, total.ratio], [1, 120, 200, 0.97])
})
