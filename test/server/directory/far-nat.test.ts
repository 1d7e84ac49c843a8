import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { farGatewayOf } from '../../../server/directory/far-gateway.ts'
import { natSentences } from '../../../server/directory/far-nat.ts'
import { VpcIndex } from '../../../server/directory/vpc-index.ts'
import type { VpcRecords } from '../../../server/directory/vpc-map.ts'
import { flowLog, mappedInterface, mappedSubnet, use1a, use1b, vpcRecords } from './vpc-records.ts'

const a = mappedSubnet('vpc-1', 'subnet-a', use1a, '10.0.0.0/24')
const more = mappedSubnet('vpc-1', 'subnet-more', use1a, '10.0.2.0/24')
const b = mappedSubnet('vpc-1', 'subnet-b', use1b, '10.0.1.0/24')
const empty = mappedSubnet('vpc-1', 'subnet-empty', use1a, '10.0.3.0/24')
const machine = (id: string) => ({ kind: 'instance', id }) as const
const nat = { kind: 'thing', thing: 'NAT gateway', id: 'nat-b' } as const

/** Addresses of a service that a gateway endpoint leads to. */
const SERVICE = ['52.216.0.0/15', '3.5.0.0/19']
const INTERNET = '203.0.113.5'

/** Machines in three of four subnets, i-1 with an interface in two; all use the NAT gateway in subnet-b, but `others`. */
function vpc(others: readonly string[] = [], elsewhere: readonly string[] | undefined = SERVICE): VpcRecords {
  const known = elsewhere !== undefined && { elsewhere }
  return vpcRecords('vpc-1', {
    subnets: [a, more, b, empty],
    interfaces: [
      mappedInterface(a, 'eni-1', machine('i-1'), ['10.0.0.5', '2600:1f18:1::5']),
      mappedInterface(more, 'eni-2', machine('i-1'), ['10.0.2.5'], ['10.0.2.16/28']),
      mappedInterface(b, 'eni-3', machine('i-3'), ['10.0.1.5']),
      mappedInterface(b, 'eni-nat', nat, ['10.0.1.7']),
    ],
    routeTables: [
      { id: 'rtb-main', subnets: [], isMain: true, natGateway: 'nat-b', ...known },
      { id: 'rtb-other', subnets: others, isMain: false, elsewhere: [] },
    ],
    natGateways: [{ id: 'nat-b', subnet: 'subnet-b', addresses: ['10.0.1.7'], zoneIds: [] }],
  })
}
const found = (address: string, records = vpc()) => farGatewayOf(new VpcIndex([records]), address)

test('a machine, and a pod in a prefix of its, reach the internet through the gateway in another zone', () => {
  for (const address of ['10.0.0.5', '10.0.2.5', '10.0.2.20']) {
    const { id, zone, interface: own } = found(address) ?? {}
    deepEqual([id, zone, own], ['nat-b', use1b, 'eni-nat'])
  }
})

const ways: [why: string, address: string, is: boolean][] = [
  ['the internet', INTERNET, true],
  ['a service behind a gateway endpoint', '52.217.4.4', false],
  ['the same by its other block', '3.5.1.1', false],
  ['an IPv6 address', '2001:db8::1', false],
]
for (const [why, address, is] of ways)
  test(`${why} is ${is ? '' : 'not '}reached through it`, () => equal(found('10.0.0.5')?.isPassedTo(address), is))

const uncertain: [why: string, address: string, records: VpcRecords][] = [
  ['a machine in the gateway’s own zone', '10.0.1.5', vpc()],
  ['an address that is no machine’s', '10.0.3.9', vpc()],
  ['an IPv6 address', '2600:1f18:1::5', vpc()],
  ['a machine of which one interface goes another way', '10.0.0.5', vpc(['subnet-more'])],
  [
    'a route table of which not every route is known',
    '10.0.0.5',
    { ...vpc(), routeTables: [{ id: 'rtb-main', subnets: [], isMain: true, natGateway: 'nat-b' }] },
  ],
  ['a gateway whose interface is not known', '10.0.0.5', { ...vpc(), interfaces: vpc().interfaces.slice(0, 3) }],
]
for (const [why, address, records] of uncertain)
  test(`nothing is said of ${why}`, () => equal(found(address, records), undefined))

test('where routes tell the hop nothing is missing', () => deepEqual(natSentences(new VpcIndex([vpc()])), []))

const unknown: VpcRecords = {
  ...vpc(),
  routeTables: [{ id: 'rtb-main', subnets: [], isMain: true, natGateway: 'nat-b' }],
}

test('where they do not, the machines are told of, by zone and gateway', () => {
  deepEqual(natSentences(new VpcIndex([unknown])), [
    "subnet-a, subnet-more in us-east-1a: the internet is reached through nat-b in us-east-1b, across zones; what takes that way cannot be told from routes there, only from flow logs of the gateway's interface",
  ])
})

test('a gateway whose interface has a flow log needs no words: its own records count', () => {
  deepEqual(natSentences(new VpcIndex([{ ...unknown, flowLogs: [flowLog('vpc-1')] }])), [])
})

test('a subnet with a way of its own, or without a machine, is not', () => {
  deepEqual(natSentences(new VpcIndex([vpc(['subnet-a', 'subnet-more'])])), [])
})
