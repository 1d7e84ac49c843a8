import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KubernetesListing } from '../../../../server/directory/kubernetes/listing.ts'
import type {
  ObjectMaps,
  PodRecord,
  RecordChange,
  ResourceState,
} from '../../../../server/directory/kubernetes/objects.ts'
import { createDirectory } from '../../../../server/directory/label-directory.ts'
import { whoIs } from '../../../contracts/directory.ts'
import { minutes } from '../shop.ts'
import { clusterMaps, endpoint, nodeRecord, ownedRecord, podRecord, serviceRecord, sliceRecord } from './records.ts'

const nodeA = nodeRecord('node-a', '10.20.1.1')
const nodeB = nodeRecord('node-b', '10.20.2.1', { zoneName: 'us-east-1b', zoneId: 'use1-az2' })
const web = podRecord('web-0', '10.244.1.10')

/** A cluster whose objects a test changes, and the directory that hears of it. */
function cluster(of: Parameters<typeof clusterMaps>[0] = {}, state: ResourceState = 'watching') {
  const maps = clusterMaps({ nodes: [nodeA, nodeB], ...of })
  const directory = createDirectory({ instance: 'test', log: () => {} })
  const listing = new KubernetesListing({ cluster: 'lab', directory, labelKeys: ['team'] })
  listing.onSynced({ maps, version: undefined, state: () => state, lastFrameAt: () => undefined }, minutes(10))
  const apply = <R extends keyof ObjectMaps>(resource: R, at: number, uid: string, record?: object) => {
    const map = maps[resource] as Map<string, object> // whose records the test makes
    if (record === undefined) map.delete(uid)
    else map.set(uid, record)
    listing.onChanges([{ resource, uid, record } as RecordChange], minutes(at)) // a record of the resource's own kind
  }
  const who = (address: string, at = 10, port = 0) => whoIs(directory.place('lab', address, port, minutes(at)).peer)
  const workload = (address: string, at = 10) => {
    const { peer } = directory.place('lab', address, 0, minutes(at))
    return peer.kind === 'pod' ? `${peer.workload.kind} ${peer.workload.name}` : whoIs(peer)
  }
  const behind = (address: string, port: number, at = 10) =>
    directory
      .servicesBehind('lab', address, port, 6, minutes(at))
      .map(({ name }) => name)
      .join(', ')
  return { directory, listing, apply, who, workload, behind }
}

const podCases: [why: string, pod: Partial<PodRecord>, address: string, port: number, want: string][] = [
  ['a pod has its address', {}, '10.244.1.10', 0, 'pod web-0'],
  [
    'a pod has all its addresses',
    { addresses: ['10.244.1.10', 'fd00::a', '192.168.50.4'] },
    '192.168.50.4',
    0,
    'pod web-0',
  ],
  ['a pod without an address is nobody yet', { addresses: [] }, '10.244.1.10', 0, 'unplaced: never listed'],
  ['a pod without a node is nobody yet', { node: undefined }, '10.244.1.10', 0, 'unplaced: never listed'],
  [
    'a pod that has ended has no address, though its object is there',
    { ended: true },
    '10.244.1.10',
    0,
    'unplaced: never listed',
  ],
  ['a pod that is being deleted still has its address', { terminating: true }, '10.244.1.10', 0, 'pod web-0'],
  [
    'a pod on its node’s network is told by the port it declares',
    { hostNetwork: true, addresses: ['10.20.1.1'] },
    '10.20.1.1',
    8080,
    'pod web-0',
  ],
  ['other ports are the node’s', { hostNetwork: true, addresses: ['10.20.1.1'] }, '10.20.1.1', 22, 'node node-a'],
  [
    'a host port leads to its pod',
    { hostPorts: [{ port: 9000, protocol: 6, containerPort: 8080 }] },
    '10.20.1.1',
    9000,
    'pod web-0',
  ],
  ['a pod on a node that is not known is a pod', { node: 'node-x' }, '10.244.1.10', 0, 'pod web-0'],
]
for (const [why, pod, address, port, want] of podCases)
  test(why, () => assert.equal(cluster({ pods: [{ ...web, ...pod }] }).who(address, 10, port), want))

test('a pod is in its node’s zone, by name and ID', () => {
  const { directory } = cluster({ pods: [{ ...web, node: 'node-b' }] })
  const zone = { name: 'us-east-1b', id: 'use1-az2', region: 'us-east-1' }
  assert.deepEqual(directory.place('lab', '10.244.1.10', 0, minutes(10)).zone, zone)
})

test('a node without zone labels is placed, and its zone is not known until it is labelled', () => {
  const bare = nodeRecord('node-a', '10.20.1.1', { zoneName: undefined, zoneId: undefined, region: undefined })
  const { directory, apply, who } = cluster({ nodes: [bare], pods: [web] })
  assert.deepEqual([who('10.20.1.1'), who('10.244.1.10')], ['node node-a', 'pod web-0'])
  assert.equal(directory.place('lab', '10.244.1.10', 0, minutes(10)).zone, undefined)
  apply('nodes', 20, bare.uid, nodeA)
  assert.equal(directory.place('lab', '10.244.1.10', 0, minutes(20)).zone?.name, 'us-east-1a')
  assert.equal(directory.place('lab', '10.244.1.10', 0, minutes(19)).zone, undefined)
})

