import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type {
  AgentsAnswer,
  CoverageAnswer,
  FlowsAnswer,
  PairsAnswer,
  Problem,
  SeriesAnswer,
  ZonesAnswer,
} from '@weir/contract/queries.ts'
import { MINUTE_MS, minuteOf } from '@weir/contract/units.ts'
import { StorageError } from '../../../server/store/flow-store.ts'
import { now, stage } from './stage.ts'

async function ask<T>(server: Awaited<ReturnType<typeof stage>>, path: string): Promise<T> {
  const response = await server.get(`/api/v1${path}`)
  equal(response.status, 200, await response.clone().text())
  return (await response.json()) as T // the schema is checked in openapi.test.ts
}

test('pairs: rows with both ends, their total and what stands beside them', async () => {
  await using server = await stage()
  const answer = await ask<PairsAnswer>(server, '/pairs')
  deepEqual(
    answer.rows.map(row => [row.initiator.name, row.responder.name, row.bytes, row.byCrossing['cross-zone'].bytes]),
    [
      ['web', 'cart', 1000, 1000],
      ['web', '=db', 100, 0],
      ['web', 'internet', 7, 0],
      ['gone', 'cart', 4, 0],
    ],
  )
  equal(answer.total.bytes, 1111)
  equal(answer.rest.rows, 0)
  deepEqual(answer.range, { from: now - 60 * MINUTE_MS, to: now })
  equal(answer.asOf, now)
  equal(answer.sealedUntil, now - 5 * MINUTE_MS)
  equal(answer.price.usdPerGb, 0.01)
})

test('pairs: the limit cuts rows off, their sum stays in rest', async () => {
  await using server = await stage()
  const { rows, rest, total } = await ask<PairsAnswer>(server, '/pairs?limit=1&sort=bytes')
  equal(rows.length, 1)
  equal(rest.rows, 3)
  equal((rows[0]?.bytes ?? 0) + rest.bytes, total.bytes)
})

test('a filter that leaves few series is handed to the store', async () => {
  await using server = await stage()
  const { total } = await ask<PairsAnswer>(server, '/pairs?namespace=data')
  equal(total.bytes, 100)
  deepEqual(server.store.asked.at(-1)?.only, new Set([1]))
})

test('zones: the directed matrix, its sum the same as that of the pairs', async () => {
  await using server = await stage()
  const { cells, total, zones } = await ask<ZonesAnswer>(server, '/zones')
  equal(total.bytes, 1111)
  equal(
    cells.reduce((sum, cell) => sum + cell.bytes, 0),
    1111,
  )
  deepEqual(zones, ['us-east-1a', 'us-east-1b', 'internet', 'unknown: end unplaced'])
})

test('series: null where nobody watched, 0 where somebody did and nothing went', async () => {
  await using server = await stage()
  for (const ago of [10, 9, 8, 7])
    server.store.ledger.push({
      cluster: 'main',
      node: 'node-a',
      minute: minuteOf((now - ago * MINUTE_MS) as typeof now),
      counted: 'primary',
      primaryBytes: 1,
      witnessBytes: 0,
      promotedBytes: 0,
      supersededBytes: 0,
    })
  const from = now - 12 * MINUTE_MS
  const to = now - 6 * MINUTE_MS
  const { lines, stepMs } = await ask<SeriesAnswer>(server, `/series?from=${from}&to=${to}&step=1m&namespace=data`)
  equal(stepMs, MINUTE_MS)
  deepEqual(lines, [{ name: 'same-zone', bytes: [null, null, 0, 100, 0, 0] }])
})

test('series: minutes that are not sealed count as watched as far as an agent has reported', async () => {
  await using server = await stage()
  const { lines } = await ask<SeriesAnswer>(server, `/series?from=${now - 7 * MINUTE_MS}&to=${now + 2 * MINUTE_MS}`)
  deepEqual(lines, [{ name: 'other', bytes: [null, null, 0, 0, 0, 0, 0, null, null] }])
})

test('coverage: what is unplaced, who was not believed, what was lost', async () => {
  await using server = await stage()
  const minute = minuteOf((now - 9 * MINUTE_MS) as typeof now)
  const given = { cluster: 'main', node: 'node-b', minute, counted: 'witness' } as const
  server.store.ledger.push({ ...given, primaryBytes: 1, witnessBytes: 5, promotedBytes: 4, supersededBytes: 2 })
  const answer = await ask<CoverageAnswer>(server, '/coverage')
  deepEqual(answer.unplaced, [{ reason: 'gone', bytes: 4 }])
  deepEqual(answer.givenAway, [{ node: 'node-b', minute: now - 9 * MINUTE_MS, promotedBytes: 4, supersededBytes: 2 }])
  ok(answer.gaps.some(gap => gap.startsWith('node-b: not covered in 1 node minutes')))
})

