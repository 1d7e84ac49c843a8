import { equal, match, ok } from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createListener } from '../../server/http.ts'
import { stage } from './api/stage.ts'

async function builtPage(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Weir</title>')
  await writeFile(join(folder, 'assets', 'page-0a1b.js'), '1')
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('the page may load nothing from elsewhere and nothing inline', async () => {
  await using page = await builtPage()
  await using server = await stage({ webDir: page.folder })
  const response = await server.get('/')
  equal(response.status, 200)
  const policy = response.headers.get('content-security-policy') ?? ''
  match(policy, /default-src 'self'/)
  match(policy, /style-src 'self'/)
  match(policy, /frame-ancestors 'none'/)
  ok(!policy.includes('unsafe'))
  ok(!policy.includes('upgrade-insecure-requests')) // the server speaks plain HTTP
  equal(response.headers.get('x-powered-by'), null)
})

test('every address of a page has the one page, which is asked for again', async () => {
  await using page = await builtPage()
  await using server = await stage({ webDir: page.folder })
  for (const path of ['/', '/costs?month=2026-11', '/services/shop/cart', '/rollouts/a%2Fb']) {
    const response = await server.get(path, { redirect: 'manual' })
    equal(response.status, 200, path)
    match(await response.text(), /<title>Weir<\/title>/)
    equal(response.headers.get('cache-control'), 'no-cache')
  }
  equal((await server.get('/nowhere')).status, 404)
})

test('files with their hash in the name are kept for ever, the page itself is asked for again', async () => {
  await using page = await builtPage()
  await using server = await stage({ webDir: page.folder })
  match((await server.get('/assets/page-0a1b.js')).headers.get('cache-control') ?? '', /immutable/)
  equal((await server.get('/')).headers.get('cache-control'), 'no-cache')
})

test('scripts come packed to a browser that can unpack them, and as they are to one that cannot', async () => {
  await using page = await builtPage()
  await using server = await stage({ webDir: page.folder })
  for (const [accepted, encoding] of [
    ['gzip', 'gzip'],
    ['identity', null],
  ] as const) {
    const response = await server.get('/assets/page-0a1b.js', { headers: { 'accept-encoding': accepted } })
    equal(response.headers.get('content-encoding'), encoding)
    match(response.headers.get('content-type') ?? '', /javascript/)
    match(response.headers.get('cache-control') ?? '', /immutable/)
    equal(await response.text(), '1')
  }
})

test('nothing outside the folder of the page is served', async () => {
  await using page = await builtPage()
  await using server = await stage({ webDir: join(page.folder, 'assets', '..') })
  for (const path of ['/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc%2fpasswd', '/%00', '/%ff'])
    ok((await server.get(path)).status >= 400, path)
})

test('a page that is not built says how to build it', async () => {
  await using server = await stage()
  const response = await server.get('/')
  equal(response.status, 200)
  match(await response.text(), /npm run build/)
})

test('health and readiness answer', async () => {
  await using server = await stage()
  equal((await server.get('/healthz')).status, 200)
  equal((await server.get('/readyz')).status, 200)
})

test('every answer has an id of its own', async () => {
  await using server = await stage()
  const ids = [await server.get('/healthz'), await server.get('/nothing')].map(one => one.headers.get('x-request-id'))
  ok(ids[0] !== null && ids[0] !== ids[1])
})

const address = { host: '127.0.0.1', port: 0 }

test('a request under way is answered before the listener stops', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
  const { promise: go, resolve: release } = Promise.withResolvers<void>()
  const listener = createListener(
    'test',
    address,
    async (_, response) => {
      arrive()
      await go
      response.end('done')
    },
    () => {},
  )
  await listener.start()
  const answer = fetch(`http://127.0.0.1:${listener.port()}`)
  await arrived
  const stopped = listener.stop()
  release()
  equal(await (await answer).text(), 'done')
  await stopped
})

test('a listener that was never started stops at once', async () => {
  await createListener(
    'test',
    address,
    () => {},
    () => {},
  ).stop()
})

test('a port that is taken is an error at start', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo // TCP
  const listener = createListener(
    'test',
    { host: '127.0.0.1', port },
    () => {},
    () => {},
  )
  match(
    await listener.start().then(
      () => '',
      (error: Error) => error.message,
    ),
    /EADDRINUSE/,
  )
  other.close()
})
