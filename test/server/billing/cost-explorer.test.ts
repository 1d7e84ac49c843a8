import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { ExplorerFailure, type FailureKind } from '../../../server/billing/bill-explorer.ts'
import { openCostExplorer } from '../../../server/billing/cost-explorer.ts'
import type { CostFilter } from '../../../server/billing/cost-filter.ts'
import { CostExplorerFake, errorFault } from '../../aws-api/cost-explorer.ts'
import type { AwsFault } from '../../aws-api/http-server.ts'
import { withCredentials, withoutCredentials } from './aws-environment.ts'

withCredentials()
const range = { from: '2026-10-01', to: '2026-10-04' }
const regional: CostFilter = { Dimensions: { Key: 'USAGE_TYPE', Values: ['DataTransfer-Regional-Bytes'] } }
const open = (endpoint: string) =>
  openCostExplorer({ region: 'us-east-1', endpoint, signal: new AbortController().signal })

test('usage by day, usage type and operation, as the texts that were sent', async () => {
  await using fake = await CostExplorerFake.listen()
  fake.bill('2026-10-01', 'InterZone-In', '178.69400000001', '1.7869400000001')
  fake.bill('2026-10-02', 'InterZone-Out', '-1', '-0.01')
  fake.estimatedFrom = '2026-10-02'
  const explorer = await open(fake.url)
  const { items, next } = await explorer.usage(range, regional)
  equal(next, undefined)
  deepEqual(
    items.map(({ day, isEstimated, groups }) => [day, isEstimated, groups.length]),
    [
      ['2026-10-01', false, 1],
      ['2026-10-02', true, 1],
      ['2026-10-03', true, 0],
    ],
  )
  deepEqual(items[0]?.groups[0], {
    keys: ['DataTransfer-Regional-Bytes', 'InterZone-In'],
    quantity: { text: '178.69400000001', unit: 'GB' },
    cost: { text: '1.7869400000001', unit: 'USD' },
    netCost: { text: '1.7869400000001', unit: 'USD' },
  })
  const [asked] = fake.asked
  equal(asked?.name, 'GetCostAndUsage')
  deepEqual(asked?.input.GroupBy, [
    { Type: 'DIMENSION', Key: 'USAGE_TYPE' },
    { Type: 'DIMENSION', Key: 'OPERATION' },
  ])
  deepEqual(asked?.input.Filter, regional)
  explorer.close()
})

test('pages are asked for one by one, with the token of the one before', async () => {
  await using fake = await CostExplorerFake.listen()
  fake.groupsPerPage = 2
  for (const day of ['2026-10-01', '2026-10-02', '2026-10-03']) fake.bill(day, 'InterZone-In', '1', '0.01')
  const explorer = await open(fake.url)
  const first = await explorer.usage(range, regional)
  const second = await explorer.usage(range, regional, first.next)
  deepEqual(
    [first, second].map(({ items }) => items.map(({ day }) => day)),
    [['2026-10-01', '2026-10-02'], ['2026-10-03']],
  )
  equal(second.next, undefined)
  explorer.close()
})

test('usage types that have a text in their name', async () => {
  await using fake = await CostExplorerFake.listen()
  fake.bill('2026-10-01', 'InterZone-In', '1', '0.01')
  fake.bill('2026-10-01', 'RunInstances', '1', '0.01', { usageType: 'BoxUsage:m5.large' })
  const explorer = await open(fake.url)
  deepEqual((await explorer.usageTypes(range, 'Bytes')).items, ['DataTransfer-Regional-Bytes'])
  explorer.close()
})

test('credits by record type; a filter value that nobody has is empty, and no error', async () => {
  await using fake = await CostExplorerFake.listen()
  fake.bill('2026-10-01', 'InterZone-In', '1', '0.01')
  fake.bill('2026-10-01', '', '0', '-0.005', { recordType: 'Credit' })
  const explorer = await open(fake.url)
  const noUsage: CostFilter = { Not: { Dimensions: { Key: 'RECORD_TYPE', Values: ['Usage'] } } }
  const { items } = await explorer.records(range, { And: [regional, noUsage] })
  deepEqual(
    items[0]?.groups.map(({ keys, cost }) => [keys[0], cost.text]),
    [['Credit', '-0.005']],
  )
  const unknown = await explorer.usage(range, {
    Dimensions: { Key: 'USAGE_TYPE', Values: ['datatransfer-regional-bytes'] },
  })
  ok(unknown.items.every(({ groups }) => groups.length === 0))
  explorer.close()
})

const faults: [why: string, fault: AwsFault, kind: FailureKind][] = [
  ['too many requests', errorFault('LimitExceededException', 'Rate limit exceeded'), 'throttled'],
  ['credentials that have expired', errorFault('ExpiredTokenException'), 'expired'],
  ['a right that is missing', errorFault('AccessDeniedException'), 'denied'],
  ['no data yet', errorFault('DataUnavailableException'), 'not available'],
  [
    'a filter that is not taken',
    errorFault('ValidationException', 'Expression has more than one roots'),
    'bad question',
  ],
  ['a page that is gone', errorFault('InvalidNextTokenException'), 'bad page'],
  ['AWS is down', errorFault('InternalFailure', 'sorry', 500), 'not available'],
  ['an answer that breaks off', { kind: 'cut' }, 'unanswered'],
  ['a connection that breaks off', { kind: 'reset' }, 'unanswered'],
]
for (const [why, fault, kind] of faults)
  test(`${why}: ${kind}, after one request`, async () => {
    await using fake = await CostExplorerFake.listen()
    fake.bill('2026-10-01', 'InterZone-In', '1', '0.01')
    fake.server.fail(fault)
    const explorer = await open(fake.url)
    await rejects(explorer.usage(range, regional), (error: unknown) => {
      ok(error instanceof ExplorerFailure)
      equal(error.kind, kind, error.message)
      return true
    })
    equal(fake.server.seen.length, 1)
    explorer.close()
  })

test('without credentials nothing is sent', async () => {
  withoutCredentials()
  try {
    await using fake = await CostExplorerFake.listen()
    const explorer = await open(fake.url)
    await rejects(
      explorer.usage(range, regional),
      (error: unknown) => error instanceof ExplorerFailure && error.kind === 'no credentials',
    )
    equal(fake.server.seen.length, 0)
    explorer.close()
  } finally {
    withCredentials()
  }
})

test('the endpoint may also come from AWS_ENDPOINT_URL, as the SDK has it', async () => {
  await using fake = await CostExplorerFake.listen()
  process.env.AWS_ENDPOINT_URL = fake.url
  try {
    const explorer = await open('')
    equal((await explorer.usage(range, regional)).items.length, 3)
    explorer.close()
  } finally {
    delete process.env.AWS_ENDPOINT_URL
  }
})
