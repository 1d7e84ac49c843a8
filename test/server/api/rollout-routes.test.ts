import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '@weir/contract/queries.ts'
import type { RolloutsAnswer, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { withId } from '../../../server/rollouts/detect/change-id.ts'
import { StorageError } from '../../../server/store/flow-store.ts'
import { bearer, guardedDoor } from '../access/people.ts'
import { KeptChanges } from './kept-changes.ts'
import { now, type Stage, stage } from './stage.ts'

const DAY_MS = 86_400_000

function change(namespace: string, name: string, more: Partial<RoutingChange> = {}): RoutingChange {
  return withId({
    cluster: 'main',
    at: epochMs(now - MINUTE_MS),
    kind: 'traffic distribution',
    subject: { kind: 'service', namespace, name },
    services: [{ namespace, name }],
    before: 'none',
    after: 'PreferClose',
    note: '',
    times: 1,
    ...more,
  })
}

/** The dashboard with these changes, for people with rights. */
async function told(...changes: readonly RoutingChange[]) {
  const rollouts = new KeptChanges(now)
  for (const each of changes) rollouts.add(each)
  let at: number = now
  const clock = () => epochMs(at)
  const server = await stage({ access: guardedDoor(clock), clock, rollouts })
  return {
    server,
    rollouts,
    passes: (ms: number) => {
      at += ms
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function list(server: Stage, query = '', who: Parameters<typeof bearer>[0] = 'all'): Promise<RolloutsAnswer> {
  const response = await server.get(`/api/v1/rollouts${query}`, { headers: bearer(who) })
  equal(response.status, 200, await response.clone().text())
  return (await response.json()) as RolloutsAnswer // the schema is checked in openapi.test.ts
}

const body = { namespace: 'shop', service: 'cart', note: 'turned PreferClose on' }
const mark = (server: Stage, what: unknown, headers: { readonly [name: string]: string } = bearer('shop')) =>
  server.get('/api/v1/rollouts', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof what === 'string' ? what : JSON.stringify(what),
  })

test('the list is newest first, of 30 days unless told, with the state of hints; what the limit cuts is counted', async () => {
  await using stage = await told(
    change('shop', 'cart', { at: epochMs(now - 3 * DAY_MS) }),
    change('shop', 'web', { at: epochMs(now - 2 * DAY_MS) }),
    change('shop', 'old', { at: epochMs(now - 31 * DAY_MS) }),
  )
  const { rows, hidden, range } = await list(stage.server)
  deepEqual(
    rows.map(row => [row.change.services[0]?.name, row.hints, row.reading]),
    [
      ['web', null, null],
      ['cart', 'as predicted', null],
    ],
  )
  deepEqual([hidden, range.to - range.from], [0, 30 * DAY_MS])
  equal((await list(stage.server, '?limit=1')).hidden, 1)
  equal((await list(stage.server, `?from=${now - 40 * DAY_MS}`)).rows.length, 3)
})

const filters: [query: string, names: string[]][] = [
  ['?namespace=data', ['db']],
  ['?service=cart', ['cart']],
  ['?service=cart&service=db', ['db', 'cart']],
  ['?kind=hints+lost', ['db']],
  ['?cluster=other', []],
]
for (const [query, names] of filters)
  test(`${query} leaves ${names.join(', ') || 'nothing'}`, async () => {
    await using stage = await told(
      change('shop', 'cart', { at: epochMs(now - 2) }),
      change('data', 'db', { at: epochMs(now - 1), kind: 'hints lost' }),
    )
    deepEqual(
      (await list(stage.server, query)).rows.map(row => row.change.services[0]?.name),
      names,
    )
  })

test('the list says where changes cannot be seen', async () => {
  await using stage = await told()
  match((await list(stage.server)).gaps.join(), /of-a-file is described by a file/)
})

test('a viewer sees changes of their namespaces, and of others only whether they may have moved their Services', async () => {
  await using stage = await told(
    change('shop', 'cart'),
    change('data', 'db'),
    change('', '', { subject: { kind: 'cluster' }, services: [], kind: 'zones of nodes' }),
    change('', '', {
      subject: { kind: 'cluster' },
      services: [
        { namespace: 'shop', name: 'cart' },
        { namespace: 'data', name: 'db' },
      ],
      kind: 'node-local DNS',
    }),
  )
  const { rows, scope } = await list(stage.server, '', 'shop')
  deepEqual(scope, ['shop'])
  deepEqual(rows.map(row => [row.change.kind, row.change.services]).sort(), [
    ['node-local DNS', [{ namespace: 'shop', name: 'cart' }]],
    ['traffic distribution', [{ namespace: 'shop', name: 'cart' }]],
  ])
  equal((await list(stage.server)).rows.length, 4)
})

test('a mark is kept with its moment and its words, and is in the list; the same one is kept once', async () => {
  await using stage = await told()
  const at = '2026-11-21T09:00:00Z'
  const response = await mark(stage.server, { ...body, at })
  equal(response.status, 201)
  const { change: made, scope } = (await response.json()) as { change: RoutingChange; scope: string[] } // as sent
  deepEqual(scope, ['shop'])
  deepEqual([made.at, made.kind, made.cluster, made.note], [Date.parse(at), 'marked by hand', 'main', body.note])
  equal((await mark(stage.server, { ...body, at: Date.parse(at) })).status, 200)
  deepEqual(
    (await list(stage.server, '', 'shop')).rows.map(row => row.change),
    [made],
  )
})

test('a mark without a moment is of now', async () => {
  await using stage = await told()
  await mark(stage.server, body)
  equal([...stage.rollouts.changes.values()][0]?.at, now)
})

const wrong: [why: string, body: unknown, field: string, detail: RegExp][] = [
  ['no object', [], 'body', /expected an object/],
  ['no namespace', { service: 'cart', note: 'x' }, 'namespace', /missing/],
  ['a namespace that is none', { ...body, namespace: 'Shop' }, 'namespace', /is not that/],
  ['a Service that is no text', { ...body, service: 7 }, 'service', /is not that/],
  ['no note', { ...body, note: ' ' }, 'note', /is not that/],
  ['a note that is too long', { ...body, note: 'x'.repeat(501) }, 'note', /is not that/],
  ['an unknown field', { ...body, servce: 'cart' }, 'servce', /did you mean service\?/],
  ['a moment that is none', { ...body, at: 'yesterday' }, 'at', /is not that/],
  ['a moment without its zone', { ...body, at: '2026-11-21T09:00:00' }, 'at', /is not that/],
  ['a moment that lies in the future', { ...body, at: now + 6 * MINUTE_MS }, 'at', /lies in the future/],
  ['a moment that is too long ago', { ...body, at: now - 401 * DAY_MS }, 'at', /too long ago/],
  ['a cluster that nobody knows', { ...body, cluster: 'elsewhere' }, 'cluster', /no such cluster is known/],
  ['a Service that is not there', { ...body, service: 'crat' }, 'service', /there is no Service shop\/crat in main/],
]
for (const [why, what, field, detail] of wrong)
  test(`${why} is refused with the field, the reason and what is allowed`, async () => {
    await using stage = await told()
    const response = await mark(stage.server, what)
    equal(response.status, 400)
    const problem = (await response.json()) as Problem & { allowed: string } // checked field by field
    equal(problem.parameter, field)
    match(problem.detail, detail)
    equal(problem.allowed.length > 0, true)
    equal(stage.rollouts.changes.size, 0)
    equal(stage.server.badQueries(), 1)
  })

test('in a cluster that a file describes any Service can be marked: nobody knows which there are', async () => {
  await using stage = await told()
  equal((await mark(stage.server, { ...body, service: 'anything', cluster: 'of-a-file' })).status, 201)
})

test('who does not see a namespace cannot mark in it, and does not learn what is there', async () => {
  await using stage = await told()
  for (const service of ['db', 'nothing']) {
    const response = await mark(stage.server, { ...body, namespace: 'data', service })
    equal(response.status, 403)
    match(((await response.json()) as Problem).detail, /"data" is none of your namespaces/) // checked field by field
  }
  equal((await mark(stage.server, body, bearer('nothing'))).status, 403)
  equal((await mark(stage.server, body, {})).status, 401)
  equal(stage.rollouts.changes.size, 0)
})

const foreign: [why: string, headers: { readonly [name: string]: string }][] = [
  ['the page of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['another site of the same domain', { 'sec-fetch-site': 'same-site' }],
  ['a sandboxed page', { origin: 'null' }],
]
for (const [why, headers] of foreign)
  test(`${why} cannot mark anything, whatever it sends along`, async () => {
    await using stage = await told()
    equal((await mark(stage.server, body, { ...bearer('shop'), ...headers })).status, 403)
    equal(stage.rollouts.changes.size, 0)
  })

test('a form cannot send what is taken, and neither can what is no JSON, too long or packed', async () => {
  await using stage = await told()
  const types = ['application/x-www-form-urlencoded', 'text/plain']
  for (const type of types)
    equal((await mark(stage.server, body, { ...bearer('all'), 'content-type': type })).status, 415)
  equal((await mark(stage.server, '{"namespace":', bearer('all'))).status, 400)
  equal((await mark(stage.server, { ...body, note: 'x'.repeat(9_000) }, bearer('all'))).status, 413)
  equal((await mark(stage.server, body, { ...bearer('all'), 'content-encoding': 'gzip' })).status, 415)
  equal(stage.rollouts.changes.size, 0)
})

test('more than ten at once are told to come later, and one viewer does not hold up another', async () => {
  await using stage = await told()
  for (let i = 0; i < 10; i++) equal((await mark(stage.server, { ...body, note: `${i}` })).status, 201)
  const late = await mark(stage.server, body)
  equal(late.status, 429)
  equal(late.headers.get('retry-after'), '6')
  equal((await mark(stage.server, body, bearer('all'))).status, 201)
  stage.passes(6_000)
  equal((await mark(stage.server, { ...body, note: 'later' })).status, 201)
})

test('what cannot be kept is a 503: the same can be sent again', async () => {
  await using stage = await told()
  stage.rollouts.failure = new StorageError('disk full', 'no room')
  const response = await mark(stage.server, body)
  equal(response.status, 503)
  match(((await response.json()) as Problem).detail, /it cannot be kept now: disk full/) // checked field by field
  stage.rollouts.failure = undefined
  equal((await mark(stage.server, body)).status, 201)
})

test('a change is marked for what its words say, without what would break a line', async () => {
  await using stage = await told()
  await mark(stage.server, { ...body, note: ' on\n\u202efor good ' })
  equal([...stage.rollouts.changes.values()][0]?.note, 'on for good')
})
