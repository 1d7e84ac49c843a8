import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import type { ClusterRouting } from '../../../server/rollouts/cluster-routing.ts'
import { auto, cart, routedCart, sameZone, watchOver } from './routed-world.ts'

const bare = ['a', 'b', 'c']
const hinted = ['a>a', 'b>b', 'c>c']

function world(routing: ClusterRouting) {
  let [now, shown] = [epochMs(0), routing]
  const watch = watchOver(
    () => [shown],
    () => now,
  )
  return {
    watch,
    /** What is shown from then on, seen half a minute later. */
    after(minutes: number, next: ClusterRouting = shown) {
      shown = next
      now = epochMs(now + minutes * 60_000)
      watch.look()
      return watch.stateOf(cart)
    },
  }
}

test('hints that could be there are missing, and after five minutes stuck off', () => {
  const { after } = world(routedCart(auto, bare))
  equal(after(0), 'missing')
  equal(after(4), 'missing')
  equal(after(1), 'stuck off')
  equal(after(60), 'stuck off')
})

test('once they are there it begins anew', () => {
  const { after } = world(routedCart(auto, bare))
  equal(after(0), 'missing')
  equal(after(4, routedCart(auto, hinted)), 'as predicted')
  equal(after(4, routedCart(auto, bare)), 'missing')
  equal(after(4), 'missing')
})

test('what the field asks for is missing, never stuck: nothing stands in its way', () => {
  const { after } = world(routedCart(sameZone, bare))
  equal(after(0), 'missing')
  equal(after(30), 'missing')
})

test('a Service counts as missing its hints once they are not on their way any more', () => {
  const { after, watch } = world(routedCart(auto, bare))
  const missing = () => [...watch.missing().values()]
  deepEqual(missing(), [])
  after(0)
  deepEqual(missing(), [0])
  after(5)
  deepEqual(missing(), [1])
  after(1, routedCart(auto, hinted))
  deepEqual(missing(), [0])
})

const states: [why: string, routing: ClusterRouting, state: string | null][] = [
  ['nothing asked, nothing there', routedCart({}, bare), 'none, as predicted'],
  ['as asked', routedCart(sameZone, hinted), 'as predicted'],
  ['Auto may keep hints that another order of pods gave', routedCart(auto, ['a>b', 'b>c', 'c>a']), 'as predicted'],
  ['four endpoints in three zones get none', routedCart(auto, ['a', 'a', 'b', 'c']), 'none, as predicted'],
  ['hints that nobody asked for', routedCart({}, hinted), 'unexpected'],
  ['the field never points elsewhere', routedCart(sameZone, ['a>b', 'b>a', 'c>c', 'c>a']), 'unexpected'],
  [
    'policy Local does not look at them',
    routedCart({ ...sameZone, internalTrafficPolicy: 'Local' }, hinted),
    'not used',
  ],
  ['neither do clients of a headless Service', routedCart({ ...sameZone, clusterIps: [] }, hinted), 'not used'],
  ['one endpoint without a zone, and nobody does', routedCart(sameZone, [...hinted, '']), 'not used'],
  ['no endpoints', routedCart(sameZone, []), null],
  [
    'slices of another controller are not predicted',
    routedCart(auto, bare, {}, { managedBy: 'mesh' }),
    'none, as predicted',
  ],
]
for (const [why, routing, state] of states)
  test(`state: ${why}`, () =>
    equal(
      watchOver(
        () => [routing],
        () => epochMs(0),
      ).stateOf(cart),
      state,
    ))

test('a Service that is not there has no state', () => {
  const watch = watchOver(
    () => [routedCart({}, bare)],
    () => epochMs(0),
  )
  equal(watch.stateOf({ ...cart, name: 'web' }), null)
  equal(watch.stateOf({ ...cart, cluster: 'other' }), null)
})
