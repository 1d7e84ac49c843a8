import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareZones, parseZoneKey, withId, type Zone, zoneKey, zoneLabel, zoneMapKey } from '@weir/contract/zones.ts'

const region = 'us-east-1'
const named = (name: string, account?: string): Zone => ({ region, name, ...(account && { account }) })
const withZoneId = (id: string): Zone => ({ region, id })
const both = (name: string, id: string, account: string): Zone => ({ region, name, id, account })
const map = new Map([
  [zoneMapKey('111111111111', region, 'us-east-1a'), 'use1-az1'],
  [zoneMapKey('111111111111', region, 'us-east-1b'), 'use1-az2'],
])

const comparisons: [why: string, a: Zone | undefined, b: Zone | undefined, crossing: string, gap?: string][] = [
  ['the same ID is the same zone', withZoneId('use1-az1'), withZoneId('use1-az1'), 'same-zone'],
  ['another ID is another zone', withZoneId('use1-az1'), withZoneId('use1-az2'), 'cross-zone'],
  [
    'the same name in one account is the same zone',
    named('us-east-1a', '222222222222'),
    named('us-east-1a', '222222222222'),
    'same-zone',
  ],
  [
    'another name in one account is another zone',
    named('us-east-1a', '222222222222'),
    named('us-east-1b', '222222222222'),
    'cross-zone',
  ],
  ['names of an account that nobody named are of one account', named('us-east-1a'), named('us-east-1b'), 'cross-zone'],
  [
    'the same name in two accounts may be two zones',
    named('us-east-1a', '222222222222'),
    named('us-east-1a', '333333333333'),
    'unknown',
    'no zone map',
  ],
  [
    'IDs go before names: one zone has two names',
    both('us-east-1a', 'use1-az1', '1'),
    both('us-east-1c', 'use1-az1', '2'),
    'same-zone',
  ],
  [
    'a name and an ID need the map',
    named('us-east-1a', '222222222222'),
    withZoneId('use1-az1'),
    'unknown',
    'no zone map',
  ],
  [
    'with the map a name and an ID are compared',
    named('us-east-1a', '111111111111'),
    withZoneId('use1-az1'),
    'same-zone',
  ],
  [
    'with the map names differ as their IDs do',
    named('us-east-1b', '111111111111'),
    withZoneId('use1-az1'),
    'cross-zone',
  ],
  [
    'another region is beyond any zone',
    named('us-east-1a'),
    { region: 'eu-west-1', name: 'us-east-1a' },
    'cross-region',
  ],
  ['a zone that is not known is compared to nothing', undefined, withZoneId('use1-az1'), 'unknown', 'zone not known'],
  ['two that are not known are not the same', undefined, undefined, 'unknown', 'zone not known'],
]
for (const [why, a, b, crossing, gap] of comparisons)
  test(why, () => {
    const want = gap === undefined ? { crossing } : { crossing, why: gap }
    assert.deepEqual(compareZones(a, b, map), want)
    assert.deepEqual(compareZones(b, a, map), want)
  })

test('a key is region, account, name and id, with blanks for what is not known', () => {
  assert.equal(zoneKey(both('us-east-1a', 'use1-az1', '111111111111')), 'us-east-1|111111111111|us-east-1a|use1-az1')
  assert.equal(zoneKey(withZoneId('use1-az1')), 'us-east-1|||use1-az1')
})

for (const zone of [both('a', 'b', 'c'), named('a'), named('a', 'c'), withZoneId('b')])
  test(`${zoneKey(zone)} is read back as it was`, () => assert.deepEqual(parseZoneKey(zoneKey(zone)), zone))

for (const key of ['', 'us-east-1', 'us-east-1|||', '|1|a|b', 'us-east-1|1|a|b|c', 'us-east-1|1|a'])
  test(`${JSON.stringify(key)} is no zone key`, () => assert.throws(() => parseZoneKey(key), RangeError))

test('a zone that has an ID keeps it, whatever the map says', () => {
  assert.equal(withId(both('us-east-1a', 'use1-az9', '111111111111'), map).id, 'use1-az9')
})

test('people read the name, else the ID', () => {
  assert.deepEqual([named('us-east-1a'), withZoneId('use1-az1')].map(zoneLabel), ['us-east-1a', 'use1-az1'])
})
