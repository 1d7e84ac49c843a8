import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { allocate, nearestReplicaCount } from '../../../../server/rollouts/hints/allocation.ts'
import { byZone, zones } from './slices.ts'

const equalShares = (count: number) => new Map(zones.slice(0, count).map(zone => [zone, 1 / count]))
const sharesOf = (...shares: number[]) => new Map(shares.map((share, index) => [zones[index] ?? '', share]))

/** All numbers of endpoints, from one a zone up to 90, for which there are no hints. */
const without: [shares: ReadonlyMap<string, number>, endpoints: number[]][] = [
  [equalShares(2), [3, 5]],
  [equalShares(3), [4, 5, 8, 11]],
  [equalShares(4), [5, 6, 7, 10, 11, 15]],
  [equalShares(5), [6, 7, 8, 9, 12, 13, 14, 19, 24]],
  [equalShares(6), [8, 9, 10, 11, 15, 16, 17, 22, 23, 29]],
  [sharesOf(0.5, 0.25, 0.25), [3, 5, 6, 10]],
  [sharesOf(0.4, 0.3, 0.3), [3, 5, 6]],
  [sharesOf(0.36, 0.32, 0.32), [4, 5, 8]],
  [sharesOf(0.45, 0.35, 0.2), [3, 4, 6, 7]],
]
for (const [shares, endpoints] of without)
  test(`no hints for shares ${[...shares.values()].map(share => share.toFixed(2)).join(' / ')}: ${endpoints.join(', ')} endpoints`, () => {
    const found = []
    for (let count = shares.size; count <= 90; count++) {
      const allocations = allocate(shares, count)
      if (allocations.kind === 'allocated') continue
      deepEqual(allocations, { kind: 'overload threshold', endpoints: count, zones: shares.size })
      found.push(count)
    }
    deepEqual(found, endpoints)
  })

test('fewer endpoints than zones are too few', () => {
  deepEqual(allocate(equalShares(3), 2), { kind: 'too few endpoints', endpoints: 2, zones: 3 })
  deepEqual(allocate(equalShares(3), 0), { kind: 'too few endpoints', endpoints: 0, zones: 3 })
})

const bounds: [endpoints: number, minimum: number[], maximum: number[], desired: number[]][] = [
  [9, [3, 3, 3], [3, 3, 3], [3.6, 3, 3]],
  [10, [4, 3, 3], [4, 3, 3], [4, 3.2, 3]],
]
for (const [endpoints, minimum, maximum, desired] of bounds)
  test(`shares .40 / .32 / .28 and ${endpoints} endpoints: at least ${minimum.join('/')}`, () => {
    const allocations = allocate(sharesOf(0.4, 0.32, 0.28), endpoints)
    const found = allocations.kind === 'allocated' ? [...allocations.byZone.values()] : []
    deepEqual(
      found.map(zone => zone.minimum),
      minimum,
    )
    deepEqual(
      found.map(zone => zone.maximum),
      maximum,
    )
    deepEqual(
      found.map(zone => Math.round(zone.desired * 1e9) / 1e9),
      desired,
    )
  })

const nearest: [why: string, zones: number, endpoints: number, want: number][] = [
  ['a count that gets hints is its own', 3, 6, 6],
  ['of two as near the larger: capacity is not taken away', 3, 8, 9],
  ['one replica less where that is nearer', 3, 4, 3],
  ['from five it is one more', 3, 5, 6],
  ['where there are none, one a zone', 4, 0, 4],
]
for (const [why, count, endpoints, want] of nearest)
  test(`nearest: ${why}`, () => equal(nearestReplicaCount(equalShares(count), endpoints), want))

test('nearest: a zone with a thousandth of the CPU needs an endpoint of its own, and the others three each: seven', () =>
  equal(nearestReplicaCount(byZone({ a: 0.5, b: 0.499, c: 0.001 }), 2), 7))
