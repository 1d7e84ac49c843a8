import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { ChangeKind, RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { concernsSame, earlySides, type Kept, settledSides } from '../../../../server/rollouts/readings/ranges.ts'
import { aChange, DAY, HOUR, midnight } from './changes.ts'

const kept: Kept = {
  sealedUntil: epochMs(midnight + 200 * DAY),
  hoursFrom: epochMs(midnight - 200 * DAY),
  minutesFrom: epochMs(midnight - 200 * DAY),
}
const hours = (side: { from: number; to: number }) => [(side.from - midnight) / HOUR, (side.to - midnight) / HOUR]
const minutes = (side: { from: number; to: number }) => hours(side).map(hour => hour * 60)

const lone = aChange(10.5)
const settled: [what: string, others: RoutingChange[], more: Partial<Kept>, before: number[], after: number[]][] = [
  ['28 days a side', [], {}, [10 - 672, 10], [11, 11 + 672]],
  [
    'up to what is sealed, in whole hours',
    [],
    { sealedUntil: epochMs(midnight + 20.9 * HOUR) },
    [10 - 672, 10],
    [11, 20],
  ],
  [
    'nothing after a change that is not sealed',
    [],
    { sealedUntil: epochMs(midnight + 9 * HOUR) },
    [10 - 672, 10],
    [11, 11],
  ],
  ['from where hours are kept', [], { hoursFrom: epochMs(midnight - 2.5 * HOUR) }, [-2, 10], [11, 11 + 672]],
  [
    'nothing before where hours were kept later',
    [],
    { hoursFrom: epochMs(midnight + 30 * HOUR) },
    [10, 10],
    [11, 11 + 672],
  ],
  ['the next change ends it', [aChange(99.2)], {}, [10 - 672, 10], [11, 99]],
  ['the last change begins it', [aChange(-7.2), aChange(-20)], {}, [-7, 10], [11, 11 + 672]],
  ['a change an hour later leaves nothing', [aChange(11.5)], {}, [10 - 672, 10], [11, 11]],
  ['what follows within ten minutes is the same change', [aChange(10.6)], {}, [10 - 672, 10], [11, 11 + 672]],
  ['half an hour later is another change', [aChange(11)], {}, [10 - 672, 10], [11, 11]],
  [
    'replicas that move end no rollout',
    [aChange(12, { kind: 'replicas per zone' })],
    {},
    [10 - 672, 10],
    [11, 11 + 672],
  ],
  ['a change too far away ends nothing', [aChange(5000), aChange(-5000)], {}, [10 - 672, 10], [11, 11 + 672]],
]
for (const [what, others, more, before, after] of settled)
  test(`settled: ${what}`, () => {
    const sides = settledSides(lone, others, { ...kept, ...more })
    deepEqual([hours(sides.before), hours(sides.after)], [before, after])
  })

const lost = aChange(10.5, { kind: 'hints lost' })
const ends: [kind: ChangeKind, isEnd: boolean][] = [
  ['hints set', true],
  ['hints lost', true],
  ['replicas per zone', false],
  ['share climbed back', false],
  ['traffic distribution', true],
  ['marked by hand', true],
  ['zones of nodes', true],
]
for (const [kind, isEnd] of ends)
  test(`the reading of lost hints ${isEnd ? 'ends at' : 'goes on over'}: ${kind}`, () => {
    const other = aChange(20, { kind })
    const { endedBy, after } = settledSides(lost, [other], kept)
    equal(endedBy, isEnd ? other : undefined)
    deepEqual(hours(after), [11, isEnd ? 20 : 11 + 672])
  })

test('a side that another change cut short names it, one that something else ended does not', () => {
  const [earlier, later] = [aChange(-7), aChange(99)]
  const cut = settledSides(lone, [earlier, later], kept)
  deepEqual([cut.begunBy, cut.endedBy], [earlier, later])
  const sealed = settledSides(lone, [later], { ...kept, sealedUntil: epochMs(midnight + 50 * HOUR) })
  equal(sealed.endedBy, undefined)
})

test('early: a day after the change at most, and as many minutes before it', () => {
  const { before, after } = earlySides(lone, [], kept)
  deepEqual(minutes(after), [631, 631 + 1440])
  deepEqual(minutes(before), [630 - 1440, 630])
  const now = earlySides(lone, [], { ...kept, sealedUntil: epochMs(lone.at + 40.5 * 60_000) })
  deepEqual(
    [minutes(now.before), minutes(now.after)],
    [
      [591, 630],
      [631, 670],
    ],
  )
})

const dayEarlier: [
  what: string,
  others: RoutingChange[],
  minutesFrom: number,
  before: number[] | undefined,
  length: number,
][] = [
  ['a day earlier the same minutes are looked at', [], -200 * 24, [630 - 2 * 1440, 630 - 1440], 1440],
  ['sides are cut to what is kept of the day before', [], -17.5, [630 - 1440 - 240, 630 - 1440], 240],
  ['but never below an hour for its sake', [], -14, undefined, 1440],
  ['nor beyond another change', [aChange(-20.5)], -200 * 24, [630 - 1440 - 419, 630 - 1440], 419],
  ['another change within that day takes it away', [aChange(-10.5)], -200 * 24, undefined, 1440],
]
for (const [what, others, minutesFrom, before, length] of dayEarlier)
  test(`early: ${what}`, () => {
    const sides = earlySides(lone, others, { ...kept, minutesFrom: epochMs(midnight + minutesFrom * HOUR) })
    deepEqual(sides.dayEarlier && minutes(sides.dayEarlier.before), before)
    deepEqual(minutes(sides.after), [631, 631 + length])
    if (sides.dayEarlier !== undefined) deepEqual(minutes(sides.dayEarlier.after), [631 - 1440, 631 - 1440 + length])
  })

test('changes concern the same when they share a Service of one cluster', () => {
  const both = aChange(1, {
    services: [
      { namespace: 'a', name: 'b' },
      { namespace: 'shop', name: 'cart' },
    ],
  })
  equal(concernsSame(lone, both), true)
  equal(concernsSame(lone, { ...both, cluster: 'spare' }), false)
  equal(concernsSame(lone, aChange(1, { services: [{ namespace: 'cart', name: 'shop' }] })), false)
  equal(concernsSame(lone, lone), false, 'a change is no other')
})
