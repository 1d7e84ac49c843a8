import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { TimeRange } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import { WatchedHours } from '../../../../server/rollouts/traffic/watched-hours.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const days = (from: number, to: number) => ({ from: epochMs(from * DAY), to: epochMs(to * DAY) })

/** A store in which node minutes of an hour are its number; what it was asked is written down, in days. */
function open(now: number) {
  const asked: number[][] = []
  const watched = async ({ from, to }: TimeRange, stepMs: number) => {
    asked.push([from / DAY, to / DAY])
    const steps = Array.from({ length: (to - from) / stepMs }, (_, i) => epochMs(from + i * stepMs))
    return steps.map(at => ({ cluster: 'main', at, nodeMinutes: at / HOUR, watchedMinutes: 1 }))
  }
  return { asked, hours: new WatchedHours({ watched }, () => epochMs(now * DAY)) }
}

test('days that are over are asked for once, those that may still change every time', async () => {
  const { asked, hours } = open(10.5)
  await hours.steps(days(3, 5), HOUR)
  await hours.steps(days(2, 10), HOUR)
  await hours.steps(days(2, 10), HOUR)
  deepEqual(asked, [
    [3, 5],
    [2, 3],
    [5, 10],
    [8, 10],
  ])
})

test('what is held adds up to what was asked for: parts of days, steps of several hours', async () => {
  const { hours } = open(10)
  await hours.steps(days(0, 10), HOUR)
  const range = { from: epochMs(30 * HOUR), to: epochMs(90 * HOUR) }
  const sum = (from: number, to: number) => ((from + to - 1) * (to - from)) / 2
  const byHour = await hours.steps(range, HOUR)
  equal(byHour.length, 60)
  equal(byHour[0]?.nodeMinutes, 30)
  deepEqual(
    (await hours.steps(range, DAY)).map(({ at, nodeMinutes, watchedMinutes }) => [
      at / HOUR,
      nodeMinutes,
      watchedMinutes,
    ]),
    [
      [24, sum(30, 48), 18],
      [48, sum(48, 72), 24],
      [72, sum(72, 90), 18],
    ],
  )
})

test('steps shorter than an hour are the store’s own', async () => {
  const { asked, hours } = open(10)
  equal((await hours.steps(days(1, 2), 60_000)).length, 1440)
  await hours.steps(days(1, 2), 60_000)
  equal(asked.length, 2)
})
