import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { type OwnTraffic, selfCostOf } from '../../../server/billing/self-cost.ts'
import { dayAt, GB, list } from './samples.ts'

const month = { from: dayAt(1), to: dayAt(31) }
const selfCost = (agents: readonly OwnTraffic[], calls = 0, now = dayAt(11)) =>
  selfCostOf(agents, calls, month, now, list['inter-zone'], GB)

const rules: [why: string, agents: OwnTraffic[], bytes: number][] = [
  ['an agent in another zone', [{ bytes: GB, startedAt: dayAt(1), crosses: true }], GB],
  ["an agent in the server's zone costs nothing", [{ bytes: GB, startedAt: dayAt(1), crosses: false }], 0],
  ['where nobody knows, it counts as if it crossed', [{ bytes: GB, startedAt: dayAt(1), crosses: undefined }], GB],
  [
    'of a process older than the month, its share of time',
    [{ bytes: GB, startedAt: dayAt(-9), crosses: true }],
    GB / 2,
  ],
  ['a process that just started', [{ bytes: 0, startedAt: dayAt(11), crosses: true }], 0],
]
for (const [why, agents, bytes] of rules)
  test(why, () => {
    const { parts, costMicroUsd } = selfCost(agents)
    equal(parts[0]?.amount, bytes)
    equal(costMicroUsd, (bytes / GB) * 20_000)
  })

test('a call of Cost Explorer costs a cent', () => {
  const { costMicroUsd, parts } = selfCost([], 120)
  equal(costMicroUsd, 1_200_000)
  deepEqual(parts[1], { name: 'Cost Explorer calls', amount: 120, unit: 'calls', costMicroUsd: 1_200_000 })
})

test('the method says what is assumed', () => {
  match(selfCost([{ bytes: 1, startedAt: dayAt(1), crosses: undefined }]).method, /count as if they reported across/)
  equal(selfCost([{ bytes: 1, startedAt: dayAt(1), crosses: true }]).method.includes('as if they reported'), false)
})
