import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { expectShare, routedShare } from '../../../server/rollouts/expect.ts'
import { groundOf, serviceRouting } from '../../../server/rollouts/service-routing.ts'
import { node } from './hints/slices.ts'
import { auto, flow, routedCart, sameZone, trafficOf } from './routed-world.ts'

const even = trafficOf('a>a 100', 'b>b 100', 'c>c 100')

/** Rounded to a millionth. */
function expected(routing: ReturnType<typeof routedCart>, traffic = even) {
  const [routed] = routing.services
  ok(routed !== undefined)
  const { families, headless } = serviceRouting(groundOf(routing), routed)
  const [family] = families
  ok(family !== undefined)
  const found = expectShare(routedShare(traffic, headless), family.endpoints, zone => family.reach(zone).chances)
  ok(found !== null)
  const round = (share: number | null) => (share === null ? null : Math.round(share * 1e6) / 1e6)
  return {
    baseline: round(found.baseline),
    expected: round(found.expected),
    possible: round(found.possibleSaving),
    loads: Object.fromEntries(found.zones.map(({ loadFactor, zone }) => [zone, round(loadFactor)])),
  }
}

const cases: [
  why: string,
  routing: ReturnType<typeof routedCart>,
  traffic: typeof even,
  want: ReturnType<typeof expected>,
][] = [
  [
    'without hints two thirds cross, and every endpoint has the same',
    routedCart({}, ['a', 'b', 'c']),
    even,
    { baseline: 0.666667, expected: 0.666667, possible: 0, loads: { a: 1, b: 1, c: 1 } },
  ],
  [
    'with an endpoint in each zone nothing crosses',
    routedCart(sameZone, ['a>a', 'b>b', 'c>c']),
    even,
    { baseline: 0.666667, expected: 0, possible: 1, loads: { a: 1, b: 1, c: 1 } },
  ],
  [
    // Clients of a use all three: a third of their traffic goes to b and two thirds to c, all of it crosses.
    'a zone without endpoint crosses whole, and loads the others by its numbers',
    routedCart(sameZone, ['b>b', 'b>b', 'c>c']),
    even,
    { baseline: 0.666667, expected: 0.333333, possible: 0.5, loads: { a: null, b: 0.833333, c: 1.333333 } },
  ],
  [
    'all clients in one zone: its endpoint gets everything',
    routedCart(sameZone, ['a>a', 'b>b', 'c>c']),
    trafficOf('a>a 10'),
    { baseline: 0.666667, expected: 0, possible: 1, loads: { a: 3, b: 0, c: 0 } },
  ],
  [
    'hints that point elsewhere cross by design',
    routedCart(auto, ['a>a', 'a>b', 'a>c']),
    even,
    { baseline: 0.666667, expected: 0.666667, possible: 0, loads: { a: 1, b: null, c: null } },
  ],
  [
    'all endpoints where all clients are: nothing crosses, nothing can be saved',
    routedCart({}, ['a', 'a']),
    trafficOf('a>a 10'),
    { baseline: 0, expected: 0, possible: null, loads: { a: 1 } },
  ],
  [
    'an endpoint whose zone is not known crosses for everybody',
    routedCart({}, ['a', '']),
    trafficOf('a>a 10'),
    { baseline: 0.5, expected: 0.5, possible: 0, loads: { '': 1, a: 1 } },
  ],
  [
    'policy Local: only the nodes that have an endpoint send anything',
    routedCart({ internalTrafficPolicy: 'Local' }, ['a', 'b'], {
      nodes: [node('node-a', 'a'), node('node-a2', 'a'), node('node-b', 'b')],
    }),
    trafficOf('a>a 50', 'b>b 50'),
    { baseline: 0.5, expected: 0, possible: 1, loads: { a: 1, b: 1 } },
  ],
]
for (const [why, routing, traffic, want] of cases) test(why, () => deepEqual(expected(routing, traffic), want))

test('hints for nodes: a node of its own endpoint, and its neighbours by zone', () => {
  const sameNode = (name: string, zone: string, address: string) => ({
    addresses: [address],
    ready: true,
    serving: true,
    terminating: false,
    pod: undefined,
    node: name,
    zone,
    forZones: [zone],
    forNodes: [name],
  })
  const routing = routedCart(
    { trafficDistribution: 'PreferSameNode' },
    [sameNode('node-a', 'a', '10.0.0.1'), sameNode('node-a2', 'a', '10.0.0.2')],
    { nodes: [node('node-a', 'a'), node('node-a2', 'a'), node('node-a3', 'a')] },
  )
  deepEqual(expected(routing, trafficOf('a>a 1')), { baseline: 0, expected: 0, possible: null, loads: { a: 1 } })
})

test('what was observed is of connections that routing decided about, where it did', () => {
  const direct = flow('a>c 900', { dialled: 'direct' })
  const first = flow('b>a 40', { dialled: 'node-port', leg: 'first' })
  const second = flow('a>c 40', { dialled: 'node-port', leg: 'second' })
  const traffic = trafficOf('a>a 60', direct, first, second)
  const share = routedShare(traffic, false)
  equal(share.observed, 0.4)
  deepEqual([...share.clients], [['a', 100]])
  equal(routedShare(trafficOf(direct), true).observed, 1, 'clients of a headless Service dial pods')
  equal(routedShare(trafficOf(direct), false).observed, null)
})
