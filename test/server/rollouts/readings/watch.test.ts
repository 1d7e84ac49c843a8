import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { RolloutWatch } from '../../../../server/rollouts/readings/watch.ts'
import { aChange, HOUR } from './changes.ts'
import { openTown, type Stretch, type Town } from './town.ts'

const DAY = 24
const before: Stretch = { hours: [-30 * DAY, 10], share: 0.6 }
const after: Stretch = { hours: [10, 20 * DAY], share: 0.2 }
const back: Stretch = { hours: [20 * DAY, 26 * DAY], share: 0.6 }
const rollout = aChange(10.5)

interface Watched extends AsyncDisposable {
  readonly town: Town
  readonly watch: RolloutWatch
  readonly added: RoutingChange[]
  readonly logged: string[]
  readonly saves: boolean[]
  pass(hours: number): void
}

async function watched(given: Partial<Parameters<typeof openTown>[0]> = {}): Promise<Watched> {
  const town = await openTown({ stretches: [before, after, back], changes: [rollout], sealed: 24 * DAY, ...given })
  const added: RoutingChange[] = []
  const logged: string[] = []
  const saves: boolean[] = []
  const watch = new RolloutWatch({
    ...{ readings: town.readings, traffic: town.traffic, kept: () => town.kept },
    changesIn: ({ from, to }) => town.changes.filter(({ at }) => at >= from && at < to),
    add: change => {
      added.push(change)
      return town.changes.push(change) > 0
    },
    save: isLast => void saves.push(isLast),
    now: () => town.kept.sealedUntil,
    log: line => void logged.push(line),
  })
  const pass = (hours: number): void => {
    town.kept = { ...town.kept, sealedUntil: epochMs(town.kept.sealedUntil + hours * HOUR) }
  }
  return { town, watch, added, logged, saves, pass, [Symbol.asyncDispose]: () => town[Symbol.asyncDispose]() }
}

test('a look reads every change, and another reads nothing until there is something new', async () => {
  await using world = await watched({
    changes: [rollout, aChange(40 * DAY)],
    stretches: [before, after],
    sealed: 15 * DAY,
  })
  await world.watch.look()
  equal(world.town.readings.peek(rollout)?.[0]?.verdict, 'reduced')
  const asked = world.town.asked()
  await world.watch.look()
  equal(world.town.asked(), asked)
  deepEqual(world.saves, [false, false])
})

test('what a list looked for and did not find is read with the next look', async () => {
  const old = aChange(-60 * DAY)
  await using world = await watched({ changes: [], stretches: [before, after] })
  equal(world.town.readings.peek(old), undefined)
  await world.watch.look()
  equal(world.town.readings.peek(old)?.length, 1)
})

test('a share that climbed back is told once, as a change of its own, however long it stays up', async () => {
  await using world = await watched()
  await world.watch.look()
  for (let day = 0; day < 2; day++) {
    world.pass(24)
    await world.watch.look()
  }
  deepEqual(
    world.added.map(({ kind, services, before: was }) => [kind, services, parseFloat(was) < 25]),
    [['share climbed back', rollout.services, true]],
  )
  match(world.added[0]?.after ?? '', /^(59|60)\.\d %$/)
})

test('it is looked for once a day', async () => {
  await using world = await watched({ stretches: [before, after], sealed: 15 * DAY })
  await world.watch.look()
  world.pass(0.5)
  const asked = world.town.asked()
  await world.watch.look()
  equal(world.town.asked(), asked)
})

test('a change that cannot be read is told once, and does not keep the others from being read', async () => {
  const broken = { ...aChange(12), services: [{ namespace: 'shop', name: 'broken' }] }
  await using world = await watched({ changes: [broken, rollout] })
  const read = world.town.readings.of.bind(world.town.readings)
  world.town.readings.of = change => (change === broken ? Promise.reject(new Error('no disk')) : read(change))
  await world.watch.look()
  await world.watch.look()
  deepEqual(world.logged, ['a change could not be read, tried again: Error: no disk'])
  equal(world.town.readings.peek(rollout)?.length, 1)
})

test('stopping writes the readings down', async () => {
  await using world = await watched({ changes: [rollout] })
  await world.watch.start()
  await world.watch.stop()
  equal(world.saves.at(-1), true)
  equal(world.town.readings.peek(rollout)?.length, 1, 'what was under way is finished first')
})
