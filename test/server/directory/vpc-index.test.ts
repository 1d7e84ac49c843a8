import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { VpcIndex } from '../../../server/directory/vpc-index.ts'
import { flowLog, mappedInterface, mappedSubnet, use1a, use1b, vpcRecords } from './vpc-records.ts'

const a = mappedSubnet('vpc-1', 'subnet-a', use1a, '10.0.0.0/24', '2600:1f18:1::/64')
const b = mappedSubnet('vpc-1', 'subnet-b', use1b, '10.0.1.0/24')
const wide = mappedSubnet('vpc-2', 'subnet-wide', use1b, '10.0.0.0/20')
const node = mappedInterface(a, 'eni-node', { kind: 'instance', id: 'i-1' }, ['10.0.0.5'], ['10.0.0.16/28'])
const balancer = mappedInterface(
  a,
  'eni-lb',
  { kind: 'thing', thing: 'application load balancer', id: 'app/shop/1', name: 'shop' },
  ['10.0.0.9', '2600:1f18:1::9'],
)
const first = vpcRecords('vpc-1', {
  subnets: [a, b],
  interfaces: [node, balancer],
  routeTables: [
    { id: 'rtb-main', subnets: [], isMain: true, natGateway: 'nat-b' },
    { id: 'rtb-a', subnets: ['subnet-a'], isMain: false, natGateway: 'nat-regional' },
  ],
  natGateways: [
    { id: 'nat-b', subnet: 'subnet-b', addresses: ['10.0.1.7'], zoneIds: [] },
    { id: 'nat-regional', addresses: [], zoneIds: ['use1-az1'] },
  ],
  flowLogs: [flowLog('subnet-b'), flowLog('eni-lb'), flowLog('vpc-1', false)],
})
const second = vpcRecords('vpc-2', {
  subnets: [wide],
  interfaces: [mappedInterface(wide, 'eni-two', { kind: 'instance', id: 'i-2' }, ['10.0.0.5'])],
})
const alone = new VpcIndex([first])
const { flowLogs: _, ...withoutLogs } = first
const deniedLogs = new VpcIndex([withoutLogs])
const both = new VpcIndex([first, second])

const questions: [why: string, answer: unknown, want: unknown][] = [
  ['an address is in the VPC that has its subnet', alone.vpcOf('10.0.1.200'), 'vpc-1'],
  ['IPv6 subnets are subnets', alone.subnetOf('2600:1f18:1::77')?.id, 'subnet-a'],
  ['an address of no subnet is in no VPC', alone.vpcOf('10.9.0.1'), undefined],
  ['text that is no address is in no VPC', alone.vpcOf('shop'), undefined],
  ['an interface is found by its address', alone.thingOf('2600:1f18:1::9'), balancer.owner],
  ['a delegated prefix is its interface’s, every address of it', alone.interfaceAt('10.0.0.31')?.id, 'eni-node'],
  ['and no address past it', alone.interfaceAt('10.0.0.32'), undefined],
  ['an interface is found by its id', alone.interfaceOf('eni-lb')?.zone, use1a],
  ['an address of two VPCs is in neither', both.vpcOf('10.0.0.5'), undefined],
  ['nor does it have an interface', both.interfaceAt('10.0.0.5'), undefined],
  ['until the VPC is said', both.thingOf('10.0.0.5', 'vpc-2'), { kind: 'instance', id: 'i-2' }],
  ['a shorter prefix of another VPC is in the way, too', both.subnetOf('10.0.1.1'), undefined],
  ['and is the answer where it alone holds the address', both.vpcOf('10.0.2.1'), 'vpc-2'],
  ['a subnet without a route table has the main one’s NAT gateway', alone.natGatewayFor('10.0.1.9')?.id, 'nat-b'],
  ['a NAT gateway is in its subnet’s zone', alone.natGatewayFor('10.0.1.9')?.zone, use1b],
  ['a regional one is in the sender’s zone where it is at work', alone.natGatewayFor('10.0.0.9')?.zone, use1a],
  ['IPv6 needs no NAT gateway', alone.natGatewayFor('2600:1f18:1::9'), undefined],
  ['a VPC without routes leads to none', both.natGatewayFor('10.0.2.1'), undefined],
  ['a flow log of the subnet logs its interfaces', alone.isLogged('10.0.1.9'), true],
  ['a flow log of the interface logs it alone', [alone.isLogged('eni-lb'), alone.isLogged('eni-node')], [true, false]],
  ['an address of a logged interface is logged', alone.isLogged('10.0.0.9'), true],
  ['of what is outside of the map nobody knows', alone.isLogged('10.9.0.1'), undefined],
  ['nor of an interface that is too new to be listed', alone.isLogged('10.0.0.200'), undefined],
  ['nor where the flow logs could not be read', deniedLogs.isLogged('eni-lb'), undefined],
]
for (const [why, answer, want] of questions) test(why, () => deepEqual(answer, want))

test('what was read anew replaces everything', () => {
  const map = new VpcIndex([first])
  map.take([second])
  equal(map.interfaceOf('eni-node'), undefined)
  deepEqual(
    map.vpcs().map(({ vpc }) => vpc),
    ['vpc-2'],
  )
  equal(map.isLogged('eni-lb'), undefined)
})
