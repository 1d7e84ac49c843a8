import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { JSONWebKeySet } from 'jose'
import { KeySet } from '../../../server/trust/key-set.ts'
import { offlineTokens } from '../../../server/trust/offline-tokens.ts'
import { ACCOUNT, AUDIENCE, bearer, boundTo, ISSUER, issuerWith, NOW, type TokenWishes } from './tokens.ts'

const MINUTE = 60_000
const [first, second] = [await issuerWith('one'), await issuerWith('two')]

/** An issuer's site on loopback, and the wall that reads its keys. */
async function stage(t: TestContext, jwks: unknown = first.jwks) {
  const at = { now: NOW, published: jwks, status: 200, fetches: 0, logged: '' }
  const site = createServer((_, response) => {
    at.fetches++
    response.writeHead(at.status, { location: '/elsewhere' }).end(JSON.stringify(at.published))
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  t.after(() => site.close())
  const now = () => at.now
  const log = (line: string) => {
    at.logged += `${line}\n`
  }
  const { port } = site.address() as AddressInfo // a TCP listener has no other kind of address
  const keys = new KeySet({ source: `http://127.0.0.1:${port}/keys`, now, log })
  const rule = { audience: AUDIENCE, serviceAccount: ACCOUNT, issuer: ISSUER, cluster: 'east', now }
  return Object.assign(at, { authenticate: offlineTokens({ ...rule, keys, nodeOfPod: () => undefined }) })
}
type Stage = Awaited<ReturnType<typeof stage>>

async function outcome(at: Stage, token: string): Promise<string> {
  const found = await at.authenticate(bearer(token))
  return 'identity' in found ? `${found.identity} ${found.cluster}/${found.node}` : `${found.code}: ${found.reason}`
}

test('a token of the issuer proves the node it names; the keys are fetched once', async t => {
  const at = await stage(t)
  for (let i = 0; i < 5; i++) equal(await outcome(at, await first.token()), 'proven east/a1')
  equal(at.fetches, 1)
})

const refused: [why: string, wishes: TokenWishes, outcome: string][] = [
  ['another audience', { audience: 'vault' }, 'unauthorised: other audience'],
  ['another issuer', { issuer: 'https://issuer.example/id/2' }, 'unauthorised: other issuer'],
  ['expired', { expiresAt: NOW - 1_000 }, 'unauthorised: expired'],
  ['another service account', { subject: 'system:serviceaccount:weir:x' }, 'unauthorised: other service account'],
  ['bound to no pod', { bound: {} }, 'unauthorised: no node'],
  ['of a pod that no directory knows', { bound: boundTo(undefined) }, 'unverified: no node'],
  ['a key nobody knows', { kid: 'three' }, 'unauthorised: unknown key'],
]
for (const [why, wishes, expected] of refused)
  test(`refused: ${why}`, async t => equal(await outcome(await stage(t), await first.token(wishes)), expected))

const part = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url')
const body = part({
  iss: ISSUER,
  aud: [AUDIENCE],
  exp: NOW / 1000 + 60,
  sub: 'system:serviceaccount:weir:agent',
  ...boundTo('a1'),
})
const forged: [why: string, head: object, sign: (text: string) => Buffer][] = [
  ['alg none', { alg: 'none', kid: 'one' }, () => Buffer.alloc(0)],
  [
    'HS256 with the public key as secret',
    { alg: 'HS256', kid: 'one' },
    text => createHmac('sha256', JSON.stringify(first.jwks.keys[0])).update(text).digest(),
  ],
  ['no signature', { alg: 'ES256', kid: 'one' }, () => Buffer.alloc(64)],
  [
    'signed by another key under the same id',
    { alg: 'ES256', kid: 'one' },
    text =>
      sign('sha256', Buffer.from(text), {
        key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
        dsaEncoding: 'ieee-p1363',
      }),
  ],
]
for (const [why, head, signed] of forged)
  test(`a forged token opens nothing: ${why}`, async t => {
    const text = `${part(head)}.${body}`
    equal(await outcome(await stage(t), `${text}.${part(signed(text))}`), 'unauthorised: not authenticated')
  })

test('claims that were changed after signing open nothing', async t => {
  const [head, , signature] = (await first.token()).split('.')
  const [, claims] = (await first.token({ bound: boundTo('b2') })).split('.')
  equal(await outcome(await stage(t), `${head}.${claims}.${signature}`), 'unauthorised: not authenticated')
})

test('a rotated key is fetched when a token names it', async t => {
  const at = await stage(t)
  equal(await outcome(at, await first.token()), 'proven east/a1')
  at.published = { keys: [...first.jwks.keys, ...second.jwks.keys] }
  at.now += 31_000
  equal(await outcome(at, await second.token()), 'proven east/a1')
  equal(at.fetches, 2)
})

test('made-up key ids fetch at most every 30 seconds', async t => {
  const at = await stage(t)
  for (let i = 0; i < 20; i++) await outcome(at, await first.token({ kid: `made-up-${i}` }))
  equal(at.fetches, 1)
})

test('while the issuer is away its keys go on for a day, then nobody is let in, and after it all are again', async t => {
  const at = await stage(t)
  const late = NOW + 48 * 60 * MINUTE
  const token = await first.token({ expiresAt: late })
  equal(await outcome(at, token), 'proven east/a1')
  at.status = 500
  for (let hour = 1; hour <= 23; hour++) {
    at.now = NOW + hour * 60 * MINUTE
    equal(await outcome(at, token), 'proven east/a1', `hour ${hour}`)
  }
  equal(await outcome(at, await second.token({ expiresAt: late })), 'unverified: cannot be checked')
  at.now = NOW + 25 * 60 * MINUTE
  // The first may still share the fetch of two hours before, the second has one of its own.
  for (let i = 0; i < 2; i++) equal(await outcome(at, token), 'unverified: cannot be checked')
  ok(at.logged.includes('status 500'))
  at.status = 200
  equal(await outcome(at, token), 'unverified: cannot be checked', 'not asked with every request')
  at.now += 6_000
  equal(await outcome(at, token), 'proven east/a1')
})

const bad: [why: string, published: unknown, status: number][] = [
  ['no JSON object', 'x', 200],
  ['an empty set', { keys: [] }, 200],
  ['only a shared secret', { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'one' }] }, 200],
  ['a redirect, which is not followed', first.jwks, 302],
  ['404', first.jwks, 404],
]
for (const [why, published, status] of bad)
  test(`keys that cannot be had are no reason to let anyone in: ${why}`, async t => {
    const at = await stage(t, published)
    at.status = status
    equal(await outcome(at, await first.token()), 'unverified: cannot be checked')
    equal(at.fetches, 1)
  })

test('keys may be in a file; it is read again', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-keys-'))
  t.after(() => rm(folder, { recursive: true }))
  const source = join(folder, 'jwks.json')
  const write = (jwks: JSONWebKeySet) => writeFile(source, JSON.stringify(jwks))
  await write(first.jwks)
  let now = NOW
  const keys = new KeySet({ source, now: () => now, log: () => {} })
  const rule = { audience: AUDIENCE, serviceAccount: ACCOUNT, issuer: ISSUER, cluster: 'east', now: () => now }
  const authenticate = offlineTokens({ ...rule, keys, nodeOfPod: () => undefined })
  ok('identity' in (await authenticate(bearer(await first.token()))))
  await write(second.jwks)
  now += 31_000
  const found = await authenticate(bearer(await second.token()))
  deepEqual(found, { identity: 'proven', cluster: 'east', node: 'a1' })
})
