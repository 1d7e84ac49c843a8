import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { SliceRecord } from '../../../../server/directory/kubernetes/objects.ts'
import { allocate } from '../../../../server/rollouts/hints/allocation.ts'
import { type Assignment, assignHints } from '../../../../server/rollouts/hints/assignment.ts'
import { byZone, counts, fresh, slice } from './slices.ts'

type Counts = { readonly [zone: string]: number }
const thirds: Counts = { a: 1 / 3, b: 1 / 3, c: 1 / 3 }

function assign(shares: Counts, slices: readonly SliceRecord[]): Assignment | string {
  const ready = slices.flatMap(({ endpoints }) => endpoints).filter(each => each.ready === true).length
  const allocations = allocate(byZone(shares), ready)
  return allocations.kind === 'allocated' ? assignHints(slices, allocations.byZone) : allocations.kind
}

const rows: [shares: Counts, pods: Counts, hints: Counts | string, elsewhere: number][] = [
  [thirds, { a: 9, b: 0, c: 0 }, { a: 3, b: 3, c: 3 }, 6],
  [thirds, { a: 7, b: 1, c: 1 }, { a: 3, b: 3, c: 3 }, 4],
  [thirds, { a: 5, b: 2, c: 2 }, { a: 3, b: 3, c: 3 }, 2],
  [thirds, { a: 4, b: 3, c: 3 }, { a: 4, b: 3, c: 3 }, 0],
  [thirds, { a: 2, b: 1, c: 1 }, 'overload threshold', 0],
  [thirds, { a: 4, b: 4, c: 3 }, 'overload threshold', 0],
  [{ a: 0.35, b: 0.35, c: 0.3 }, { a: 5, b: 2, c: 3 }, { a: 4, b: 3, c: 3 }, 1],
]
for (const [shares, pods, hints, elsewhere] of rows)
  test(`pods ${Object.values(pods).join('/')} over CPU ${Object.values(shares)
    .map(share => share.toFixed(2))
    .join('/')}: ${typeof hints === 'string' ? hints : `hints ${Object.values(hints).join('/')}`}`, () => {
    const found = assign(shares, [fresh(pods)])
    if (typeof found === 'string' || found.kind !== 'assigned') return equal(found, hints)
    deepEqual(counts(found.byZone), hints)
    equal(found.elsewhere, elsewhere)
  })

test('half of the CPU and a third of the pods: one endpoint comes from either of the other zones', () => {
  const found = assign({ a: 0.5, b: 0.25, c: 0.25 }, [fresh({ a: 3, b: 3, c: 3 })])
  ok(typeof found !== 'string' && found.kind === 'assigned')
  equal(found.byZone.get('a'), 4)
  deepEqual([found.byZone.get('b'), found.byZone.get('c')].sort(), [2, 3])
})

const kept: [why: string, slices: SliceRecord[], hints: Counts][] = [
  ['hints that fit are kept, however they came about', [slice('a>b', 'b>a', 'c>c')], { a: 1, b: 1, c: 1 }],
  ['a hint for a zone without nodes is written anew', [slice('a>x', 'b>b', 'c>c')], { a: 1, b: 1, c: 1 }],
  ['one endpoint without a hint, and its slice is written anew', [slice('a>b', 'a>c', 'a')], { a: 1, b: 1, c: 1 }],
  [
    'more hints than a zone may have, and its slice is written anew',
    [slice('a>a', 'b>a', 'c>a')],
    { a: 1, b: 1, c: 1 },
  ],
  [
    'a slice that fits stays, the other makes up for it',
    [slice('a>a', 'a>a', 'a>a'), slice('a', 'a', 'a', 'b', 'b', 'c')],
    { a: 3, b: 3, c: 3 },
  ],
  ['what is not ready is not looked at', [slice('a>a', 'b>b', 'c>c', 'a!', 'b!')], { a: 1, b: 1, c: 1 }],
]
for (const [why, slices, hints] of kept)
  test(why, () => {
    const found = assign(thirds, slices)
    ok(typeof found !== 'string' && found.kind === 'assigned')
    deepEqual(counts(found.byZone), hints)
  })

test('an endpoint whose zone is not known takes the hints of all', () => {
  const found = assign(thirds, [slice('a', 'b', 'c', '', 'a', 'b')])
  ok(typeof found !== 'string')
  deepEqual(found.kind === 'assigned' ? found : [found.kind, found.endpoint.addresses], [
    'endpoint without zone',
    ['10.0.0.4'],
  ])
})
