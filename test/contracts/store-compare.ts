import { deepEqual, equal } from 'node:assert/strict'
import { epochMs, millis, minute } from '@weir/contract/units.ts'
import type { FlowStore, Mark } from '../../server/store/flow-store.ts'
import { asMap, laneOf, StoreModel, sorted } from './store-model.ts'
import { aBatch, aBatchId, aChange, aSeries, type FactRow, factColumns, randomNumbers } from './store-samples.ts'
import { collect, type StoreUnderTest } from './store-under-test.ts'

const SERIES = 12
const ROUNDS = 40
const start = Date.UTC(2026, 11, 30, 20) / 60_000 // the second midnight ends a year

/** Commits, late rows, seals, roll-ups and restarts in random order; everything is asked of the store and the model. */
export async function compareWithModel(data: StoreUnderTest, seed: number): Promise<void> {
  const random = randomNumbers(seed)
  const upTo = (n: number) => Math.floor(random() * n)
  const model = new StoreModel()
  let now = start + 60
  let sequence = 0
  for (let round = 0; round < ROUNDS; round++) {
    now += upTo(110) // some 36 hours in all: nothing is old enough to go
    const commits = Array.from({ length: 1 + upTo(4) }, () => {
      const rows = (): FactRow[] =>
        Array.from({ length: upTo(40) }, () => [
          // Mostly of the last minutes, some of any time since the beginning.
          random() < 0.8 ? now - upTo(20) : start + upTo(now - start),
          data.store.seriesId(aSeries(upTo(SERIES))),
          upTo(1_000_000),
        ])
      const sealing = random() < 0.3
      sequence++
      return aChange({
        facts: Array.from({ length: upTo(3) }, () => factColumns(rows())),
        batches: random() < 0.5 ? [aBatch(sequence, now - upTo(30))] : [],
        marks: [{ id: aBatchId(sequence), settledBelow: upTo(sequence) }],
        decisions: [aDecision(now - upTo(30), upTo(1000))],
        promotions: [aPromotion(now - upTo(30), upTo(3) - 1)],
        ...(sealing && {
          sealedUntil: minute(now - upTo(15)),
          keepPending: new Set(
            model
              .pending()
              .slice(0, 2)
              .map(({ id }) => `${id.cluster}/${id.node}/${id.epoch}/${id.sequence}/${id.part}`),
          ),
        }),
      })
    })
    for (const change of commits) model.commit(change)
    await Promise.all(commits.map(change => data.store.commit(change)))
    if (random() < 0.4) await data.store.maintain(epochMs(now * 60_000))
    if (random() < 0.1) await data.restart()
    await compareSums(data.store, model, () => start - 100 + upTo(now - start + 200), upTo)
  }
  await compareRest(data, model)
}

async function compareSums(
  store: FlowStore,
  model: StoreModel,
  moment: () => number,
  upTo: (n: number) => number,
): Promise<void> {
  const [a, b] = [moment(), moment()]
  const range = { from: epochMs(Math.min(a, b) * 60_000), to: epochMs(Math.max(a, b) * 60_000) }
  const only = upTo(3) === 0 ? new Set([upTo(SERIES), upTo(SERIES)]) : undefined
  const sums = await store.sumBySeries(range, only)
  deepEqual(
    sorted(asMap(sums, row => `${sums.series[row]}`)),
    sorted(model.sums(range, undefined, only)),
    `sums from ${new Date(range.from).toISOString()} to ${new Date(range.to).toISOString()}`,
  )
  const stepMs = ([1, 7, 60, 90, 720, 1440, 2880][upTo(7)] ?? 1) * 60_000
  const steps = await store.sumBySeriesAndStep(range, millis(stepMs), only)
  const moments = steps.map(({ at }) => at)
  deepEqual(
    moments,
    [...new Set(moments)].sort((x, y) => x - y),
    'each step once, oldest first',
  )
  deepEqual(
    sorted(new Map(steps.flatMap(step => [...asMap(step, row => `${step.series[row]}@${step.at}`)]))),
    sorted(model.sums(range, stepMs, only)),
    `steps of ${stepMs} ms from ${new Date(range.from).toISOString()} to ${new Date(range.to).toISOString()}`,
  )
  const dayMs = 86_400_000
  const days = {
    from: epochMs(Math.floor(range.from / dayMs) * dayMs),
    to: epochMs(Math.ceil(range.to / dayMs) * dayMs),
  }
  const lane = (id: number) => laneOf(store.series(id))
  const lanes = await store.sumByLane(days)
  deepEqual(
    sorted(asMap(lanes, row => `${lane(lanes.example[row] ?? -1)}@${lanes.day[row]}`)),
    sorted(model.lanes(days, lane)),
    'lanes',
  )
}

async function compareRest(data: StoreUnderTest, model: StoreModel): Promise<void> {
  deepEqual(await collect(data.store), model.pending())
  const store = await data.restart()
  deepEqual(await collect(store), model.pending())
  const ever = { from: epochMs(0), to: epochMs(start * 120_000) }
  const byText = (list: readonly unknown[]) => list.map(one => JSON.stringify(one)).sort()
  deepEqual(byText(await store.decisions(ever)), byText(model.decisions(ever)))
  deepEqual(byText(data.recovered.promotions), byText(model.promotions()))
  equal(data.recovered.sealedUntil, model.sealedUntil)
  deepEqual(taken(data.recovered.marks), taken(model.marks()))
}

/** What marks come to: which sequences need not be sent again. */
function taken(marks: readonly Mark[]): number[] {
  const settled = Math.max(0, ...marks.map(({ settledBelow }) => settledBelow))
  const beyond = marks.map(({ id }) => id.sequence).filter(sequence => sequence >= settled)
  let from = settled
  while (beyond.includes(from)) from++
  return [from, ...new Set(beyond.filter(sequence => sequence > from))].sort((a, b) => a - b)
}

const aDecision = (at: number, bytes: number) => ({
  cluster: 'main',
  node: 'node-1',
  minute: minute(at),
  counted: 'primary' as const,
  primaryBytes: bytes,
  witnessBytes: bytes,
  promotedBytes: 0,
  supersededBytes: 0,
})

const aPromotion = (at: number, bytes: number) => ({
  cluster: 'main',
  node: 'node-1',
  minute: minute(at),
  near: '10.0.0.1',
  far: '10.0.0.2',
  bytesToResponder: bytes,
  bytesToInitiator: 0,
})
