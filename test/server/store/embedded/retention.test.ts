import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import type { FlowStore } from '../../../../server/store/flow-store.ts'
import { aChange, aSeries, factColumns } from '../../../contracts/store-samples.ts'
import { openEmbedded } from './open-embedded.ts'

const retention = { minutesForHours: 48, hoursForDays: 90, daysForYears: 3 }
const born = Date.UTC(2026, 0, 10, 12) / 60_000
const HOUR = 60
const DAY = 1440
const span = (from: number, to: number) => ({ from: epochMs(from * 60_000), to: epochMs(to * 60_000) })
const at = (minutes: number) => epochMs(minutes * 60_000)

async function bytes(store: FlowStore, from: number, to: number): Promise<number> {
  const { count, bytesToResponder } = await store.sumBySeries(span(from, to))
  return count === 0 ? 0 : (bytesToResponder[0] ?? 0)
}

test('a fact is kept as a minute, then as an hour, then as a day, then not at all', async () => {
  await using data = await openEmbedded({ retention })
  const { store } = data
  const series = store.seriesId(aSeries(1))
  const fact = born + 17
  await store.commit(aChange({ facts: [factColumns([[fact, series, 5]])] }))

  const sums = async (now: number) => {
    await store.maintain(at(now))
    return {
      minute: await bytes(store, fact, fact + 1),
      hour: await bytes(store, born, born + HOUR),
      day: await bytes(store, born - 12 * HOUR, born + 12 * HOUR),
      ever: await bytes(store, 0, 2 * born),
    }
  }
  deepEqual(await sums(born + 2 * HOUR), { minute: 5, hour: 5, day: 5, ever: 5 })
  deepEqual(await sums(born + 3 * DAY), { minute: 0, hour: 5, day: 5, ever: 5 }, 'the hour counts with its start')
  deepEqual(await sums(born + 95 * DAY), { minute: 0, hour: 0, day: 5, ever: 5 }, 'the day counts with its start')
  deepEqual(await sums(born + 5 * 366 * DAY), { minute: 0, hour: 0, day: 0, ever: 0 })
})

test('ranges that touch add up to the whole, also where only hours or days are left', async () => {
  await using data = await openEmbedded({ retention })
  const { store } = data
  const series = store.seriesId(aSeries(1))
  const minutes = Array.from({ length: 200 }, (_, i) => born + i * 53)
  await store.commit(aChange({ facts: [factColumns(minutes.map(minute => [minute, series, 1]))] }))
  for (const age of [2 * HOUR, 9 * DAY, 95 * DAY]) {
    await store.maintain(at(born + age))
    const cuts = [born - DAY, born + 90, born + 777, born + 3 * DAY, born + 5 * DAY + 33, born + 20 * DAY]
    const parts = await Promise.all(cuts.slice(1).map((to, i) => bytes(store, cuts[i] ?? 0, to)))
    equal(
      parts.reduce((sum, part) => sum + part, 0),
      minutes.length,
      `after ${age} minutes`,
    )
  }
})

test('a fact that comes after its minutes were dropped counts in its hour, and after its hours were in its day', async () => {
  await using data = await openEmbedded({ retention })
  const { store } = data
  const series = store.seriesId(aSeries(1))
  await store.commit(aChange({ facts: [factColumns([[born, series, 1]])] }))
  await store.maintain(at(born + 3 * DAY))
  await store.commit(aChange({ facts: [factColumns([[born + 1, series, 10]])] }))
  await store.maintain(at(born + 3 * DAY + 1))
  equal(await bytes(store, born, born + HOUR), 11)
  await store.maintain(at(born + 95 * DAY))
  await store.commit(aChange({ facts: [factColumns([[born + 2, series, 100]])] }))
  await store.maintain(at(born + 95 * DAY + 1))
  equal(await bytes(store, born - 12 * HOUR, born + 12 * HOUR), 111)
})

test('maintaining tells what it closed and what it dropped, and does nothing twice', async () => {
  await using data = await openEmbedded({ retention })
  const { store } = data
  const series = store.seriesId(aSeries(1))
  await store.commit(
    aChange({
      facts: [
        factColumns([
          [born, series, 1],
          [born + HOUR, series, 1],
        ]),
      ],
    }),
  )
  deepEqual(await store.maintain(at(born + 3 * HOUR)), { closedHours: 2, droppedForAge: 0, droppedForSpace: 0 })
  deepEqual(await store.maintain(at(born + 3 * HOUR)), { closedHours: 0, droppedForAge: 0, droppedForSpace: 0 })
  deepEqual(await store.maintain(at(born + 3 * DAY)), { closedHours: 0, droppedForAge: 2, droppedForSpace: 0 })
})
