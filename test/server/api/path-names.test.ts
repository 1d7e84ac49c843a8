import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { openapi } from '../../../server/api/openapi.ts'
import { choice, inPath } from '../../../server/api/parameters.ts'
import { json, missing, type Route, route } from '../../../server/api/route.ts'
import { apiRoutes } from '../../../server/api/routes.ts'
import { createListener, dashboardApp } from '../../../server/http.ts'
import { openDoor } from '../access/people.ts'
import { now } from './stage.ts'

const thing: Route = route(
  { path: '/things/{namespace}/{name}/part', rule: 'viewer', summary: 'A part of a thing.' },
  { namespace: inPath('Where it is.'), name: inPath('Which.'), size: choice('How much.', ['all', 'some'], 'all') },
  'Viewer',
  async query => (query.name === 'gone' ? missing(`no ${query.name}`) : json(query)),
)

async function serve() {
  let bad = 0
  const access = openDoor()
  const served = apiRoutes([thing], [], '0', () => void bad++)
  const app = dashboardApp(served, { access, now: () => now, onRefused: () => {} }, () => {})
  const listener = createListener('dashboard', { host: '127.0.0.1', port: 0 }, app, () => {})
  await listener.start()
  return {
    bad: () => bad,
    get: (path: string) => fetch(`http://127.0.0.1:${listener.port()}/api/v1${path}`),
    [Symbol.asyncDispose]: () => listener.stop(),
  }
}

const cases: [why: string, path: string, status: number, body: { [field: string]: unknown }][] = [
  ['names in the path are given', '/things/shop/cart/part', 200, { namespace: 'shop', name: 'cart', size: 'all' }],
  ['they stand beside the query', '/things/shop/cart/part?size=some', 200, { name: 'cart', size: 'some' }],
  ['a percent sign is decoded once', '/things/shop/a%2525b/part', 200, { name: 'a%25b' }],
  ['a name of the path is none of the query', '/things/shop/cart/part?name=x', 400, { parameter: 'name' }],
  ['what is not there says so', '/things/shop/gone/part', 404, { title: 'Not Found', detail: 'no gone' }],
  ['a name less is another path', '/things/shop/part', 404, { title: 'Not Found' }],
]
for (const [why, path, status, body] of cases)
  test(why, async () => {
    await using server = await serve()
    const response = await server.get(path)
    equal(response.status, status)
    const answer = (await response.json()) as { [field: string]: unknown } // an object in each case
    deepEqual(Object.fromEntries(Object.keys(body).map(field => [field, answer[field]])), body)
    equal(server.bad(), status === 400 ? 1 : 0)
  })

test('openapi.json has a name in the path as a parameter of the path', () => {
  const { paths } = openapi([thing], [], '0') as {
    paths: { [path: string]: { get: { operationId: string; parameters: { name: string; in: string }[] } } }
  } // our own document
  const { operationId, parameters } = paths['/api/v1/things/{namespace}/{name}/part']?.get ?? { parameters: [] }
  equal(operationId, 'thingsByNamespaceByNamePart')
  deepEqual(
    parameters.map(parameter => [parameter.name, parameter.in]),
    [
      ['namespace', 'path'],
      ['name', 'path'],
      ['size', 'query'],
    ],
  )
})
