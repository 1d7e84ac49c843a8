import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { natSentences } from '../../../server/directory/far-nat.ts'
import { VpcIndex } from '../../../server/directory/vpc-index.ts'
import { flowLog, mappedInterface, mappedSubnet, use1a, use1b, vpcRecords } from './vpc-records.ts'

const a = mappedSubnet('vpc-1', 'subnet-a', use1a, '10.0.0.0/24')
const more = mappedSubnet('vpc-1', 'subnet-more', use1a, '10.0.2.0/24')
const b = mappedSubnet('vpc-1', 'subnet-b', use1b, '10.0.1.0/24')
const empty = mappedSubnet('vpc-1', 'subnet-empty', use1a, '10.0.3.0/24')
const machine = { kind: 'instance', id: 'i-1' } as const

/** Machines in three of four subnets; all of them use the NAT gateway in subnet-b but the subnets given. */
const vpc = (others: readonly string[] = []) =>
  vpcRecords('vpc-1', {
    subnets: [a, more, b, empty],
    interfaces: [
      mappedInterface(a, 'eni-1', machine, ['10.0.0.5', '2600:1f18:1::5']),
      mappedInterface(more, 'eni-2', machine, ['10.0.2.5']),
      mappedInterface(b, 'eni-3', machine, ['10.0.1.5']),
    ],
    routeTables: [
      { id: 'rtb-main', subnets: [], isMain: true, natGateway: 'nat-b' },
      { id: 'rtb-other', subnets: others, isMain: false },
    ],
    natGateways: [{ id: 'nat-b', subnet: 'subnet-b', addresses: ['10.0.1.7'], zoneIds: [] }],
  })

test('machines whose way to the internet leads through another zone are told of, by zone and gateway', () => {
  deepEqual(natSentences(new VpcIndex([vpc()])), [
    "subnet-a, subnet-more in us-east-1a: the internet is reached through nat-b in us-east-1b, across zones; only flow logs of the gateway's interface tell those bytes",
  ])
})

test('a gateway whose interface has a flow log needs no words: its own records count', () => {
  deepEqual(natSentences(new VpcIndex([{ ...vpc(), flowLogs: [flowLog('vpc-1')] }])), [])
})

test('a subnet with a way of its own, or without a machine, is not', () => {
  deepEqual(natSentences(new VpcIndex([vpc(['subnet-a', 'subnet-more'])])), [])
})
