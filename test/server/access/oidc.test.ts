import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { ViewerAnswer } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { Access } from '../../../server/access/access.ts'
import { FLOW_MS, OidcAccess } from '../../../server/access/oidc.ts'
import { parseRights, type Rights } from '../../../server/access/rights.ts'
import { Sessions } from '../../../server/access/sessions.ts'
import { ProxyAddresses } from '../../../server/access/visit.ts'
import { type Stage, stage } from '../api/stage.ts'
import { client, type Faults, openProvider } from './provider.ts'

const rights = parseRights('users: { dana@example.com: [data] }\ngroups: { team-shop: [shop] }')
/** Where the provider is told that browsers reach us; the test plays the browser and knows the real port. */
const dashboardUrl = 'http://weir.example'
const dana = { sub: 'u-17', email: 'dana@example.com', email_verified: true, groups: ['team-shop', 'others'] }

function oidcDoor(issuer: string, clock: () => number, given: Rights = rights): Access {
  const key = randomBytes(32)
  const sessions = new Sessions(key)
  const oidc = new OidcAccess(
    { issuer, clientId: client.id, clientSecret: client.secret, dashboardUrl, key },
    given,
    sessions,
  )
  const proxies = new ProxyAddresses([])
  return { auth: 'oidc', sessions, proxies, dashboardUrl, oidc, whoIs: visit => oidc.whoIs(visit, epochMs(clock())) }
}

const cookies = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map(text => text.split(';')[0] ?? '')
    .filter(text => !text.endsWith('='))
    .join('; ')

/** What a browser does from our login page to our callback. */
async function begin(server: Stage, next = '/?group=zone') {
  const begun = await server.get(`/login/oidc?next=${encodeURIComponent(next)}`, { redirect: 'manual' })
  const authorization = begun.headers.get('location') ?? ''
  const back = await fetch(authorization, { redirect: 'manual' })
  const callback = new URL(back.headers.get('location') ?? '')
  return { begun, authorization: new URL(authorization), callback, cookie: cookies(begun) }
}

const come = (server: Stage, callback: URL, cookie: string) =>
  server.get(callback.pathname + callback.search, { redirect: 'manual', headers: { cookie } })

async function door(
  faults: () => Faults = () => ({}),
  clock: () => number = Date.now,
  person: typeof dana | object = dana,
) {
  const provider = await openProvider({ ...person }, faults)
  const logged: string[] = []
  const server = await stage({
    access: oidcDoor(provider.issuer, clock),
    clock: () => epochMs(clock()),
    log: (_, __, ___, fields) => logged.push(String(fields?.error)),
  })
  return {
    provider,
    logged,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await provider[Symbol.asyncDispose]()
    },
  }
}

test('the provider says who it is, and their groups and address what they may see', async () => {
  await using town = await door()
  const { begun, authorization, callback, cookie } = await begin(town.server)
  equal(begun.status, 303)
  equal(authorization.searchParams.get('code_challenge_method'), 'S256')
  equal(authorization.searchParams.get('redirect_uri'), `${dashboardUrl}/login/oidc/callback`)
  deepEqual(town.provider.scopes, ['openid profile email groups'])
  match(begun.headers.getSetCookie()[0] ?? '', /; Path=\/login\/oidc\/callback; Max-Age=600; HttpOnly; SameSite=Lax$/)
  const entered = await come(town.server, callback, cookie)
  equal(entered.status, 303)
  equal(entered.headers.get('location'), '/?group=zone')
  match(entered.headers.getSetCookie()[0] ?? '', /HttpOnly; SameSite=Strict$/)
  const who = await town.server.get('/api/v1/viewer', { headers: { cookie: cookies(entered) } })
  deepEqual((await who.json()) as ViewerAnswer, {
    name: 'dana@example.com',
    scope: ['data', 'shop'],
    auth: 'oidc',
    hasSession: true,
  })
})

test('an address that nobody has verified is nobody’s: the subject is the name then', async () => {
  await using town = await door(undefined, undefined, { ...dana, email_verified: false, groups: 'team-shop' })
  const { callback, cookie } = await begin(town.server)
  const who = await town.server.get('/api/v1/viewer', {
    headers: { cookie: cookies(await come(town.server, callback, cookie)) },
  })
  const { name, scope } = (await who.json()) as ViewerAnswer // as sent
  deepEqual([name, scope], ['u-17', []])
})

const refused: [why: string, faults: Faults, logged: RegExp][] = [
  ['another state', { callback: { state: 'x' } }, /unexpected "state"/],
  ['another nonce: the token of another sign-in', { claims: { nonce: 'x' } }, /"nonce" claim value/],
  ['no nonce', { claims: { nonce: undefined } as never }, /"nonce".* missing/],
  ['an ID token that has expired', { expiresInS: -60 }, /expiration is past/],
  ['an ID token for somebody else', { claims: { aud: 'other' } }, /"aud"/],
  ['an ID token of another provider', { claims: { iss: 'https://evil.example' } }, /"iss"/],
  ['an ID token that another key has signed', { forged: true }, /signature verification failed/],
  ['a code the provider does not know', { callback: { code: 'x' } }, /invalid_grant/],
  ['what the provider refused', { callback: { error: 'access_denied', code: '' } }, /access_denied/],
]
for (const [why, faults, logged] of refused)
  test(`refused: ${why}`, async () => {
    await using town = await door(() => faults)
    const { callback, cookie } = await begin(town.server)
    const response = await come(town.server, callback, cookie)
    equal(response.status, 401)
    equal(cookies(response), '')
    match(town.logged.join(), logged)
    ok(!(await response.text()).includes(callback.searchParams.get('code') || 'nothing'))
  })

test('refused: a sign-in that another browser has begun', async () => {
  await using town = await door()
  const { callback } = await begin(town.server)
  equal((await come(town.server, callback, '')).status, 401)
  const other = await begin(town.server)
  equal((await come(town.server, callback, other.cookie)).status, 401)
})

test('refused: coming back with the same code again', async () => {
  await using town = await door()
  const { callback, cookie } = await begin(town.server)
  equal((await come(town.server, callback, cookie)).status, 303)
  equal((await come(town.server, callback, cookie)).status, 401)
  deepEqual(town.provider.refusals, ['invalid_grant'])
})

test('refused: somebody who took more than ten minutes', async () => {
  let late = 0
  await using town = await door(undefined, () => Date.now() + late)
  const { callback, cookie } = await begin(town.server)
  late = FLOW_MS
  equal((await come(town.server, callback, cookie)).status, 401)
})

test('a provider that is away is told, and asked again the next time', async () => {
  const gone = await openProvider(dana)
  await gone[Symbol.asyncDispose]()
  await using server = await stage({ access: oidcDoor(gone.issuer, Date.now), clock: () => epochMs(Date.now()) })
  equal((await server.get('/login/oidc', { redirect: 'manual' })).status, 401)
  equal((await server.get('/login/oidc', { redirect: 'manual' })).status, 401)
  equal((await server.get('/healthz')).status, 200)
})

test('the session of one provider is none at another', async () => {
  await using town = await door()
  await using other = await door()
  const { callback, cookie } = await begin(town.server)
  const session = cookies(await come(town.server, callback, cookie))
  equal((await town.server.get('/api/v1/viewer', { headers: { cookie: session } })).status, 200)
  equal((await other.server.get('/api/v1/viewer', { headers: { cookie: session } })).status, 401)
})

test('nobody is sent to another site after signing in', async () => {
  await using town = await door()
  const { callback, cookie } = await begin(town.server, 'https://evil.example/')
  equal((await come(town.server, callback, cookie)).headers.get('location'), '/')
})
