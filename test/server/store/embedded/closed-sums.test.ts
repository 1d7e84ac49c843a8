import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs, millis } from '@weir/contract/units.ts'
import { ClosedSums } from '../../../../server/store/embedded/closed-sums.ts'
import { daysTable, hoursTable } from '../../../../server/store/embedded/partitions.ts'
import { SeriesAdder } from '../../../../server/store/embedded/series-adder.ts'
import type { FlowStore } from '../../../../server/store/flow-store.ts'
import { aChange, aSeries, type FactRow, factColumns, randomNumbers } from '../../../contracts/store-samples.ts'
import { openEmbedded } from './open-embedded.ts'

const HOUR = 60
const DAY = 1440
const born = Date.UTC(2026, 0, 10) / 60_000
const range = (from: number, to: number) => ({ from: epochMs(from * 60_000), to: epochMs(to * 60_000) })
const total = (column: Float64Array): number => column.reduce((sum, value) => sum + value, 0)
const commit = (store: FlowStore, ...rows: FactRow[]) => store.commit(aChange({ facts: [factColumns(rows)] }))

/** The same question in every form that reads closed hours and days. */
async function bytes(store: FlowStore, from: number, to: number): Promise<number[]> {
  const wanted = range(from, to)
  const sums = await store.sumBySeries(wanted)
  const days = await store.sumBySeriesAndStep(wanted, millis(DAY * 60_000))
  const lanes = await store.sumByLane(wanted)
  const ofDays = days.reduce((sum, { bytesToResponder }) => sum + total(bytesToResponder), 0)
  return [total(sums.bytesToResponder), ofDays, total(lanes.bytesToResponder)]
}

test('a fact that comes late changes the answer to a question that was asked before', async () => {
  await using data = await openEmbedded()
  const { store } = data
  const series = store.seriesId(aSeries(1))
  await commit(store, [born + 17, series, 5], [born + DAY + 1, series, 7])
  const now = epochMs((born + DAY + 5 * HOUR) * 60_000)
  await store.maintain(now)
  deepEqual(await bytes(store, born, born + 2 * DAY), [12, 12, 12])
  deepEqual(await bytes(store, born, born + 2 * DAY), [12, 12, 12], 'asked again')
  await commit(store, [born + 18, series, 100], [born + DAY + 2, series, 1000])
  deepEqual(await bytes(store, born, born + 2 * DAY), [1112, 1112, 1112], 'committed')
  await store.maintain(now)
  deepEqual(await bytes(store, born, born + 2 * DAY), [1112, 1112, 1112], 'folded into closed days and hours')
})

test('minutes of an hour that is open are asked for again after each folding', async () => {
  await using data = await openEmbedded()
  const { store } = data
  const series = store.seriesId(aSeries(1))
  const now = epochMs((born + 30) * 60_000)
  for (const [i, minute] of [1, 12, 13, 2, 25].entries()) {
    await commit(store, [born + minute, series, 10 ** i])
    const wanted = Number('1'.repeat(i + 1))
    const cut = [1, 11, 111, 1111, 1111][i]
    deepEqual(
      [await bytes(store, born, born + DAY), await bytes(store, born, born + 15)],
      [
        [wanted, wanted, wanted],
        [cut, cut, wanted],
      ],
    )
    await store.maintain(now)
  }
})

test('a year whose days were dropped is gone from the answer, also when a late row makes its table anew', async () => {
  await using data = await openEmbedded()
  const { store } = data
  const series = store.seriesId(aSeries(1))
  await commit(store, [born, series, 5])
  await store.maintain(epochMs((born + 2 * DAY) * 60_000))
  equal(total((await store.sumBySeries(range(born, born + DAY))).bytesToResponder), 5)
  const later = born + 5 * 366 * DAY
  await store.maintain(epochMs(later * 60_000))
  equal((await store.sumBySeries(range(born, born + DAY))).count, 0)
  await commit(store, [born + 3 * DAY, series, 1])
  await store.maintain(epochMs(later * 60_000))
  equal(total((await store.sumBySeries(range(born, born + 5 * DAY))).bytesToResponder), 1)
})

test('answers do not depend on how much fits into memory', async () => {
  const random = randomNumbers(7)
  const rows = Array.from({ length: 3_000 }, (): FactRow => {
    const minute = born + Math.floor(random() * 4 * DAY)
    return [minute, Math.floor(random() * 40), Math.floor(random() * 1e6)]
  })
  const answers: unknown[] = []
  for (const closedSumsBytes of [0, 8_000, 128 * 1024 * 1024]) {
    await using data = await openEmbedded({ closedSumsBytes })
    const { store } = data
    for (let n = 0; n < 40; n++) store.seriesId(aSeries(n))
    await commit(store, ...rows.slice(0, 2_500))
    const now = epochMs((born + 4 * DAY) * 60_000)
    await store.maintain(now)
    await commit(store, ...rows.slice(2_500))
    const ask = async () => {
      const steps = await store.sumBySeriesAndStep(range(born + 77, born + 4 * DAY - 33), millis(6 * HOUR * 60_000))
      return steps
        .flatMap(({ at, series, wireToInitiator }) =>
          Array.from(series, (id, row) => `${at} ${id} ${wireToInitiator[row]}`),
        )
        .sort()
    }
    const [before, again] = [await ask(), await ask()]
    await store.maintain(now)
    answers.push([before, again, await ask()])
  }
  const [none, some, all] = answers
  deepEqual(some, none)
  deepEqual(all, none)
})

test('the bound is kept, and what a question needs is not given up for the rest of it', () => {
  const unit = (rows: number) => {
    const adder = new SeriesAdder(1)
    const facts = factColumns(Array.from({ length: rows }, (_, i): FactRow => [0, i, 1]))
    adder.add(facts)
    return adder.take()
  }
  const closedSums = new ClosedSums(100_000)
  const first = closedSums.ask()
  const kept = Array.from({ length: 20 }, (_, at) => closedSums.keep(first, hoursTable(0), at, unit(300)))
  ok(closedSums.bytes <= 100_000 && closedSums.bytes > 80_000, `${closedSums.bytes} bytes`)
  deepEqual(kept, [...kept].sort().reverse(), 'once it is full, it is full for this question')
  const second = closedSums.ask()
  ok(closedSums.find(second, hoursTable(0), 0) !== undefined)
  ok(closedSums.keep(second, daysTable(1970), 0, unit(300)), 'another question has room')
  ok(closedSums.find(second, hoursTable(0), 0) !== undefined, 'what it found is still there')
  equal(closedSums.find(second, hoursTable(0), 1), undefined, 'the longest unused is not')
  ok(closedSums.bytes <= 100_000)
})

test('what was read before something was forgotten is not kept', () => {
  const closedSums = new ClosedSums(100_000)
  const question = closedSums.ask()
  closedSums.forget(hoursTable(0), 5)
  equal(closedSums.keep(question, hoursTable(0), 5, new SeriesAdder(1).take()), false)
  equal(closedSums.bytes, 0)
})