test('agents: each with its zone and state', async () => {
  await using server = await stage()
  const { agents, withoutAgent } = await ask<AgentsAnswer>(server, '/agents')
  deepEqual(
    agents.map(agent => [agent.node, agent.zone, agent.state]),
    [
      ['node-a', 'us-east-1a', 'live'],
      ['node-b', 'us-east-1b', 'live'],
    ],
  )
  deepEqual(withoutAgent, [])
})

test('flows: nothing came, nothing is left out', async () => {
  await using server = await stage()
  deepEqual(await ask<FlowsAnswer>(server, '/flows?last=300'), { scope: 'all', rows: [], left: 0 })
})

test('CSV has exactly the rows of the JSON, tames formulas and comes as a file', async () => {
  await using server = await stage()
  const response = await server.get('/api/v1/pairs?format=csv&sort=bytes&limit=2')
  match(response.headers.get('content-type') ?? '', /^text\/csv/)
  match(response.headers.get('content-disposition') ?? '', /attachment; filename="pairs\.csv"/)
  const lines = (await response.text()).split('\r\n')
  const { rows } = await ask<PairsAnswer>(server, '/pairs?sort=bytes&limit=2')
  equal(lines.length, rows.length + 2) // header, rows, nothing after the last line break
  match(lines[1] ?? '', /^"main","pod","shop","web","Deployment","us-east-1a","service","shop","cart"/)
  match(lines[2] ?? '', /,"'=db",/)
})

const refused: [why: string, query: string, parameter: string, allowed: RegExp][] = [
  ['an unknown parameter names the nearest', 'pairs?lmit=3', 'lmit', /limit/],
  ['a route without parameters says so', 'agents?zone=a', 'zone', /no parameter/],
  ['a moment without its zone is a guess', 'pairs?from=2026-11-21T10:00', 'from', /with Z or an offset/],
  ['a moment that is none', 'zones?to=yesterday', 'to', /ISO 8601/],
  ['an empty range', 'pairs?from=5&to=5', 'from', /before to/],
  ['a range of more than three years', 'pairs?from=0', 'from', /1100 days/],
  ['a limit of none', 'pairs?limit=0', 'limit', /1 to 10000/],
  ['a limit that is no number', 'pairs?limit=1e3', 'limit', /1 to 10000/],
  ['a grouping that does not exist', 'pairs?group=pod', 'group', /service, workload, namespace, zone/],
  ['a crossing that does not exist', 'pairs?crossing=!zone', 'crossing', /same-zone, cross-zone/],
  ['an empty filter', 'pairs?namespace=', 'namespace', /a name/],
  ['one value given twice', 'pairs?sort=bytes&sort=name', 'sort', /bytes/],
  ['a step that is no whole minute', 'series?step=90s', 'step', /whole number of minutes/],
  ['more steps than a page can draw', 'series?from=2026-01-01&to=2026-11-01&step=1m', 'step', /2000 steps/],
  ['a live span that does not exist', 'flows?last=5', 'last', /10, 60, 300, 900/],
]
for (const [why, query, parameter, allowed] of refused)
  test(`refused: ${why}`, async () => {
    await using server = await stage()
    const response = await server.get(`/api/v1/${query}`)
    equal(response.status, 400)
    match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
    const problem = (await response.json()) as Problem // checked field by field below
    equal(problem.parameter, parameter)
    match(problem.allowed ?? '', allowed)
    equal(problem.status, 400)
    equal(problem.requestId, response.headers.get('x-request-id'))
    equal(server.badQueries(), 1)
  })

test('a store that cannot answer is a 503 to come back to, without its inner words', async () => {
  await using server = await stage()
  server.store.failure = new StorageError('unavailable', '/var/lib/secret path')
  const response = await server.get('/api/v1/pairs')
  equal(response.status, 503)
  equal(response.headers.get('retry-after'), '5')
  ok(!(await response.text()).includes('secret'))
})

test('a fault of the server says no more than its request id', async () => {
  await using server = await stage()
  server.store.failure = new Error('inner words')
  const response = await server.get('/api/v1/pairs')
  equal(response.status, 500)
  const body = await response.text()
  ok(!body.includes('inner words'))
  match(body, /requestId/)
})

const elsewhere: [why: string, method: string, path: string, status: number][] = [
  ['a route that does not exist', 'GET', '/api/v1/pair', 404],
  ['a method that does not exist', 'POST', '/api/v1/pairs', 405],
  ['nothing else', 'GET', '/nothing', 404],
]
for (const [why, method, path, status] of elsewhere)
  test(`${why} is a problem with a request id`, async () => {
    await using server = await stage()
    const response = await server.get(path, { method })
    equal(response.status, status)
    match(await response.text(), /"requestId":"[0-9a-f-]{36}"/)
  })
