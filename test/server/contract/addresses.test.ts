import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress, formatAddress, inCidr, isPublic, parseAddress, parseCidr } from '@weir/contract/addresses.ts'

/** Pairs from RFC 5952 (the section is named) and RFC 4291 section 2.2; the rest follows from them. */
const canonical: [why: string, text: string, want: string][] = [
  ['4.1: leading zeros go', '2001:0db8::0001', '2001:db8::1'],
  ['4.1: a zero group is one zero', '2001:db8:0000:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['4.2.1: shortened as much as possible', '2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
  ['4.2.1: not 2001:db8::0:1', '2001:db8::0:1', '2001:db8::1'],
  ['4.2.2: one zero group is not shortened', '2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['4.2.3: the longest run is shortened', '2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['4.2.3: the first of equal runs is shortened', '2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['4.3: lower case', '2001:DB8::ABCD:EF', '2001:db8::abcd:ef'],
  ['RFC 4291: a multicast address', 'FF01:0:0:0:0:0:0:101', 'ff01::101'],
  ['RFC 4291: the loopback address', '0:0:0:0:0:0:0:1', '::1'],
  ['RFC 4291: the unspecified address', '0:0:0:0:0:0:0:0', '::'],
  ['a run at the end', '2001:db8:1:0:0:0:0:0', '2001:db8:1::'],
  ['a dotted quad may stand last', '64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['an IPv4-mapped address is the IPv4 address', '::ffff:192.0.2.1', '192.0.2.1'],
  ['an IPv4-mapped address in groups too', '::ffff:c000:201', '192.0.2.1'],
  ['an IPv4-compatible address is not', '::c000:201', '::c000:201'],
  ['a dotted quad is as it is', '192.0.2.1', '192.0.2.1'],
]
for (const [why, text, want] of canonical)
  test(`${why}: ${text}`, () => {
    assert.equal(canonicalAddress(text), want)
    assert.equal(canonicalAddress(want), want)
  })

const noAddress = [
  ...['', ' ', '1', '1.2.3', '1.2.3.4.5', '256.1.1.1', '1.2.3.04', '1.2.3.-4', '1.2.3.4 ', '0x1.2.3.4', '1e1.2.3.4'],
  ...[':', ':::', '::1::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8', '12345::', 'g::', '::1%eth0'],
  ...[
    '1::2::3',
    '::1.2.3',
    '::1.2.3.4:5',
    '1.2.3.4::',
    '[::1]',
    '::1/64',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '10.0.0.1/8',
  ],
]
for (const text of noAddress)
  test(`${JSON.stringify(text)} is no address`, () => assert.equal(parseAddress(text), undefined))

test('an address of 4 or 16 bytes comes back from its text', () => {
  for (let i = 0; i < 2_000; i++) {
    // Every byte pattern of zero and non-zero groups comes up: zeros are what the short form is about.
    const bytes = Uint8Array.from({ length: 16 }, (_, at) => ((i >> (at >> 1)) & 1 ? (i * 31 + at * 7) & 0xff : 0))
    const text = formatAddress(bytes)
    assert.deepEqual(parseAddress(text), bytes, text)
  }
})

test('an IPv4-mapped address has the bytes of the IPv4 address, so that ranges hold for it', () => {
  assert.deepEqual(parseAddress('::ffff:10.0.0.1'), Uint8Array.of(10, 0, 0, 1))
})

const cidrs: [why: string, cidr: string, address: string, want: boolean][] = [
  ['the first address', '10.20.0.0/16', '10.20.0.0', true],
  ['the last address', '10.20.0.0/16', '10.20.255.255', true],
  ['the one after it', '10.20.0.0/16', '10.21.0.0', false],
  ['a prefix within a byte, inside', '10.20.16.0/20', '10.20.31.255', true],
  ['a prefix within a byte, outside', '10.20.16.0/20', '10.20.32.0', false],
  ['everything', '0.0.0.0/0', '255.255.255.255', true],
  ['a bare address is itself', '10.0.0.1', '10.0.0.1', true],
  ['and no other', '10.0.0.1', '10.0.0.2', false],
  ['IPv6 within a byte, inside', 'fd00:8000::/17', 'fd00:ffff::1', true],
  ['IPv6 within a byte, outside', 'fd00:8000::/17', 'fd00:7fff::1', false],
  ['families are never mixed', '::/0', '10.0.0.1', false],
]
for (const [why, cidr, address, want] of cidrs)
  test(`${address} in ${cidr}: ${why}`, () => {
    const [range, bytes] = [parseCidr(cidr), parseAddress(address)]
    assert.ok(range && bytes)
    assert.equal(inCidr(bytes, range), want)
  })

for (const text of [
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0.0/+8',
  'x/8',
  '/8',
  '',
])
  test(`${JSON.stringify(text)} is no CIDR`, () => assert.equal(parseCidr(text), undefined))

/** IANA's special-purpose address registries, www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-. */
const publicness: [address: string, want: boolean][] = [
  ...['9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255']
    .concat(['192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '2600:1f18::1', '2a05:d018::1'])
    .map((address): [string, boolean] => [address, true]),
  ...['10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255', '127.0.0.1', '169.254.169.254', '172.16.0.0']
    .concat(['172.31.255.255', '192.168.255.255', '198.18.0.0', '198.19.255.255', '224.0.0.1', '255.255.255.255'])
    .concat(['0.0.0.0', '::', '::1', 'fc00::1', 'fdff::1', 'fe80::1', 'febf::1', 'ff02::1'])
    .map((address): [string, boolean] => [address, false]),
]
for (const [address, want] of publicness)
  test(`${address} is ${want ? '' : 'not '}of the public internet`, () => {
    const bytes = parseAddress(address)
    assert.ok(bytes)
    assert.equal(isPublic(bytes), want)
  })
