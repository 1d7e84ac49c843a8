import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { proxyAccess } from '../../../server/access/proxy.ts'
import { isRefusal } from '../../../server/access/rules.ts'
import { ProxyAddresses } from '../../../server/access/visit.ts'
import { townRights } from './people.ts'

const secret = 'proxy-secret-0123456789'
const whoIs = proxyAccess([secret], townRights, new ProxyAddresses(['10.1.0.0/16']))
const ask = (headers: { readonly [name: string]: string }, remoteAddress = '10.1.2.3') =>
  whoIs({ headers, remoteAddress }, epochMs(0))
const proof = { 'x-weir-proxy-secret': secret }

test('the proxy names who is asking, and the rights file says what they may see', () => {
  deepEqual(ask({ ...proof, 'x-forwarded-user': 'shop', 'x-forwarded-groups': 'dev, ops' }), {
    name: 'shop',
    scope: new Set(['shop']),
    auth: 'proxy',
  })
})

const refused: [why: string, headers: { readonly [name: string]: string }, remote: string, problem: RegExp][] = [
  ['the headers alone', { 'x-forwarded-user': 'all' }, '10.1.2.3', /must send its secret/],
  ['the secret from elsewhere', { ...proof, 'x-forwarded-user': 'all' }, '10.2.0.1', /10\.2\.0\.1 is none of/],
  ['a wrong secret', { 'x-weir-proxy-secret': 'x', 'x-forwarded-user': 'all' }, '10.1.2.3', /its secret/],
  ['nobody', proof, '10.1.2.3', /names no user/],
  [
    'two users: one of them was sent by the client',
    { ...proof, 'x-forwarded-user': 'all, shop' },
    '10.1.2.3',
    /single/,
  ],
  ['a name with a line break', { ...proof, 'x-forwarded-user': 'a\tb' }, '10.1.2.3', /no single name/],
  ['a bearer token', { authorization: `Bearer ${secret}`, 'x-forwarded-user': 'all' }, '10.1.2.3', /its secret/],
]
for (const [why, headers, remote, problem] of refused)
  test(`refused: ${why}`, () => {
    const who = ask(headers, remote)
    equal(isRefusal(who) && who.code, 'unauthenticated')
    match(isRefusal(who) ? who.detail : '', problem)
  })
