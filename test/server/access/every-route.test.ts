import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Problem, ViewerAnswer } from '@weir/contract/queries.ts'
import type { DashboardRoute } from '../../../server/access/guarded-routes.ts'
import { KeptChanges } from '../api/kept-changes.ts'
import { now, type Stage, stage } from '../api/stage.ts'
import { aChange } from '../rollouts/readings/changes.ts'
import { bearer, guardedDoor } from './people.ts'

const guarded = () => {
  const rollouts = new KeptChanges(now)
  rollouts.add(aChange(0, { id: 'change-1' }))
  return stage({ access: guardedDoor(() => now), rollouts })
}
/** What a question cannot do without, by path. */
const queries: { readonly [path: string]: string } = {
  '/api/v1/gate': '?namespace=shop&service=cart&maxCrossShare=10%25',
}
/** What a POST must bring to be taken, by path. */
const bodies: { readonly [path: string]: object } = {
  '/api/v1/rollouts': { namespace: 'shop', service: 'cart', note: 'turned PreferClose on' },
}
const send = (server: Stage, { method, path }: DashboardRoute, headers: { readonly [name: string]: string } = {}) => {
  const body = method === 'post' ? bodies[path] : undefined
  const named = path.replace(':namespace', 'shop').replace('assets/:name', 'assets/x.js').replace(':name', 'cart')
  return server.get(named.replace(':id', 'change-1') + (queries[path] ?? ''), {
    ...(body !== undefined && { body: JSON.stringify(body) }),
    method: method.toUpperCase(),
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    redirect: 'manual',
  })
}

/** What express itself would serve, off its stack: paths with their methods, and what is mounted for every path. */
function stackOf({ app }: Stage): { readonly routes: string[]; readonly others: string[] } {
  const routes: string[] = []
  const others: string[] = []
  for (const layer of app.router.stack) {
    if (layer.route === undefined) others.push(layer.name)
    // The stack holds one layer per handler; `_all` is what answers 405.
    else
      for (const { method } of layer.route.stack) if (method !== undefined) routes.push(`${method} ${layer.route.path}`)
  }
  return { routes, others }
}

test('express serves the rows of the table and nothing else', async () => {
  await using server = await guarded()
  const { routes, others } = stackOf(server)
  deepEqual(routes.sort(), server.served.map(({ method, path }) => `${method} ${path}`).sort())
  // The request id, security headers, 404 and the handler of errors: a router mounted past the table would show up here.
  deepEqual(others, ['<anonymous>', 'helmetMiddleware', '<anonymous>', 'onError'])
})

test('what is public is this list, and whoever makes it longer has to say so here', async () => {
  const page = await mkdtemp(join(tmpdir(), 'weir-page-'))
  try {
    await mkdir(join(page, 'assets'))
    for (const file of ['index.html', 'login.html', 'weir.svg']) await writeFile(join(page, file), '')
    await using server = await stage({ access: guardedDoor(() => now), webDir: page })
    const open = server.served.filter(({ rule }) => rule === 'public').map(({ method, path }) => `${method} ${path}`)
    deepEqual(open.sort(), [
      'get /',
      'get /about',
      'get /advice',
      'get /assets/:name',
      'get /costs',
      'get /flows',
      'get /health',
      'get /healthz',
      'get /login',
      'get /pairs',
      'get /readyz',
      'get /rollouts',
      'get /rollouts/:id',
      'get /services/:namespace/:name',
      'get /weir.svg',
      'get /zones',
      'post /login',
      'post /logout',
    ])
  } finally {
    await rm(page, { recursive: true })
  }
})

test('what each question asks of who comes is this list, and whoever changes it has to say so here', async () => {
  await using server = await guarded()
  deepEqual(Object.fromEntries(server.served.flatMap(({ path, rule }) => (rule === 'public' ? [] : [[path, rule]]))), {
    '/api/v1/advice': 'scoped',
    '/api/v1/agents': 'everything',
    '/api/v1/audit': 'everything',
    '/api/v1/costs': 'scoped',
    '/api/v1/coverage': 'scoped',
    '/api/v1/flows': 'scoped',
    '/api/v1/gate': 'scoped',
    '/api/v1/openapi.json': 'viewer',
    '/api/v1/pairs': 'scoped',
    '/api/v1/reconciliation': 'everything',
    '/api/v1/rollouts': 'scoped',
    '/api/v1/rollouts/:id': 'scoped',
    '/api/v1/series': 'scoped',
    '/api/v1/services/:namespace/:name/routing': 'scoped',
    '/api/v1/viewer': 'viewer',
    '/api/v1/what-if': 'scoped',
    '/api/v1/zones': 'scoped',
  })
})

