import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { cookieOf, isSameOrigin, ProxyAddresses, type Visit } from '../../../server/access/visit.ts'

const visit = (headers: Visit['headers'], remoteAddress = '10.1.2.3'): Visit => ({ headers, remoteAddress })
const proxies = new ProxyAddresses(['10.0.0.0/8', 'fd00::/8'])

const clients: [why: string, forwarded: string | undefined, remote: string, client: string][] = [
  ['from no proxy, what it forwards is what anybody may write', '1.1.1.1', '8.8.8.8', '8.8.8.8'],
  ['a proxy tells the client', '8.8.8.8', '10.1.2.3', '8.8.8.8'],
  ['also one of IPv6', '2001:db8::1', 'fd00::1', '2001:db8::1'],
  ['what stands left of the first stranger is the stranger’s own word', '1.1.1.1, 8.8.8.8', '10.1.2.3', '8.8.8.8'],
  ['through two proxies', '8.8.8.8, 10.9.9.9', '10.1.2.3', '8.8.8.8'],
  ['a proxy that tells nothing is the client', undefined, '10.1.2.3', '10.1.2.3'],
  ['no address is no client', 'unknown', '10.1.2.3', '10.1.2.3'],
]
for (const [why, forwarded, remote, client] of clients)
  test(why, () => equal(proxies.clientOf(visit(forwarded ? { 'x-forwarded-for': forwarded } : {}, remote)), client))

for (const cidr of ['10.0.0.1', '10.0.0.0/33', 'fd00::/129', 'localhost/8', '10.0.0.0/8/8', ''])
  test(`no CIDR: ${JSON.stringify(cidr)}`, () => throws(() => new ProxyAddresses([cidr]), /is no CIDR such as/))

const origins: [why: string, headers: Visit['headers'], publicUrl: string, own: boolean][] = [
  ['curl says nothing and has no cookies to abuse', { host: 'weir' }, '', true],
  ['our own page', { host: 'weir:8080', origin: 'http://weir:8080' }, '', true],
  [
    'our own page behind a proxy that changes the host',
    { host: '10.0.0.1', origin: 'https://w.io' },
    'https://w.io',
    true,
  ],
  ['another site', { host: 'weir', origin: 'http://evil' }, '', false],
  ['another port is another site', { host: 'weir:8080', origin: 'http://weir:9090' }, '', false],
  ['a sandboxed page', { host: 'weir', origin: 'null' }, '', false],
  ['a browser that says so without an origin', { host: 'weir', 'sec-fetch-site': 'cross-site' }, '', false],
  ['a sister site', { host: 'weir', 'sec-fetch-site': 'same-site' }, '', false],
]
for (const [why, headers, publicUrl, own] of origins)
  test(`${own ? 'taken' : 'refused'}: ${why}`, () => equal(isSameOrigin(visit(headers), publicUrl), own))

test('a cookie is found among others, and by its whole name', () => {
  const { headers } = visit({ cookie: 'xweir=1; weir=2; weir=3; weird=4' })
  equal(cookieOf({ headers, remoteAddress: '' }, 'weir'), '2')
  equal(cookieOf({ headers, remoteAddress: '' }, 'wei'), undefined)
})
