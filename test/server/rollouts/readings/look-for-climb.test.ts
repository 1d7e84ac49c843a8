import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { lookForClimb } from '../../../../server/rollouts/readings/look-for-climb.ts'
import { aChange } from './changes.ts'
import { openTown, type Stretch, shopCart } from './town.ts'

const DAY = 24
const rollout = aChange(10.5)
const before: Stretch = { hours: [-30 * DAY, 10], share: 0.6 }
const cut = (until: number): Stretch => ({ hours: [10, until], share: 0.2 })

async function look(stretches: readonly Stretch[], sealed: number, others = [rollout].slice(1)) {
  await using town = await openTown({ stretches, sealed, changes: [rollout, ...others] })
  const [settled] = await town.readings.of(rollout)
  if (settled === undefined) throw new Error('no settled reading')
  const kept = town.kept
  return await lookForClimb(town.traffic, { change: rollout, services: [shopCart], settled, others, kept })
}

const ends = 24 * DAY
const back = (share: number): Stretch => ({ hours: [20 * DAY, ends], share })
const cases: [what: string, stretches: Stretch[], climbed: boolean][] = [
  ['a share that stays cut', [before, cut(ends)], false],
  ['all the way back', [before, cut(20 * DAY), back(0.6)], true],
  ['half of the way back', [before, cut(20 * DAY), back(0.42)], true],
  ['a quarter of the way back', [before, cut(20 * DAY), back(0.3)], false],
  ['one day back', [before, cut(23 * DAY), { hours: [23 * DAY, ends], share: 0.6 }], false],
  ['back while half of its zones became unknown', [before, cut(20 * DAY), { ...back(0.6), unknown: 0.5 }], false],
  ['no traffic any more', [before, cut(20 * DAY)], false],
]
for (const [what, stretches, climbed] of cases)
  test(`${what}: ${climbed ? 'told' : 'not told'}`, async () =>
    equal((await look(stretches, ends)) !== undefined, climbed))

test('what is told is when, and the shares right after the rollout and now', async () => {
  const climb = await look([before, cut(20 * DAY), back(0.6)], ends)
  deepEqual(
    climb && [
      new Date(climb.at).toISOString(),
      ...[climb.before, climb.after].map(share => Math.round(parseFloat(share))),
    ],
    ['2026-12-14T00:00:00.000Z', 20, 60],
  )
})

test('a rollout that another change has taken over, or that was told already, is not told', async () => {
  const stretches = [before, cut(20 * DAY), back(0.6)]
  equal(await look(stretches, ends, [aChange(21 * DAY)]), undefined)
  equal(await look(stretches, ends, [aChange(22 * DAY, { kind: 'share climbed back' })]), undefined)
  equal((await look(stretches, ends, [aChange(21 * DAY, { kind: 'replicas per zone' })])) !== undefined, true)
})

test('a rollout that cut nothing cannot climb back', async () =>
  equal(await look([{ ...before, share: 0.2 }, cut(20 * DAY), back(0.6)], ends), undefined))
