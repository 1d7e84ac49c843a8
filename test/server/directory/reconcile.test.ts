import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { createDirectory, type LabelDirectory } from '../../../server/directory/label-directory.ts'
import type { ListedPod } from '../../../server/directory/listing.ts'
import { whoIs } from '../../contracts/directory.ts'
import { cart, minutes, pod, shop, web, zoneB } from './shop.ts'

const ADDRESS = '10.244.1.10'
type Read = readonly [at: number, pods: ListedPod[]]

function after(reads: readonly Read[]): LabelDirectory {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  for (const [at, pods] of reads) directory.apply({ ...shop, pods }, minutes(at))
  return directory
}

const web1 = pod('web-1', 'node-a', ADDRESS)
const cases: [why: string, reads: Read[], at: number, want: string][] = [
  ['the first read of all holds for connections that began up to 5 minutes before', [[10, [web]]], 5, 'pod web-0'],
  ['what was before those 5 minutes is not guessed', [[10, [web]]], 4.9, 'unplaced: never listed'],
  [
    'an address that nobody was known to hold may be 5 minutes older than its read',
    [
      [10, []],
      [20, [web]],
    ],
    15,
    'pod web-0',
  ],
  [
    'an address that somebody held belongs to the next from the read on',
    [
      [10, [web]],
      [20, []],
      [30, [web1]],
    ],
    29.9,
    'unplaced: gone',
  ],
  [
    'an address that was taken over belongs to the next from the read on',
    [
      [10, [web]],
      [20, [web1]],
    ],
    19.9,
    'pod web-0',
  ],
  [
    'a pod that stays keeps its label',
    [
      [10, [web]],
      [20, [web, cart]],
    ],
    15,
    'pod web-0',
  ],
  ['a known beginning opens the label then', [[20, [{ ...web, since: minutes(3) }]]], 3, 'pod web-0'],
  [
    'a known beginning takes nothing from the owner before',
    [
      [10, [web]],
      [20, []],
      [30, [{ ...web1, since: minutes(12) }]],
    ],
    19,
    'pod web-0',
  ],
  [
    'a known beginning goes back to the end of the owner before',
    [
      [10, [web]],
      [20, []],
      [30, [{ ...web1, since: minutes(12) }]],
    ],
    21,
    'pod web-1',
  ],
  [
    'a clock that was set back ends nothing before what was told',
    [
      [10, [web]],
      [8, []],
    ],
    9,
    'pod web-0',
  ],
  ['two owners of one address are ambiguous', [[10, [web, web1]]], 10, 'unplaced: ambiguous'],
]
for (const [why, reads, at, want] of cases)
  test(why, () => assert.equal(whoIs(after(reads).place('lab', ADDRESS, 0, minutes(at)).peer), want))

test('a pod that comes to another node at its address gets a new label with the new node’s zone', () => {
  const directory = after([
    [10, [web]],
    [20, [{ ...web, node: 'node-b' }]],
  ])
  const { label, node, zone } = directory.place('lab', ADDRESS, 0, minutes(20))
  assert.deepEqual([node, zone, label?.from], ['node-b', zoneB, minutes(20)])
})

test('a node that is found in another zone takes its pods along', () => {
  const directory = after([[10, [web]]])
  const [nodeA, nodeB] = shop.nodes
  assert.ok(nodeA && nodeB)
  directory.apply({ ...shop, nodes: [{ ...nodeA, zone: zoneB }, nodeB] }, minutes(20))
  assert.equal(directory.place('lab', ADDRESS, 0, minutes(19)).zone?.name, 'lab-1a')
  assert.equal(directory.place('lab', ADDRESS, 0, minutes(20)).zone?.name, 'lab-1b')
})

