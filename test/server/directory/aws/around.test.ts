import { deepEqual, equal } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { listAround } from '../../../../server/directory/aws/around.ts'
import { createDirectory } from '../../../../server/directory/label-directory.ts'
import type { VpcRecords } from '../../../../server/directory/vpc-map.ts'
import { whoIs } from '../../../contracts/directory.ts'
import { minutes, pod, shop, zoneA } from '../shop.ts'
import { mappedInterface, mappedSubnet, use1a, use1b, vpcRecords } from '../vpc-records.ts'

const queue = { kind: 'thing', thing: 'other interface', id: 'queue' } as const
const balancer = { kind: 'thing', thing: 'network load balancer', id: 'net/front/1', name: 'front' } as const
const machine = (id: string) => ({ kind: 'instance', id }) as const

const a = mappedSubnet('vpc-1', 'subnet-1', use1a, '10.20.1.0/24')
const spare = mappedSubnet('vpc-1', 'subnet-spare', use1b, '10.20.9.0/24')
const one = vpcRecords('vpc-1', {
  subnets: [a, spare],
  interfaces: [
    mappedInterface(a, 'eni-node', machine('i-1'), ['10.20.1.1', '10.20.1.44']),
    mappedInterface(a, 'eni-front', balancer, ['10.20.1.77']),
    mappedInterface(a, 'eni-pod', { kind: 'pod' }, ['10.20.1.99']),
  ],
})
/** Uses vpc-1's addresses again, and some of its own. */
const wide = mappedSubnet('vpc-2', 'subnet-2', use1b, '10.20.0.0/16')
const same = mappedSubnet('vpc-2', 'subnet-same', use1b, '10.20.1.0/24')
const two = vpcRecords('vpc-2', {
  subnets: [wide, same],
  interfaces: [mappedInterface(same, 'eni-queue', queue, ['10.20.1.88'])],
})

/** The shop's cluster, whose node-a is 10.20.1.1, with these VPCs around it; its own subnets are left out. */
function around(vpcs: readonly VpcRecords[], nodes: readonly string[] = ['10.20.1.1']) {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  directory.apply({ ...shop, subnets: [], interfaces: [] }, minutes(10))
  const found = listAround(vpcs, nodes)
  directory.mapVpcs('lab', found.listed, minutes(10))
  const who = (address: string) => {
    const { peer, zone, vpc } = directory.place('lab', address, 0, minutes(10))
    return [whoIs(peer), zone?.id, vpc]
  }
  return { directory, who, ...found }
}

test('addresses that are nobody’s are in their subnet’s zone, named interfaces go by their names', () => {
  const { who } = around([one])
  deepEqual(who('10.20.9.9'), ['subnet subnet-spare', 'use1-az2', 'vpc-1'])
  deepEqual(who('10.20.1.77'), ['aws net/front/1', 'use1-az1', 'vpc-1'])
  deepEqual(who('10.20.1.44'), ['subnet subnet-1', 'use1-az1', 'vpc-1'])
})

test('nodes are in the VPC of their subnet, and pods in their node’s, overlay addresses too', () => {
  const { who } = around([one])
  deepEqual(who('10.20.1.1'), ['node node-a', zoneA.id, 'vpc-1'])
  deepEqual(who('10.244.1.10'), ['pod web-0', zoneA.id, 'vpc-1'])
  deepEqual(who('10.20.2.1').slice(0, 1), ['node node-b'])
  deepEqual(who('10.244.2.20')[2], undefined)
  deepEqual(who('10.96.0.10')[2], undefined)
})

test('where VPCs use the same addresses, the one that holds the cluster’s nodes is meant', () => {
  const { who, home, contested } = around([one, two])
  deepEqual([home, contested], ['vpc-1', 0])
  deepEqual(who('10.20.9.9'), ['subnet subnet-spare', 'use1-az2', 'vpc-1'])
  deepEqual(who('10.20.1.88'), ['subnet subnet-1', 'use1-az1', 'vpc-1'])
  deepEqual(who('10.20.200.1'), ['subnet subnet-2', 'use1-az2', 'vpc-2'])
})

test('where nobody can tell, the addresses of several VPCs are ambiguous', () => {
  const { who, home, contested, directory } = around([one, two], [])
  deepEqual([home, contested], [undefined, 3])
  deepEqual(who('10.20.9.9'), ['unplaced: ambiguous', undefined, undefined])
  deepEqual(who('10.20.1.77'), ['unplaced: ambiguous', undefined, undefined])
  deepEqual(who('10.20.1.88'), ['unplaced: ambiguous', undefined, undefined])
  deepEqual(who('10.20.1.1'), ['node node-a', zoneA.id, undefined])
  deepEqual(who('10.20.200.1'), ['subnet subnet-2', 'use1-az2', 'vpc-2'])
  const told = directory.updateFor('lab', 'node-a', undefined)?.subnets.map(({ id }) => id)
  deepEqual(told, ['subnet-2'])
})

