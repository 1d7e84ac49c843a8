import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { CostRow, CostsAnswer, ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import type { Problem } from '@weir/contract/queries.ts'
import { epochMs, microUsd } from '@weir/contract/units.ts'
import type { BillBook } from '../../../server/billing/bill-book.ts'
import { listOnly } from '../../../server/billing/list-only.ts'
import { bearer, guardedDoor } from '../access/people.ts'
import { anEnd, aSeries, zoneA, zoneB } from '../answers/world.ts'
import { aBill, billsOf, dayAt, GB } from '../billing/samples.ts'
import { now, type RowStore, stage } from './stage.ts'

const web = anEnd('pod', 'web', zoneA, 'shop')
const db = anEnd('pod', 'db', zoneB, 'data')
const nodeA = anEnd('node', 'node-a', zoneA)
const control = { ...anEnd('aws', 'eni-1', zoneB), workloadKind: 'EKS control plane' }
const gb = (there: number, back: number) => [there * GB, back * GB, there * GB, back * GB, 1] as const

/** On the 18th a pair within two namespaces, on the 19th a node and the API servers, on the 21st, which still runs, a pair. */
const rows: RowStore['rows'] = [
  { at: epochMs(dayAt(18) + 3_600_000), key: aSeries(web, db), amounts: gb(10, 30) },
  { at: epochMs(dayAt(19) + 3_600_000), key: aSeries(nodeA, control), amounts: gb(1, 4) },
  { at: epochMs(dayAt(21) + 3_600_000), key: aSeries(db, web), amounts: gb(5, 0) },
]

const apart = [{ name: 'PublicIP', gb: 2, costMicroUsd: microUsd(20_000) }]
const bills: BillBook = {
  ...listOnly({ usdPerGb: 0.01, source: 'the list' }),
  read: () => ({
    bills: billsOf(aBill(18, [100, 1]), aBill(19, [10, 0.1], { state: 'provisional' })),
    apart: new Map([[dayAt(18), apart]]),
  }),
  source: () => 'a bill of the test',
  calls: () => 3,
}

type Server = Awaited<ReturnType<typeof stage>>
async function ask<T>(server: Server, path: string, init?: RequestInit): Promise<T> {
  const response = await server.get(`/api/v1${path}`, init)
  equal(response.status, 200, await response.clone().text())
  return (await response.json()) as T // the schema is checked in openapi.test.ts
}
const costs = (server: Server, query = '') => ask<CostsAnswer>(server, `/costs?${query}`)
const paid = ({ rows }: { readonly rows: readonly CostRow[] }) =>
  rows.map(row => [row.kind, row.namespace, row.name, row.costMicroUsd])

test('by namespace: who opened the connection pays; what no workload causes is a row of its own', async () => {
  await using server = await stage({ rows, bills })
  const answer = await costs(server)
  deepEqual(paid(answer), [
    ['namespace', 'shop', 'shop', 800_000],
    ['namespace', 'data', 'data', 100_000],
    ['remainder', '', 'EKS control plane ↔ nodes', 100_000],
  ])
  deepEqual(answer.total, {
    costMicroUsd: 1_200_000,
    attributedMicroUsd: 1_000_000,
    unattributedMicroUsd: 200_000,
    meteredBytes: 100 * GB,
    byState: { 'no data': 100_000, provisional: 100_000, final: 1_000_000 },
  })
  deepEqual(answer.bill, { billedMicroUsd: 1_100_000, billedGb: 110, apart, source: 'a bill of the test' })
  equal(answer.days.length, 21)
})

const groupings: [query: string, rows: unknown[][]][] = [
  [
    'policy=sender',
    [
      ['namespace', 'data', 'data', 700_000],
      ['namespace', 'shop', 'shop', 200_000],
    ],
  ],
  [
    'policy=split',
    [
      ['namespace', 'data', 'data', 450_000],
      ['namespace', 'shop', 'shop', 450_000],
    ],
  ],
  [
    'by=workload',
    [
      ['workload', 'shop', 'web', 800_000],
      ['workload', 'data', 'db', 100_000],
    ],
  ],
  [
    'by=label:team',
    [
      ['label', '', 'blue', 800_000],
      ['label', '', '', 100_000],
    ],
  ],
]
for (const [query, wanted] of groupings)
  test(`${query}: others pay, the total and the remainder stay`, async () => {
    await using server = await stage({ rows, bills, labels: { web: 'blue' } })
    const answer = await costs(server, query)
    deepEqual(paid(answer), [...wanted, ['remainder', '', 'EKS control plane ↔ nodes', 100_000]])
    equal(answer.total?.costMicroUsd, 1_200_000)
  })

test('a month by namespace is read from the daily lanes, and the store is asked once', async () => {
  await using server = await stage({ rows, bills })
  await costs(server)
  deepEqual(server.store.asked.length, 1)
})

test('a month without any data is an empty answer', async () => {
  await using server = await stage({ rows })
  for (const month of ['2024-02', '2031-01']) {
    const { rows, total, bill, projection } = await costs(server, `month=${month}`)
    deepEqual([rows, total?.costMicroUsd, bill], [[], 0, null])
    equal(projection === null || projection.costMicroUsd === 0, true)
  }
})

test('without a bill everything is an estimate, and says so', async () => {
  await using server = await stage({ rows })
  const { notes, total } = await costs(server)
  equal(total?.byState['no data'], total?.costMicroUsd)
  match(notes.join(), /21 days \(2026-11-01 to 2026-11-21\) have no bill: estimated/)
})

test('a viewer of one namespace sees what it pays, and nothing of anybody else', async () => {
  await using server = await stage({ rows, bills, access: guardedDoor(() => now) })
  const shop = { headers: bearer('shop') }
  const answer = await ask<CostsAnswer>(server, '/costs?policy=sender', shop)
  deepEqual(paid(answer), [['namespace', 'shop', 'shop', 200_000]])
  deepEqual([answer.total, answer.bill, answer.projection, answer.selfCost], [null, null, null, null])
  equal(
    answer.days.every(({ figures }) => figures === null),
    true,
  )
  for (const by of ['workload', 'label:team'])
    deepEqual(
      (await ask<CostsAnswer>(server, `/costs?policy=sender&by=${by}`, shop)).rows.map(row => row.costMicroUsd),
      [200_000],
    )
  const csv = await (await server.get('/api/v1/costs?format=csv&policy=sender', shop)).text()
  equal(csv.includes('data'), false)
  equal((await server.get('/api/v1/reconciliation', shop)).status, 403)
})

test('csv: FOCUS columns; the costs add up to the total', async () => {
  await using server = await stage({ rows, bills })
  const response = await server.get('/api/v1/costs?format=csv')
  match(response.headers.get('content-disposition') ?? '', /costs-2026-11\.csv/)
  const [header = '', ...lines] = (await response.text()).trim().split('\r\n')
  const columns = header.split(',').map(name => JSON.parse(name))
  deepEqual(columns.slice(0, 2), ['BilledCost', 'EffectiveCost'])
  const cells = lines.map(line => line.slice(1, -1).split('","'))
  const cents = cells.reduce((sum, [cost]) => sum + Math.round(Number(cost) * 1e6), 0)
  equal(cents, 1_200_000)
  const at = (name: string) => cells.map(row => row[columns.indexOf(name)])
  deepEqual(at('x_Kind'), ['namespace', 'namespace', 'remainder', 'unattributed'])
  deepEqual(at('ChargePeriodStart')[0], '2026-11-01T00:00:00.000Z')
  deepEqual(at('RegionId')[0], 'us-east-1')
  deepEqual(at('ConsumedQuantity')[0], '80.000000000')
})

test('money is in the currency of the bill', async () => {
  await using server = await stage({ rows, bills, currency: 'CNY' })
  equal((await costs(server)).currency, 'CNY')
  match(await (await server.get('/api/v1/costs?format=csv')).text(), /^"0\.800000","0\.800000","CNY"/m)
})

test('a cost below zero stays a number in the csv', async () => {
  const beyond = { ...bills, read: () => ({ bills: billsOf(aBill(18, [40, 0.4])), apart: new Map() }) }
  await using server = await stage({ rows, bills: beyond })
  match(await (await server.get('/api/v1/costs?format=csv')).text(), /^"-0\.400000"/m)
})

test('reconciliation: each day by cause, the rest unattributed', async () => {
  await using server = await stage({ rows, bills })
  const { days } = await ask<ReconciliationAnswer>(server, '/reconciliation?from=2026-11-18&to=2026-11-20')
  deepEqual(
    days.map(({ state, causes, unattributedGb, figures }) => [
      state,
      causes.map(({ name, gb }) => [name, gb]),
      unattributedGb,
      figures.coverage,
    ]),
    [
      ['final', [['workloads', 80]], 20, 0.8],
      ['provisional', [['EKS control plane ↔ nodes', 10]], 0, 1],
    ],
  )
  deepEqual(days[0]?.apart, apart)
  const csv = await (await server.get('/api/v1/reconciliation?from=2026-11-18&to=2026-11-19&format=csv')).text()
  match(csv, /"2026-11-18","final","yes","unattributed","20\.000000000","0\.200000","100\.000000000","1\.000000"/)
})

test('Cost Explorer calls are in what Weir costs', async () => {
  await using server = await stage({ rows, bills })
  const { selfCost } = await costs(server)
  deepEqual(selfCost?.parts.find(({ unit }) => unit === 'calls')?.costMicroUsd, 30_000)
})

const bad: [path: string, parameter: string, detail: RegExp][] = [
  ['/costs?month=2026-13', 'month', /"2026-13" is no month/],
  ['/costs?month=now', 'month', /is no month/],
  ['/costs?policy=half', 'policy', /"half" is none of initiator, sender, split/],
  ['/costs?by=pod', 'by', /"pod" is none of namespace, workload, label:<key>/],
  ['/costs?by=label:', 'by', /is none of/],
  ['/costs?by=label:owner', 'by', /"owner" is not kept: name it with --pod-labels/],
  ['/costs?months=2026-11', 'months', /did you mean month\?/],
  ['/reconciliation?from=2020-01-01', 'from', /too long/],
  ['/reconciliation?from=2026-11-20&to=2026-11-19', 'from', /empty/],
]
for (const [path, parameter, detail] of bad)
  test(`${path} is refused: ${detail.source}`, async () => {
    await using server = await stage()
    const response = await server.get(`/api/v1${path}`)
    equal(response.status, 400)
    const problem = (await response.json()) as Problem
    equal(problem.parameter, parameter)
    match(problem.detail, detail)
  })