test('a zone without a region label is in the region its name says', () => {
  const bare = nodeRecord('node-a', '10.20.1.1', { region: undefined, zoneId: undefined, zoneName: 'us-west-2-lax-1a' })
  const { directory } = cluster({ nodes: [bare] })
  assert.deepEqual(directory.nodes('lab', minutes(10)).get('node-a'), { name: 'us-west-2-lax-1a', region: 'us-west-2' })
})

test('a Fargate pod has the address that its node has too, and no agent is missed there', () => {
  const node = nodeRecord('fargate-1', '10.20.3.3', { fargate: true })
  const { who, directory } = cluster({
    nodes: [node],
    pods: [podRecord('etl-0', '10.20.3.3', { node: 'fargate-1', fargate: true })],
  })
  assert.equal(who('10.20.3.3'), 'pod etl-0')
  assert.equal(directory.place('lab', '10.20.3.3', 0, minutes(10)).zone?.id, 'use1-az1')
  assert.deepEqual([...directory.nodes('lab', minutes(10)).keys()], [])
})

test('a pod that ends gives its address back at once', () => {
  const { who, apply } = cluster({ pods: [web] })
  apply('pods', 20, web.uid, { ...web, ended: true })
  assert.deepEqual([who('10.244.1.10', 19), who('10.244.1.10', 20)], ['pod web-0', 'unplaced: gone'])
})

test('a pod of a StatefulSet made anew under its name is another one', () => {
  const { directory, listing, apply } = cluster({ pods: [web] })
  const before = directory.place('lab', '10.244.1.10', 0, minutes(10)).label
  const again = { ...web, uid: 'uid-again', startedAt: minutes(20) }
  apply('pods', 20, web.uid)
  apply('pods', 20, again.uid, again)
  listing.onCurrent(minutes(20))
  const after = directory.place('lab', '10.244.1.10', 0, minutes(20)).label
  assert.deepEqual([directory.label(before?.id ?? 0)?.to, after?.from], [minutes(20), minutes(20)])
  assert.notEqual(before?.id, after?.id)
})

const owned = podRecord('web-0', '10.244.1.10', { owner: { kind: 'ReplicaSet', name: 'web-1' } })

test('a pod waits for the ReplicaSet that owns it, and is then labelled from its beginning', () => {
  const { apply, workload } = cluster()
  apply('pods', 11, owned.uid, owned)
  assert.equal(workload('10.244.1.10', 11), 'unplaced: never listed')
  apply('replicaSets', 11, 'uid-rs', ownedRecord('web-1', { kind: 'Rollout', name: 'web' }, 'uid-rs'))
  assert.equal(workload('10.244.1.10', 0), 'Rollout web')
})

test('a pod waits for five seconds, no longer', () => {
  const { apply, listing, workload } = cluster()
  apply('pods', 11, owned.uid, owned)
  listing.onCurrent(minutes(11 + 4 / 60))
  assert.equal(workload('10.244.1.10', 11), 'unplaced: never listed')
  listing.onCurrent(minutes(11 + 5 / 60))
  assert.equal(workload('10.244.1.10', 12), 'ReplicaSet web-1')
})

test('where ReplicaSets may not be read nobody waits', () => {
  assert.equal(cluster({ pods: [owned] }, 'forbidden').workload('10.244.1.10'), 'ReplicaSet web-1')
})

test('a pod keeps its workload when the ReplicaSet goes first', () => {
  const replicaSet = ownedRecord('web-1', { kind: 'Rollout', name: 'web' })
  const { apply, workload } = cluster({ pods: [owned], replicaSets: [replicaSet] })
  apply('replicaSets', 20, replicaSet.uid)
  apply('pods', 20, owned.uid, { ...owned, terminating: true, ports: [] })
  assert.equal(workload('10.244.1.10', 20), 'Rollout web')
})

test('labels that were chosen are the workload’s, others are not kept', () => {
  const { directory } = cluster({ pods: [{ ...web, labels: { team: 'blue', 'pod-template-hash': 'x' } }] })
  assert.deepEqual(directory.workloadLabels('lab', 'shop', { kind: 'Pod', name: 'web-0' }, minutes(10)), {
    team: 'blue',
  })
})

const shopService = serviceRecord('web', '10.96.0.10')
const shopSlice = sliceRecord('web', [endpoint('10.244.1.10')])
const shop = { pods: [web], services: [shopService], slices: [shopSlice] }

