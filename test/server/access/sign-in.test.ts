import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { SESSION_MS } from '../../../server/access/sessions.ts'
import { now, type Stage, stage } from '../api/stage.ts'
import { guardedDoor, tokens } from './people.ts'

const hour = 3_600_000

async function door(clock = () => now) {
  return stage({ access: guardedDoor(clock), clock })
}

const signIn = (
  server: Stage,
  token: string,
  next = '/?group=zone',
  headers: { readonly [name: string]: string } = {},
) =>
  server.get('/login', {
    method: 'POST',
    body: new URLSearchParams({ token, next }),
    headers,
    redirect: 'manual',
  })
const cookieIn = (response: Response): string => (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
const statusWith = async (server: Stage, cookie: string): Promise<number> =>
  (await server.get('/api/v1/pairs', { headers: { cookie } })).status

test('a right token becomes a session, and one is back where one wanted to go', async () => {
  await using server = await door()
  const response = await signIn(server, tokens.all)
  equal(response.status, 303)
  equal(response.headers.get('location'), '/?group=zone')
  const set = response.headers.getSetCookie()[0] ?? ''
  match(set, /; HttpOnly; SameSite=Strict$/)
  match(set, new RegExp(`; Path=/; Max-Age=${SESSION_MS / 1000};`))
  ok(!set.includes(tokens.all))
  ok(!Buffer.from(set, 'base64url').toString().includes(tokens.all))
  equal(await statusWith(server, cookieIn(response)), 200)
})

test('behind TLS the cookie is for this host and for TLS only', async () => {
  await using server = await door()
  const set = (await signIn(server, tokens.all, '/', { 'x-forwarded-proto': 'https' })).headers.getSetCookie()[0] ?? ''
  match(set, /^__Host-weir=.*; Secure$/)
})

test('a wrong token stays on the login page, with the way on kept and nothing repeated', async () => {
  await using server = await door()
  const response = await signIn(server, 'wrong-0123456789abcdef')
  equal(response.status, 401)
  equal(response.headers.getSetCookie().length, 0)
  ok(!(await response.text()).includes('wrong-0123456789abcdef'))
})

test('ten wrong tokens from one address are enough for a while, and then even a right one waits', async () => {
  let clock = now
  await using server = await door(() => clock)
  for (let i = 0; i < 10; i++) equal((await signIn(server, `wrong-0123456789abc${i}`)).status, 401)
  const late = await signIn(server, tokens.all)
  equal(late.status, 429)
  equal(late.headers.get('retry-after'), '6')
  clock = epochMs(clock + 6_000)
  equal((await signIn(server, tokens.all)).status, 303)
})

test('a session ends with its time', async () => {
  let clock = now
  await using server = await door(() => clock)
  const cookie = cookieIn(await signIn(server, tokens.all))
  clock = epochMs(now + SESSION_MS - 1)
  equal(await statusWith(server, cookie), 200)
  clock = epochMs(now + SESSION_MS)
  equal(await statusWith(server, cookie), 401)
})

test('signing out ends the session, also for whoever copied its cookie', async () => {
  await using server = await door()
  const cookie = cookieIn(await signIn(server, tokens.all))
  const response = await server.get('/logout', { method: 'POST', headers: { cookie }, redirect: 'manual' })
  equal(response.status, 303)
  equal(response.headers.get('location'), '/login')
  match(response.headers.getSetCookie()[0] ?? '', /^weir=; Path=\/; Max-Age=0/)
  equal(await statusWith(server, cookie), 401)
})

test('a session that was changed, cut short or made by another server is none', async () => {
  await using server = await door()
  await using other = await door()
  const cookie = cookieIn(await signIn(server, tokens.shop))
  const [body = '', signature = ''] = cookie.replace('weir=', '').split('.')
  const raised = Buffer.from(Buffer.from(body, 'base64url').toString().replace('"shop"', '"all"')).toString('base64url')
  for (const bad of [`weir=${raised}.${signature}`, `weir=${body}`, `weir=${body}.`, 'weir=', `weir=${body}.x.y`])
    equal(await statusWith(server, bad), 401, bad)
  equal(await statusWith(other, cookie), 401)
})

test('another site can sign nobody in or out', async () => {
  await using server = await door()
  const cookie = cookieIn(await signIn(server, tokens.all))
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    equal((await signIn(server, tokens.all, '/', { ...headers })).status, 403)
    const out = await server.get('/logout', { method: 'POST', headers: { cookie, ...headers }, redirect: 'manual' })
    equal(out.status, 403)
  }
  equal(await statusWith(server, cookie), 200)
})

test('a form of more than a token and an address is not read', async () => {
  await using server = await door()
  equal((await signIn(server, 'x'.repeat(10_000))).status, 413)
})

test('a session is of a working day', () => equal(SESSION_MS, 12 * hour))
