import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { rowsOf } from './plain-rows.ts'

/** Fields that each version brought, in AWS's order (VPC user guide, "Available fields"; there is no version 6). */
const added: readonly [version: number, fields: string][] = [
  [
    2,
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  ],
  [3, 'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr'],
  [4, 'region az-id sublocation-type sublocation-id'],
  [5, 'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path'],
  [7, 'ecs-cluster-arn ecs-cluster-name ecs-service-name ecs-task-arn ecs-task-id'],
  [8, 'reject-reason'],
  [9, 'resource-id'],
  [10, 'encryption-status'],
  [
    11,
    'instance-tag interface-type next-hop-interface-id next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type',
  ],
]
const values: { readonly [field: string]: string } = {
  'account-id': '123456789012',
  'interface-id': 'eni-1',
  srcaddr: '10.0.1.10',
  dstaddr: '10.0.2.20',
  srcport: '40000',
  dstport: '8080',
  protocol: '6',
  packets: '7',
  bytes: '471',
  start: '1616729280',
  end: '1616729339',
  action: 'ACCEPT',
  'log-status': 'OK',
  'pkt-srcaddr': '10.0.1.77',
  'pkt-dstaddr': '10.0.2.88',
  'tcp-flags': '2',
  type: 'IPv4',
  'az-id': 'use1-az1',
  'flow-direction': 'egress',
  'traffic-path': '1',
  'encryption-status': '1',
  'instance-tag': 'name%3Dweb%201',
  'next-hop-interface-id': 'eni-9',
  'next-hop-az-id': 'use1-az2',
}

for (const [at, [version]] of added.entries())
  test(`a line with all fields of version ${version}`, async () => {
    const fields = added.slice(0, at + 1).flatMap(([, names]) => names.split(' '))
    const line = fields.map(field => (field === 'version' ? String(version) : (values[field] ?? '-'))).join(' ')
    const [row] = await rowsOf(fields.join(' '), line)
    deepEqual(row, {
      minute: 26945488,
      interface: 'eni-1',
      zone: version >= 4 ? 'use1-az1' : undefined,
      source: '10.0.1.10',
      destination: '10.0.2.20',
      packetSource: version >= 3 ? '10.0.1.77' : '10.0.1.10',
      packetDestination: version >= 3 ? '10.0.2.88' : '10.0.2.20',
      direction: version >= 5 ? 'egress' : 'unknown',
      initiator: 'source',
      port: 8080,
      protocol: 6,
      path: version >= 5 ? 1 : 0,
      nextHop: version >= 11 ? { id: 'eni-9', zoneId: 'use1-az2' } : undefined,
      bytes: 471,
      packets: 7,
      flows: 1,
    })
  })