test('a Service answers at its address, and its endpoints at the port that their slice names', () => {
  const { behind, who } = cluster(shop)
  assert.equal(who('10.96.0.10'), 'service web')
  assert.deepEqual(
    [behind('10.96.0.10', 80), behind('10.244.1.10', 8080), behind('10.244.1.10', 80)],
    ['web', 'web', ''],
  )
})

test('a named port has another number in another slice', () => {
  const other = podRecord('web-1', '10.244.1.11', { ports: [{ port: 9090, protocol: 6 }] })
  const slice = sliceRecord('web', [endpoint('10.244.1.11')], {
    uid: 'uid-2',
    ports: [{ name: 'http', port: 9090, protocol: 6 }],
  })
  const { behind } = cluster({ ...shop, pods: [web, other], slices: [shopSlice, slice] })
  assert.deepEqual([behind('10.244.1.11', 9090), behind('10.244.1.11', 8080)], ['web', ''])
})

test('two Services on one pod are told apart by port, and both named at one port', () => {
  const admin = serviceRecord('admin', '10.96.0.11')
  const ports = [{ name: 'admin', port: 9000, protocol: 6 }]
  const { behind, apply } = cluster({
    ...shop,
    services: [shopService, admin],
    slices: [shopSlice, sliceRecord('admin', [endpoint('10.244.1.10')], { ports })],
  })
  assert.deepEqual([behind('10.244.1.10', 8080), behind('10.244.1.10', 9000)], ['web', 'admin'])
  apply('slices', 20, 'uid-slice-admin', sliceRecord('admin', [endpoint('10.244.1.10')]))
  assert.equal(behind('10.244.1.10', 8080, 20), 'web, admin')
})

test('a headless Service has no address, and its endpoints answer for it', () => {
  const { behind, who } = cluster({ ...shop, services: [serviceRecord('web', '')] })
  assert.deepEqual([who('10.96.0.10'), behind('10.244.1.10', 8080)], ['unplaced: never listed', 'web'])
})

test('a Service without a selector answers by the endpoints that somebody else wrote', () => {
  const slice = sliceRecord('web', [endpoint('10.244.1.10'), endpoint('10.9.9.9')], { managedBy: undefined })
  const { behind } = cluster({
    ...shop,
    services: [serviceRecord('web', '10.96.0.10', { hasSelector: false })],
    slices: [slice],
  })
  assert.deepEqual(
    [behind('10.96.0.10', 80), behind('10.244.1.10', 8080), behind('10.9.9.9', 8080)],
    ['web', 'web', ''],
  )
})

test('an ExternalName is no Service that is seen', () => {
  const { directory } = cluster({ services: [serviceRecord('db', '', { type: 'ExternalName' })] })
  assert.equal(directory.stats().services, 0)
})

test('an external address is told to agents and labels nobody: it may be a node’s', () => {
  const { who, directory } = cluster({ ...shop, services: [{ ...shopService, externalAddresses: ['10.20.1.1'] }] })
  assert.equal(who('10.20.1.1'), 'node node-a')
  assert.deepEqual(directory.updateFor('lab', 'node-a', undefined)?.services[0]?.addresses, ['10.96.0.10', '10.20.1.1'])
})

test('a nodePort of any node is its Service’s', () => {
  const ports = [{ name: 'http', port: 80, protocol: 6, nodePort: 30080, targetPort: 'http' }]
  assert.equal(
    cluster({ ...shop, services: [{ ...shopService, type: 'NodePort', ports }] }).behind('10.20.2.1', 30080),
    'web',
  )
})

test('a pod replaced by another is no new generation, hints that come are', () => {
  const { directory, apply } = cluster(shop)
  const generations = () => directory.updateFor('lab', 'node-a', undefined)?.services[0]?.generations.length
  apply('slices', 20, shopSlice.uid, sliceRecord('web', [endpoint('10.244.1.77')]))
  assert.equal(generations(), 1)
  apply('slices', 30, shopSlice.uid, sliceRecord('web', [endpoint('10.244.1.77', { forZones: ['us-east-1a'] })]))
  assert.equal(generations(), 2)
  apply('slices', 40, shopSlice.uid)
  assert.equal(generations(), 3)
})

test('a Service made anew under its name has another id and goes on counting', () => {
  const { directory, apply } = cluster(shop)
  const first = directory.servicesBehind('lab', '10.96.0.10', 80, 6, minutes(10))[0]
  apply('services', 20, shopService.uid)
  apply('services', 21, 'uid-again', { ...shopService, uid: 'uid-again' })
  const second = directory.servicesBehind('lab', '10.96.0.10', 80, 6, minutes(21))[0]
  assert.notEqual(first?.id, second?.id)
  assert.deepEqual(second?.generations, [{ generation: 2, from: minutes(21) }])
})

test('a label with markup or a formula is text like any other', () => {
  const team = '=HYPERLINK("http://x")<script>'
  const { directory } = cluster({ pods: [{ ...web, labels: { team } }] })
  assert.equal(directory.workloadLabels('lab', 'shop', { kind: 'Pod', name: 'web-0' }, minutes(10)).team, team)
})
