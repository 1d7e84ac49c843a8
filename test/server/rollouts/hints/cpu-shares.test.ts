import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeRecord } from '../../../../server/directory/kubernetes/objects.ts'
import { cpuShares } from '../../../../server/rollouts/hints/cpu-shares.ts'
import { counts, node } from './slices.ts'

const cases: [why: string, nodes: NodeRecord[], want: unknown][] = [
  [
    'shares are of allocatable CPU, not of nodes',
    [
      ...[1, 1, 1, 2].map((cpu, index) => node(`a${index}`, 'a', cpu)),
      ...[3, 1.5].map((cpu, index) => node(`b${index}`, 'b', cpu)),
      node('c', 'c', 0.5),
    ],
    { a: 0.5, b: 0.45, c: 0.05 },
  ],
  [
    'a node that is not ready does not count',
    [node('a', 'a'), node('b', 'b'), node('c', 'b', 4, { ready: false })],
    { a: 0.5, b: 0.5 },
  ],
  [
    'a node of the control plane does not count, even without a zone',
    [node('a', 'a'), node('b', 'b'), node('master', undefined, 4, { controlPlane: true })],
    { a: 0.5, b: 0.5 },
  ],
  [
    'one ready node without a zone takes the shares of all',
    [node('a', 'a'), node('b', 'b'), node('hybrid', undefined), node('odd', undefined)],
    { kind: 'node without zone or CPU', nodes: ['hybrid', 'odd'] },
  ],
  [
    'a zone that only the older label tells is none',
    [node('a', 'a'), node('b', undefined, 4, { zoneName: 'b' })],
    { kind: 'node without zone or CPU', nodes: ['b'] },
  ],
  [
    'so does one without CPU',
    [node('a', 'a'), node('b', 'b'), node('virtual', 'b', 0)],
    { kind: 'node without zone or CPU', nodes: ['virtual'] },
  ],
  [
    'a node that is not ready takes nothing, whatever it lacks',
    [node('a', 'a'), node('b', 'b'), node('new', undefined, 0, { ready: false })],
    { a: 0.5, b: 0.5 },
  ],
  [
    'the second zone has only a node that is not ready',
    [node('a', 'a'), node('b', 'b', 4, { ready: false })],
    { kind: 'nodes in one zone only', zone: 'a' },
  ],
  [
    'the second zone has only the control plane',
    [node('a', 'a'), node('b', 'b', 4, { controlPlane: true })],
    { kind: 'nodes in one zone only', zone: 'a' },
  ],
  ['there is no node', [], { kind: 'nodes in one zone only', zone: undefined }],
]
for (const [why, nodes, want] of cases)
  test(why, () => {
    const shares = cpuShares(nodes)
    deepEqual(shares.kind === 'shares' ? counts(shares.byZone) : shares, want)
  })
