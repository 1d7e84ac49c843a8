import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointRecord } from '../../../../server/directory/kubernetes/objects.ts'
import { choose, type ProxyRules } from '../../../../server/rollouts/hints/kube-proxy.ts'
import { endpoint } from '../../directory/kubernetes/records.ts'
import { endpointsOf } from './slices.ts'

const now: ProxyRules = { policy: 'Cluster', followsZones: true, followsNodes: true }
const local: ProxyRules = { ...now, policy: 'Local' }
const of1330: ProxyRules = { ...now, followsNodes: false }
const of1300: ProxyRules = { ...of1330, followsZones: false }

/** On the node of its zone, for that node and that zone. */
const sameNode = (zone: string, address: string): EndpointRecord =>
  endpoint(address, { zone, node: `node-${zone}`, forZones: [zone], forNodes: [`node-${zone}`] })
const ending = (address: string, node: string) =>
  endpoint(address, { node, ready: false, serving: true, terminating: true })

const hinted = endpointsOf('a>a', 'b>b', 'c>b')
const onNodes = [sameNode('a', '10.0.0.1'), sameNode('b', '10.0.0.2')]
const inA = { name: 'node-a', zoneLabel: 'a' }
const inC = { name: 'node-c', zoneLabel: 'c' }
const nowhere = { name: 'node-x', zoneLabel: undefined }
const otherInA = { name: 'node-a2', zoneLabel: 'a' }

type Want = readonly [endpoints: number[], by: string, ignored: string | undefined]
const cases: [
  why: string,
  endpoints: EndpointRecord[],
  node: typeof inA | typeof nowhere,
  rules: ProxyRules,
  want: Want,
][] = [
  ['all are hinted, one for this zone: that one', hinted, inA, now, [[1], 'zone hints', undefined]],
  [
    'an endpoint elsewhere that is hinted for this zone is used, too',
    hinted,
    { name: 'node-b', zoneLabel: 'b' },
    now,
    [[2, 3], 'zone hints', undefined],
  ],
  [
    'no hint for this zone: all, although an endpoint is in it',
    hinted,
    inC,
    now,
    [[1, 2, 3], 'all', 'no hint for the zone'],
  ],
  [
    'one ready endpoint without a hint: all',
    endpointsOf('a>a', 'b>b', 'c'),
    inA,
    now,
    [[1, 2, 3], 'all', 'endpoint without hint'],
  ],
  [
    'one that is not ready needs no hint, and is not used',
    endpointsOf('a>a', 'b>b', 'a!'),
    inA,
    now,
    [[1], 'zone hints', undefined],
  ],
  ['the node has no zone label: all', hinted, nowhere, now, [[1, 2, 3], 'all', 'node without zone label']],
  ['up to 1.30 without the annotation: all', hinted, inA, of1300, [[1, 2, 3], 'all', 'not in this version']],
  [
    'policy Local: those of the node, hints are not looked at',
    hinted,
    inA,
    local,
    [[1], 'node itself', 'policy Local'],
  ],
  [
    'policy Local and none on the node: none, connections are dropped',
    hinted,
    otherInA,
    local,
    [[], 'node itself', 'policy Local'],
  ],
  [
    'policy Local and only one that ends but serves: that one',
    [...endpointsOf('a!', 'b'), ending('10.0.0.3', 'node-a')],
    inA,
    local,
    [[3], 'node itself', 'policy Local'],
  ],
  [
    'none is ready: those that end but serve, of any zone',
    [...endpointsOf('a!', 'b!'), ending('10.0.0.3', 'node-b')],
    inA,
    now,
    [[3], 'all', 'no ready endpoint'],
  ],
  ['there is no endpoint', [], inA, now, [[], 'all', 'no ready endpoint']],
  ['hinted for nodes, and this is one: that one', onNodes, inA, now, [[1], 'node hints', undefined]],
  ['hinted for other nodes of the zone: the zone', onNodes, otherInA, now, [[1], 'zone hints', undefined]],
  ['hinted for nodes of other zones: all', onNodes, inC, now, [[1, 2], 'all', 'no hint for the zone']],
  [
    'one endpoint without a node hint: the zone',
    [...onNodes, ...endpointsOf('a>a', 'a>a', 'a>a').slice(2)],
    inA,
    now,
    [[1, 3], 'zone hints', undefined],
  ],
  ['up to 1.33 node hints are not read: the zone', onNodes, inA, of1330, [[1], 'zone hints', undefined]],
  [
    'a condition that is not there counts as ready',
    [endpoint('10.0.0.1', { zone: 'a', ready: undefined, forZones: ['a'] })],
    inA,
    now,
    [[1], 'zone hints', undefined],
  ],
]
for (const [why, endpoints, node, rules, want] of cases)
  test(why, () => {
    const choice = choose(endpoints, node, rules)
    const numbers = choice.endpoints.map(({ addresses }) => Number(addresses[0]?.split('.').at(-1)))
    deepEqual([numbers, choice.by, choice.ignored], want)
  })
