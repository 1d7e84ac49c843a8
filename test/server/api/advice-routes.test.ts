import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { AdviceAnswer, WhatIfAnswer } from '@weir/contract/advice-queries.ts'
import type { Problem } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { bearer, guardedDoor } from '../access/people.ts'
import { aLab, service, workload } from '../rollouts/advise/lab/cluster.ts'
import { seenBy } from '../rollouts/advise/lab/seen.ts'
import { run } from '../rollouts/advise/lab/traffic.ts'
import { now, stage } from './stage.ts'

const MB = 2 ** 20
const toCart = {
  kind: 'service',
  from: 'shop/Deployment/web',
  service: 'shop/cart',
  connections: 2_000,
  bytes: MB,
} as const
const toStock = {
  kind: 'service',
  from: 'data/Deployment/etl',
  service: 'data/stock',
  connections: 1_000,
  bytes: MB,
} as const
const even = 'a=3,b=3,c=3'
const lab = aLab(
  [
    workload('Deployment', 'shop/web', even),
    workload('Deployment', 'shop/cart', even),
    service('shop/cart'),
    workload('Deployment', 'data/etl', even),
    workload('Deployment', 'data/stock', even),
    service('data/stock'),
  ],
  [toCart, toStock],
)
const rows = run(lab, 1)
  .rows()
  .map(row => ({ ...row, at: epochMs(now - 3_600_000) }))
const routings = { clusters: ['main', 'new'], of: (cluster: string) => (cluster === 'main' ? seenBy(lab) : undefined) }

type Server = Awaited<ReturnType<typeof stage>>
async function ask<T>(server: Server, path: string, init?: RequestInit): Promise<T> {
  const response = await server.get(`/api/v1${path}`, init)
  equal(response.status, 200, await response.clone().text())
  return (await response.json()) as T // the schema is checked in openapi.test.ts
}

/** $, as figures are published. */
const published: [option: string, dollars: number][] = [
  ['internalTrafficPolicy: Local', 0],
  ['ClusterIP, same zone preferred', 30], // 10,240 × 0.3 × $0.01
  ['ClusterIP, any zone', 68], // 10,240 × 2/3 × $0.01
  ['internal ALB', 98], // 730 h × $0.0225 + 10,240 × $0.008
]
test('10,240 GB a month come to the published figures at one side, and to what AWS bills beside them', async () => {
  await using server = await stage({ routings })
  const answer = await ask<WhatIfAnswer>(server, '/what-if')
  const options = new Map(answer.options.map(one => [one.name, one]))
  for (const [name, dollars] of published)
    ok(
      Math.abs((options.get(name)?.oneSide ?? Number.NaN) / 1e6 - dollars) < 1,
      `${name}: ${options.get(name)?.oneSide}`,
    )
  equal(options.get('internal ALB')?.oneSide, 16_425_000 + 81_920_000)
  equal(options.get('ClusterIP, any zone')?.billed, 136_533_333)
  equal(options.get('ClusterIP, same zone preferred')?.billed, 61_440_000)
  for (const { billed, parts } of answer.options)
    equal(
      parts.reduce((sum, { cost }) => sum + cost, 0),
      billed,
    )
  match(answer.source, /us-east-1, read 2026-11: .*elasticloadbalancing\/pricing/)
})

test('VPC Lattice by its services and their requests: 300,000 an hour are free', async () => {
  await using server = await stage({ routings })
  const cost = async (query: string) =>
    (await ask<WhatIfAnswer>(server, `/what-if?${query}`)).options.find(({ name }) => name === 'VPC Lattice')?.billed
  // Services, hours and GB of the page's own example: 100 services, each 100 GB and 200,000 requests an hour.
  equal(await cost('gb=10000&services=100&requestsPerHour=200000'), 1_825_000_000 + 250_000_000)
  equal(await cost('gb=0&services=1&requestsPerHour=1300000'), 18_250_000 + 73_000_000)
})

