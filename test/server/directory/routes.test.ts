import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Refusal } from '@weir/contract/agent-wire.ts'
import type { DirectoryUpdate, LabelAnswer } from '@weir/contract/directory-wire.ts'
import { createDirectory } from '../../../server/directory/label-directory.ts'
import { directoryRoutes } from '../../../server/directory/routes.ts'
import { type Authenticate, type Identity, unauthorised } from '../../../server/trust/authenticate.ts'
import { whoIs } from '../../contracts/directory.ts'
import { gateOf } from '../trust/gates.ts'
import { cart, minutes, pod, shop, web, zoneB } from './shop.ts'

/** A server on loopback, and the identity its agents prove. */
async function serve(
  t: TestContext,
  { holdMs = 25_000, proves = {} }: { holdMs?: number; proves?: Partial<Identity> } = {},
) {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.apply(shop, minutes(0))
  const authenticate: Authenticate = async ({ headers }) =>
    headers.authorization === 'Bearer right'
      ? { identity: 'asserted', ...proves }
      : unauthorised('wrong secret', 'no valid secret')
  const routes = directoryRoutes({ directory, gate: gateOf(authenticate), now: () => minutes(0), holdMs })
  const server = createServer((request, response) =>
    // A bare server knows none of express's helpers: the routes must do without, and every error must have been handled.
    Reflect.apply(routes.router, undefined, [
      request,
      response,
      (error: unknown) => response.writeHead(500).end(String(error)),
    ]),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    routes.stop()
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo // of a TCP server that listens
  const send = (path: string, options: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: 'Bearer right' }, ...options })
  const ask = (body: string) => send('/agent/v1/labels', { method: 'POST', body })
  return { directory, routes, send, ask }
}

/** The body of an answer, whose shape the assertions look at. */
const read = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T

test('the first answer is everything, the next one waits for news', async t => {
  const { directory, routes, send } = await serve(t)
  const first = await read<DirectoryUpdate>(send('/agent/v1/directory?node=node-a'))
  assert.equal(first.reset, true)
  assert.deepEqual(first.nodeAddresses, ['10.20.1.1', 'fd20:1::1'])
  const next = send(`/agent/v1/directory?node=node-a&since=${first.cursor}`)
  while (routes.waiting() === 0) await new Promise(setImmediate)
  directory.apply({ ...shop, pods: [web, cart] }, minutes(1))
  const news = await read<DirectoryUpdate>(next)
  assert.deepEqual([news.reset, news.labels.length], [false, 2])
})

test('no news within the time is 204', async t => {
  const { directory, send } = await serve(t, { holdMs: 1 })
  const cursor = directory.updateFor('lab', 'node-a', undefined)?.cursor
  const answer = await send(`/agent/v1/directory?node=node-a&since=${cursor}`)
  assert.deepEqual([answer.status, await answer.text()], [204, ''])
})

test('an agent that hangs up waits no more', async t => {
  const { directory, routes, send } = await serve(t)
  const cursor = directory.updateFor('lab', 'node-a', undefined)?.cursor
  const hangUp = new AbortController()
  const answer = send(`/agent/v1/directory?node=node-a&since=${cursor}`, {
    headers: { authorization: 'Bearer right' },
    signal: hangUp.signal,
  })
  while (routes.waiting() === 0) await new Promise(setImmediate)
  hangUp.abort()
  await assert.rejects(answer, { name: 'AbortError' })
  while (routes.waiting() > 0) await new Promise(setImmediate)
})

test('a long answer is packed for who can unpack it', async t => {
  const { directory, send } = await serve(t)
  const crowd = Array.from({ length: 200 }, (_, i) => pod(`crowd-${i}`, 'node-a', `10.245.0.${i}`))
  directory.apply({ ...shop, pods: crowd }, minutes(1))
  const answer = await send('/agent/v1/directory?node=node-a')
  assert.equal(answer.headers.get('content-encoding'), 'gzip')
  assert.ok((await read<DirectoryUpdate>(answer)).labels.length >= 200)
  const plain = await send('/agent/v1/directory?node=node-a', {
    headers: { authorization: 'Bearer right', 'accept-encoding': 'identity' },
  })
  assert.equal(plain.headers.get('content-encoding'), null)
  assert.ok((await read<DirectoryUpdate>(plain)).labels.length >= 200)
})

