import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { allocate } from '../../server/rollouts/hints/allocation.ts'
import { hintedZones } from './hints.ts'
import { type Layout, nodeOf, type ServiceSpec } from './layout.ts'
import { backendsFor } from './net/proxy-rules.ts'
import { CART, QUAD, town } from './rollouts/town.ts'

/** The town with pods of `cart` on these nodes, and its Service set so. */
function townOf(nodes: readonly string[], set: Partial<ServiceSpec>): readonly [Layout, ServiceSpec] {
  const service = { ...only(town.services.filter(({ name }) => name === CART)), ...set }
  const pods = nodes.map((node, index) => ({
    ...only(town.pods.filter(({ name }) => name === 'cart-0')),
    name: `cart-${index}`,
    node,
  }))
  return [{ ...town, pods, services: [service] }, service]
}

function only<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('nothing is there')
  return first
}

const even = (count: number): string[] => Array.from({ length: count }, (_, at) => ['a2', 'b2', 'c2'][at % 3] ?? '')
const zonesOf = (nodes: readonly string[], set: Partial<ServiceSpec>) => {
  const found = hintedZones(...townOf(nodes, set))
  return found === undefined ? undefined : [...found.values()]
}

const cases: [why: string, nodes: string[], set: Partial<ServiceSpec>, want: string[] | undefined][] = [
  ['nothing asked, no hints', even(3), {}, undefined],
  ['each endpoint for its own zone', ['a2', 'b2'], { trafficDistribution: 'PreferSameZone' }, ['lab-1a', 'lab-1b']],
  ['Auto wants one a zone', ['a2', 'b2'], { topologyMode: 'Auto' }, undefined],
  ['Auto cannot share out four', even(4), { topologyMode: 'Auto' }, undefined],
  ['Auto wins over the field', even(4), { topologyMode: 'Auto', trafficDistribution: 'PreferSameZone' }, undefined],
  ['Auto with one each', even(3), { topologyMode: 'Auto' }, ['lab-1a', 'lab-1b', 'lab-1c']],
  ['hints that were lost', even(3), { trafficDistribution: 'PreferSameZone', hints: 'lost' }, undefined],
]
for (const [why, nodes, set, want] of cases) test(`hints: ${why}`, () => deepEqual(zonesOf(nodes, set), want))

test('hints: what the lab does not play, it says', () =>
  throws(() => zonesOf(['a2', 'a2', 'a2', 'a2', 'b2', 'c2'], { topologyMode: 'Auto' }), /not even over the zones/))

test('hints: the lab and the server, written apart, agree on which numbers of endpoints Auto hints', () => {
  const thirds = new Map(town.zones.map(({ name }) => [name, 1 / 3]))
  for (let count = 1; count <= 40; count++)
    equal(
      zonesOf(even(count), { topologyMode: 'Auto' }) !== undefined,
      allocate(thirds, count).kind === 'allocated',
      `${count} endpoints`,
    )
})

const chosen: [why: string, node: string, nodes: string[], set: Partial<ServiceSpec>, want: number][] = [
  ['the endpoint of its zone', 'a1', even(3), { trafficDistribution: 'PreferSameZone' }, 1],
  ['all, where none is hinted for its zone', 'c1', ['a2', 'b2'], { trafficDistribution: 'PreferSameZone' }, 2],
  ['all, without hints', 'a1', even(3), {}, 3],
]
for (const [why, node, nodes, set, want] of chosen)
  test(`a node's proxy chooses among ${why}`, () => {
    const [layout, service] = townOf(nodes, set)
    equal(backendsFor(layout, nodeOf(layout, node), service).length, want)
  })

test('the Service of four endpoints is set to Auto', () => {
  const quad = only(town.services.filter(({ name }) => name === QUAD))
  equal(quad.topologyMode, 'Auto')
  equal(hintedZones(town, quad), undefined)
})