test('a port that a pod declares newly is told under the same label', () => {
  const directory = after([[10, [web]]])
  const first = directory.updateFor('lab', 'node-a', undefined)
  directory.apply({ ...shop, pods: [{ ...web, ports: [{ port: 9090, protocol: 6 }] }] }, minutes(20))
  const id = directory.place('lab', ADDRESS, 0, minutes(20)).label?.id
  assert.equal(id, directory.place('lab', ADDRESS, 0, minutes(10)).label?.id)
  const ports = directory.updateFor('lab', 'node-a', first?.cursor)?.declaredPorts
  assert.deepEqual(ports, [{ label: id, port: 9090, protocol: 6 }])
})

test('53/tcp and 53/udp of a hostNetwork pod are one label on each address of its node', () => {
  const both = [6, 17].map(protocol => ({ port: 53, protocol }))
  const dns = pod('dns-0', 'node-a', '', { addresses: [], hostNetwork: true, ports: both })
  const directory = after([[10, [dns]]])
  const own = directory.updateFor('lab', 'node-a', undefined)?.labels.filter(({ peer }) => peer.kind === 'pod')
  assert.deepEqual(
    own?.map(({ address, port }) => [address, port]),
    [
      ['10.20.1.1', 53],
      ['fd20:1::1', 53],
    ],
  )
})

test('a port that two hostNetwork pods of a node declare is the node’s', () => {
  const host = (name: string) =>
    pod(name, 'node-a', '', { addresses: [], hostNetwork: true, ports: [{ port: 443, protocol: 6 }] })
  const directory = after([[10, [host('ingress-0'), host('proxy-0')]]])
  assert.equal(whoIs(directory.place('lab', '10.20.1.1', 443, minutes(10)).peer), 'node node-a')
})

test('what has ended is kept for the horizon and then forgotten', () => {
  const directory = after([
    [0, [web]],
    [10, []],
  ])
  const id = directory.place('lab', ADDRESS, 0, minutes(0)).label?.id ?? 0
  directory.advance('lab', epochMs(minutes(10) + 26 * 3_600_000))
  assert.equal(directory.label(id)?.to, minutes(10))
  directory.advance('lab', epochMs(minutes(11) + 26 * 3_600_000))
  assert.equal(directory.label(id), undefined)
  assert.equal(whoIs(directory.place('lab', ADDRESS, 0, minutes(5)).peer), 'unplaced: never listed')
})

test('an agent whose cursor is older than what was forgotten begins anew', () => {
  const directory = after([[0, [web]]])
  const cursor = directory.updateFor('lab', 'node-a', undefined)?.cursor
  directory.apply({ ...shop, pods: [] }, minutes(10))
  directory.apply({ ...shop, pods: [] }, minutes(10 + 27 * 60))
  assert.equal(directory.updateFor('lab', 'node-a', cursor)?.reset, true)
})

test('a subnet that ends makes agents begin anew, as it cannot be told as news', () => {
  const directory = after([[0, [web]]])
  const cursor = directory.updateFor('lab', 'node-a', undefined)?.cursor
  directory.apply({ ...shop, pods: [web], subnets: [] }, minutes(10))
  const update = directory.updateFor('lab', 'node-a', cursor)
  assert.deepEqual([update?.reset, update?.subnets], [true, []])
})

for (const cursor of ['', 'test', 'test.', 'test.-1', 'test.99', 'test.1.1', 'other.1', '1'])
  test(`a cursor ${JSON.stringify(cursor)} that was never given out begins anew`, () => {
    assert.equal(after([[0, [web]]]).updateFor('lab', 'node-a', cursor)?.reset, true)
  })

test('150,000 pods in one listing are taken in', () => {
  const crowd = Array.from({ length: 150_000 }, (_, i) =>
    pod(`crowd-${i}`, i % 2 === 0 ? 'node-a' : 'node-b', `10.${128 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`),
  )
  const directory = after([[10, crowd]])
  assert.equal(whoIs(directory.place('lab', '10.130.73.239', 0, minutes(10)).peer), 'pod crowd-149999')
  assert.equal(directory.updateFor('lab', 'node-b', undefined)?.labels.length, 75_000 + 3)
})