test('a question is answered with labels and what is not known', async t => {
  const { ask } = await serve(t)
  const question = '{"node":"node-a","addresses":["10.244.2.20","10.99.0.1"]}'
  const { labels, unknown, watermark } = await read<LabelAnswer>(ask(question))
  const who = labels.map(({ peer }) => whoIs(peer))
  assert.deepEqual([who, unknown, watermark], [['pod cart-0'], ['10.99.0.1'], minutes(0)])
})

const many = JSON.stringify({ node: 'node-a', addresses: new Array(1_001).fill('10.0.0.1') })
const refused: [why: string, body: string, status: number, code: string, detail: RegExp][] = [
  ['text that is no JSON', '{', 400, 'malformed', /^not JSON: /],
  ['an empty body', '', 400, 'malformed', /expected a JSON object/],
  ['a list', '[]', 400, 'malformed', /expected a JSON object/],
  ['a missing node', '{"addresses":[]}', 400, 'malformed', /expected a JSON object {"node"/],
  ['a node that is no name', '{"node":"a b","addresses":[]}', 400, 'malformed', /^node: expected a node name/],
  [
    'addresses that are no list',
    '{"node":"a","addresses":"10.0.0.1"}',
    400,
    'malformed',
    /^addresses: expected a list/,
  ],
  [
    'an address that is none',
    '{"node":"a","addresses":["10.0.0.1","ten"]}',
    400,
    'malformed',
    /^addresses\[1\]: .*found "ten"/,
  ],
  ['more than 1,000 addresses', many, 400, 'malformed', /at most 1000, found 1001/],
  ['a body beyond the limit', 'x'.repeat(200_000), 413, 'too large', /ask in parts/],
]
for (const [why, body, status, code, detail] of refused)
  test(`${why} is refused`, async t => {
    const { ask } = await serve(t)
    const answer = await ask(body)
    const refusal = await read<Refusal>(answer)
    assert.deepEqual([answer.status, refusal.code], [status, code])
    assert.match(refusal.detail, detail)
  })

const asks: [why: string, proves: Partial<Identity>, query: string, status: number][] = [
  ['a proven node may ask for itself', { node: 'node-a', cluster: 'lab' }, 'node=node-a', 200],
  ['a proven node may not ask for another', { node: 'node-a' }, 'node=node-b', 403],
  ['a proven cluster may not ask for another', { cluster: 'lab' }, 'node=node-a&cluster=other', 403],
  ['an asserted agent names its cluster', {}, 'node=node-a&cluster=lab', 200],
  ['a node that is not named is refused', {}, '', 400],
]
for (const [why, proves, query, status] of asks)
  test(why, async t => {
    const { send } = await serve(t, { proves })
    assert.equal((await send(`/agent/v1/directory?${query}`)).status, status)
  })

test('without a valid secret nothing is answered', async t => {
  const { send } = await serve(t)
  const wrong = { headers: { authorization: 'Bearer wrong' } }
  assert.equal((await send('/agent/v1/directory?node=node-a', wrong)).status, 401)
  assert.equal((await send('/agent/v1/labels', { ...wrong, method: 'POST', body: 'x'.repeat(200_000) })).status, 401)
})

test('an agent of a cluster that is not known waits, and is answered when it is', async t => {
  const { directory, routes, send } = await serve(t)
  const answer = send('/agent/v1/directory?node=node-a&cluster=new')
  while (routes.waiting() === 0) await new Promise(setImmediate)
  directory.apply({ ...shop, cluster: 'new' }, minutes(1))
  assert.equal((await read<DirectoryUpdate>(answer)).reset, true)
})

test('what all agents are told is packed once, and reads as one answer', async t => {
  const { directory, send } = await serve(t)
  const nodes = Array.from({ length: 300 }, (_, i) => ({
    name: `node-${i}`,
    zone: zoneB,
    addresses: [`10.30.${i >> 8}.${i & 255}`],
  }))
  directory.apply({ ...shop, nodes: [...shop.nodes, ...nodes] }, minutes(1))
  const answer = await send('/agent/v1/directory?node=node-a')
  assert.equal(answer.headers.get('content-encoding'), 'gzip')
  const update = await read<DirectoryUpdate>(answer)
  const told = directory.updateFor('lab', 'node-a', undefined)
  for (const field of ['cursor', 'reset', 'labels', 'nodeAddresses', 'declaredPorts', 'services', 'subnets'] as const)
    assert.deepEqual(update[field], told?.[field])
  const plain = await read<DirectoryUpdate>(
    send('/agent/v1/directory?node=node-7', {
      headers: { authorization: 'Bearer right', 'accept-encoding': 'identity' },
    }),
  )
  assert.equal(plain.labels.length, 303)
})