test('a pod wins over the interface at its address, and gives it back', () => {
  const { directory, listed } = around([one])
  const who = (at: number) => whoIs(directory.place('lab', '10.20.1.77', 0, minutes(at)).peer)
  const key = 'pod shop/pod-with-a-card'
  const card = { kind: 'pod', ...pod('card-0', 'node-a', '10.20.1.77') } as const
  directory.change('lab', [{ key, listed: card }], minutes(20))
  directory.mapVpcs('lab', listed, minutes(21))
  directory.change('lab', [{ key, listed: undefined }], minutes(30))
  deepEqual([10, 20, 25, 30].map(who), ['aws net/front/1', 'pod card-0', 'pod card-0', 'aws net/front/1'])
})

test('an interface that moves ends its label where it was and begins one where it is', () => {
  const { directory } = around([one])
  const front = mappedInterface(spare, 'eni-front', balancer, ['10.20.9.77'])
  directory.mapVpcs('lab', listAround([{ ...one, interfaces: [front] }], ['10.20.1.1']).listed, minutes(20))
  const who = (address: string, at: number) => whoIs(directory.place('lab', address, 0, minutes(at)).peer)
  deepEqual([who('10.20.1.77', 19), who('10.20.1.77', 20)], ['aws net/front/1', 'subnet subnet-1'])
  equal(who('10.20.9.77', 20), 'aws net/front/1')
})

test('the map and the cluster each replace what is theirs', () => {
  const { directory, who } = around([one])
  directory.apply({ ...shop, subnets: [], interfaces: [], pods: [] }, minutes(10))
  deepEqual(who('10.20.1.77').slice(0, 1), ['aws net/front/1'])
  directory.mapVpcs('lab', new Map(), minutes(10))
  deepEqual(who('10.20.1.77').slice(0, 1), ['unplaced: gone'])
  deepEqual(who('10.20.1.1').slice(0, 1), ['node node-a'])
})

test('a cluster that was not read yet is not mapped, and the map says nothing of how current the cluster is', () => {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  const { listed } = listAround([one], [])
  equal(directory.mapVpcs('lab', listed, minutes(5)), false)
  directory.apply(shop, minutes(10))
  equal(directory.mapVpcs('lab', listed, minutes(20)), true)
  equal(directory.watermark('lab'), minutes(10))
})

test('a VPC that becomes known later is known of the ends that were placed before', () => {
  const { directory } = around([])
  const placed = () => directory.place('lab', '10.20.1.1', 0, minutes(10))
  equal(placed().vpc, undefined)
  directory.mapVpcs('lab', listAround([one], []).listed, minutes(10))
  equal(placed().vpc, 'vpc-1')
  equal(placed(), directory.placedLabel(placed().label?.id ?? 0))
})

test('a restart keeps what was mapped, and ends what is not mapped any more', async t => {
  const dataDir = await mkdtemp(join(tmpdir(), 'weir-map-'))
  t.after(() => rm(dataDir, { recursive: true }))
  const { listed } = listAround([one], ['10.20.1.1'])
  const start = (at: number) => {
    const directory = createDirectory({ dataDir, instance: String(at), log: () => {} })
    directory.open()
    directory.apply({ ...shop, subnets: [], interfaces: [] }, minutes(at))
    const front = () => directory.place('lab', '10.20.1.77', 0, minutes(at))
    return { directory, front }
  }
  const first = start(10)
  first.directory.mapVpcs('lab', listed, minutes(10))
  const { label } = first.front()
  first.directory.close()

  const second = start(20)
  deepEqual([whoIs(second.front().peer), second.front().vpc], ['aws net/front/1', 'vpc-1'])
  let changes = 0
  second.directory.onChange(() => changes++)
  second.directory.mapVpcs('lab', listed, minutes(20))
  deepEqual([changes, second.front().label?.id], [0, label?.id])
  second.directory.close()

  const third = start(30)
  third.directory.mapVpcs('lab', new Map(), minutes(30))
  equal(whoIs(third.front().peer), 'unplaced: gone')
  equal(whoIs(third.directory.place('lab', '10.20.1.77', 0, minutes(29)).peer), 'aws net/front/1')
  third.directory.close()
})