test('what if, of a Service as it is measured', async () => {
  await using server = await stage({ rows, routings })
  const { gbPerMonth, inputs, options } = await ask<WhatIfAnswer>(server, '/what-if?namespace=shop&service=cart')
  // 2,000 connections of 1 MB in a day, half to one and a half times that.
  ok(Math.abs(gbPerMonth - (2_000 / 1_024) * 30) < 2, `${gbPerMonth}`)
  match(inputs.join('\n'), /shop\/cart in main/)
  deepEqual(
    options.slice(0, 2).map(({ crossShare }) => Math.round(crossShare * 1_000)),
    [667, 0],
  )
})

const wrong: [path: string, parameter: string, detail: RegExp][] = [
  ['/what-if?gb=-1', 'gb', /"-1" is no number from 0/],
  ['/what-if?gb=1e3', 'gb', /is no number/],
  ['/what-if?zones=2.5', 'zones', /zones are whole/],
  ['/what-if?hintedShare=2', 'hintedShare', /from 0 to 1/],
  ['/what-if?service=cart', 'namespace', /missing/],
  ['/what-if?service=cart&namespace=shop&cluster=other', 'cluster', /no API server/],
  ['/what-if?gbs=1', 'gbs', /did you mean gb/],
  ['/advice?cluster=other', 'cluster', /no API server/],
  ['/advice?limit=0', 'limit', /no whole number/],
  ['/advice?from=2026-11-22&to=2026-11-21', 'from', /empty/],
]
for (const [path, parameter, detail] of wrong)
  test(`${path} is a bad request that says what is wrong`, async () => {
    await using server = await stage({ routings })
    const response = await server.get(`/api/v1${path}`)
    equal(response.status, 400)
    const problem = (await response.json()) as Problem // checked field by field
    equal(problem.parameter, parameter)
    match(problem.detail, detail)
    ok((problem.allowed ?? '').length > 0)
  })

test('a Service that is not there, or not the viewer’s, is missing alike', async () => {
  await using server = await stage({ rows, routings, access: guardedDoor(() => now) })
  const status = async (name: string, who: 'all' | 'data') =>
    (await server.get(`/api/v1/what-if?namespace=shop&service=${name}`, { headers: bearer(who) })).status
  deepEqual([await status('cart', 'all'), await status('cart', 'data'), await status('none', 'all')], [200, 404, 404])
})

test('advice of a cluster that is watched, and the reason for one that is not yet', async () => {
  await using server = await stage({ rows, routings })
  const answer = await ask<AdviceAnswer>(server, '/advice')
  deepEqual(
    answer.rows.filter(row => row.alternativeTo === null).map(row => [row.cluster, row.remedy, row.subject]),
    [
      ['main', 'prefer the same zone', 'shop/cart'],
      ['main', 'prefer the same zone', 'data/stock'],
    ],
  )
  match(answer.gaps.join('\n'), /new: its objects are not all listed yet/)
  const first = await ask<AdviceAnswer>(server, '/advice?cluster=main&limit=1')
  equal(first.rows.length, 1)
  equal(first.hidden, answer.rows.length - 1)
  equal(first.savedPerMonth, answer.savedPerMonth)
})

test('a viewer of a namespace gets what is about it, and no sum of others', async () => {
  await using server = await stage({ rows, routings, access: guardedDoor(() => now) })
  const all = await ask<AdviceAnswer>(server, '/advice', { headers: bearer('all') })
  const data = await ask<AdviceAnswer>(server, '/advice', { headers: bearer('data') })
  deepEqual([...new Set(data.rows.map(row => row.namespace))], ['data'])
  deepEqual(data.scope, ['data'])
  ok(!JSON.stringify(data).includes('shop'))
  ok(data.savedPerMonth > 0 && data.savedPerMonth < all.savedPerMonth)
})

test('the CSV has the rows of the JSON', async () => {
  await using server = await stage({ rows, routings })
  const { rows: told } = await ask<AdviceAnswer>(server, '/advice')
  const text = await (await server.get('/api/v1/advice?format=csv')).text()
  for (const { id, remedy, savedPerMonth } of told) {
    const line = text.split('\r\n').find(one => one.startsWith(`"${id}"`)) ?? ''
    ok(line.includes(`"${remedy}"`) && line.includes(`"${(savedPerMonth / 1e6).toFixed(6)}"`), line)
  }
  match(await (await server.get('/api/v1/what-if?format=csv')).text(), /"internal ALB","10240","0.3333","98.345000"/)
})
