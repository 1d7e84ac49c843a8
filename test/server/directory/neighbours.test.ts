import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDirectory, type LabelDirectory } from '../../../server/directory/label-directory.ts'
import type { ListedPod } from '../../../server/directory/listing.ts'
import { whoIs } from '../../contracts/directory.ts'
import { minutes, pod, service, shop, zoneB } from './shop.ts'

/** Clusters of one node each, in a network of which each sees what is its own. */
function clusters(of: { readonly [name: string]: readonly ListedPod[] }): LabelDirectory {
  const directory = createDirectory({ instance: 'test', log: () => {} })
  for (const [index, [name, pods]] of Object.entries(of).entries())
    directory.apply(
      {
        cluster: name,
        nodes: [{ name: 'node-a', zone: zoneB, addresses: [`10.20.${index}.1`] }],
        subnets: index === 0 ? shop.subnets : [],
        pods,
        services: [service('web', '10.96.0.1', { workloads: [{ kind: 'Deployment', name: 'web' }] })],
        interfaces: [],
      },
      minutes(10),
    )
  return directory
}

const one = pod('web-0', 'node-a', '10.1.0.1')
const two = pod('web-0', 'node-a', '10.2.0.1')
const three = pod('web-0', 'node-a', '10.3.0.1')
const both = pod('web-9', 'node-a', '10.9.0.1')

type World = { readonly [name: string]: readonly ListedPod[] }
const cases: [why: string, world: World, address: string, at: number, want: string][] = [
  ['an address of its own is its own', { a: [one], b: [two] }, '10.1.0.1', 10, 'pod web-0'],
  [
    'an address that exactly one other cluster knows is there',
    { a: [one], b: [two], c: [three] },
    '10.2.0.1',
    10,
    'pod web-0 in b',
  ],
  ['a node of another cluster is found too', { a: [one], b: [two] }, '10.20.1.1', 10, 'node node-a in b'],
  [
    'an address in a subnet that both use is the other’s pod',
    { a: [one], b: [pod('web-0', 'node-a', '10.20.2.77')] },
    '10.20.2.77',
    10,
    'pod web-0 in b',
  ],
  ['an address that nobody knows is nobody’s', { a: [one], b: [two] }, '10.4.0.1', 10, 'unplaced: never listed'],
  [
    'an address that two others know is not guessed',
    { a: [one], b: [both], c: [both] },
    '10.9.0.1',
    10,
    'unplaced: never listed',
  ],
  [
    'clusters that use one address for two pods share none',
    { a: [one, both], b: [two, both] },
    '10.2.0.1',
    10,
    'unplaced: never listed',
  ],
  [
    'Service addresses may be the same, and are never another cluster’s',
    { a: [one], b: [two] },
    '10.96.0.1',
    10,
    'service web',
  ],
  [
    'a time at which the other did not know it either is before both',
    { a: [one], b: [two] },
    '10.2.0.1',
    4,
    'unplaced: never listed',
  ],
]
for (const [why, world, address, at, want] of cases)
  test(why, () => {
    const { peer, cluster } = clusters(world).place('a', address, 0, minutes(at))
    assert.equal(`${whoIs(peer)}${cluster === undefined ? '' : ` in ${cluster}`}`, want)
  })

test('clusters whose last address in common is gone know each other’s from then on, within a minute', () => {
  const directory = clusters({ a: [one, both], b: [two, both] })
  const who = () => whoIs(directory.place('a', '10.2.0.1', 0, minutes(10)).peer)
  assert.equal(who(), 'unplaced: never listed')
  directory.change('a', [{ key: 'pod shop/web-9', listed: undefined }], minutes(12))
  assert.equal(who(), 'pod web-0')
})

test('nodes of one name in two clusters are two nodes', () => {
  const directory = clusters({ a: [one], b: [two] })
  assert.deepEqual(directory.nodes('a', minutes(10)).size, 1)
  assert.deepEqual(directory.updateFor('a', 'node-a', undefined)?.nodeAddresses, ['10.20.0.1'])
  assert.deepEqual(directory.updateFor('b', 'node-a', undefined)?.nodeAddresses, ['10.20.1.1'])
})