test('every route refuses without a credential, but the public ones', async () => {
  await using server = await guarded()
  for (const route of server.served) {
    const response = await send(server, route)
    if (route.rule === 'public') {
      ok(response.status !== 403, route.path)
      continue
    }
    equal(response.status, 401, route.path)
    equal(response.headers.get('cache-control'), 'no-store')
    const problem = (await response.json()) as Problem // checked field by field
    equal(problem.status, 401)
    equal(problem.signIn, '/login')
    match(response.headers.get('www-authenticate') ?? '', /^Bearer/)
  }
  const asked = server.served.filter(({ rule }) => rule !== 'public').length
  equal(server.refused(), asked)
})

test('every route refuses a wrong, an empty and another kind of credential', async () => {
  await using server = await guarded()
  for (const authorization of ['Bearer', 'Bearer wrong-0123456789abcdef', 'Basic YWxsOng='])
    for (const route of server.served.filter(({ rule }) => rule !== 'public'))
      ok([401, 429].includes((await send(server, route, { authorization })).status), route.path)
})

/** What is kept is answered with 201. */
const wanted = (status: number, { method }: DashboardRoute): number =>
  status === 200 && method === 'post' ? 201 : status

const rights: [who: Parameters<typeof bearer>[0], rule: DashboardRoute['rule'], status: number][] = [
  ['nothing', 'viewer', 200],
  ['nothing', 'scoped', 403],
  ['nothing', 'everything', 403],
  ['shop', 'viewer', 200],
  ['shop', 'scoped', 200],
  ['shop', 'everything', 403],
  ['all', 'viewer', 200],
  ['all', 'scoped', 200],
  ['all', 'everything', 200],
]
for (const [who, rule, status] of rights)
  test(`whoever may see ${who === 'shop' ? 'one namespace' : who} gets ${status} from every route of the rule ${rule}`, async () => {
    await using server = await guarded()
    const routes = server.served.filter(route => route.rule === rule)
    ok(routes.length > 0)
    for (const route of routes)
      equal((await send(server, route, bearer(who))).status, wanted(status, route), `${route.method} ${route.path}`)
  })

test('every scoped answer says whose it is, and nothing of it is about others', async () => {
  await using server = await guarded()
  for (const route of server.served.filter(({ method, rule }) => rule === 'scoped' && method === 'get')) {
    const response = await send(server, route, bearer('data'))
    if (route.path.includes(':') || queries[route.path] !== undefined) {
      equal(response.status, 404, `${route.path}: of a thing in shop`)
      continue
    }
    const text = await response.text()
    deepEqual(JSON.parse(text).scope, ['data'], route.path)
    // Web in shop talks to the database in data: its name may be seen. Whom else it talks to may not, nor may the nodes.
    for (const secret of ['cart', '1111', 'gone', 'node-a', 'node-b'])
      ok(!text.includes(secret), `${route.path} tells ${secret}: ${text}`)
  }
})

test('who is asking is answered, with what they may see', async () => {
  await using server = await guarded()
  const answer = (await (await server.get('/api/v1/viewer', { headers: bearer('shop') })).json()) as ViewerAnswer // as sent
  deepEqual(answer, { name: 'shop', scope: ['shop'], auth: 'token', hasSession: false })
})

test('why the server is not ready is told to those who may ask', async () => {
  await using server = await guarded()
  deepEqual(await (await server.get('/readyz')).json(), { ready: true })
  deepEqual(await (await server.get('/readyz', { headers: bearer('nothing') })).json(), {
    ready: true,
    reasons: ['a reason'],
  })
})

test('a viewer who asks without end is told when to come back, and others are not held up', async () => {
  let asked = now
  await using server = await stage({ access: guardedDoor(() => asked), clock: () => asked })
  const statusOf = async (who: Parameters<typeof bearer>[0]) =>
    (await server.get('/api/v1/viewer', { headers: bearer(who) })).status
  for (let i = 0; i < 200; i++) equal(await statusOf('shop'), 200)
  const late = await server.get('/api/v1/viewer', { headers: bearer('shop') })
  equal(late.status, 429)
  equal(late.headers.get('retry-after'), '1')
  equal(await statusOf('data'), 200)
  asked = (asked + 1_000) as typeof asked
  equal(await statusOf('shop'), 200)
})
