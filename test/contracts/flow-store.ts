import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type EpochMs, epochMs, millis, minute } from '@weir/contract/units.ts'
import { compareWithModel } from './store-compare.ts'
import { aBatch, aBatchId, aChange, aSeries, factColumns } from './store-samples.ts'
import { collect, type StoreUnderTest } from './store-under-test.ts'

/** What every adapter of the FlowStore port must do. */
export function flowStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  const noon = Date.UTC(2026, 10, 20, 12) / 60_000
  const span = (from: number, to: number) => ({ from: epochMs(from * 60_000), to: epochMs(to * 60_000) })
  const wholeDay = span(noon - 720, noon + 720)

  test(`${name}: the same key has the same id, other keys have others, also after a restart`, async () => {
    await using data = await open()
    const { store } = data
    const [a, b] = [store.seriesId(aSeries(1)), store.seriesId(aSeries(2))]
    equal(store.seriesId(aSeries(1)), a)
    deepEqual([a, b], [0, 1])
    await store.commit(aChange({ facts: [factColumns([[noon, b, 1]])] }))
    const again = await data.restart()
    equal(again.seriesCount(), 2)
    equal(again.seriesId(aSeries(2)), b)
    deepEqual(again.series(a), aSeries(1))
    equal(again.seriesId(aSeries(3)), 2)
  })

  test(`${name}: an answer holds the first minute of its range and not the one at its end`, async () => {
    await using data = await open()
    const { store } = data
    const series = store.seriesId(aSeries(1))
    await store.commit(
      aChange({
        facts: [
          factColumns([
            [noon, series, 1],
            [noon + 5, series, 10],
          ]),
        ],
      }),
    )
    const sums = await store.sumBySeries(span(noon, noon + 5))
    deepEqual([...sums.bytesToResponder], [1])
    equal((await store.sumBySeries(span(noon + 1, noon + 5))).count, 0)
  })

  test(`${name}: amounts up to 2^53 - 1 and below zero come back to the byte`, async () => {
    await using data = await open()
    const { store } = data
    const series = [1, 2, 3, 4].map(n => store.seriesId(aSeries(n)))
    const values = [Number.MAX_SAFE_INTEGER, 2 ** 32, 2 ** 32 - 1, -5]
    const facts = factColumns(series.map(id => [noon, id, 0]))
    facts.bytesToResponder.set(values)
    await store.commit(aChange({ facts: [facts] }))
    const sums = await store.sumBySeries(wholeDay)
    const bySeries = new Map([...sums.series].map((id, row) => [id, sums.bytesToResponder[row]]))
    deepEqual(
      series.map(id => bySeries.get(id)),
      values,
    )
  })

  test(`${name}: facts of a series that does not exist are refused, and nothing of their change is kept`, async () => {
    await using data = await open()
    const { store } = data
    await rejects(
      store.commit(aChange({ facts: [factColumns([[noon, 7, 1]])], batches: [aBatch(1, noon)] })),
      /series 7/,
    )
    deepEqual(await collect(store), [])
    equal((await store.sumBySeries(wholeDay)).count, 0)
  })

  test(`${name}: a step that is no whole number of minutes is refused`, async () => {
    await using data = await open()
    await rejects(async () => data.store.sumBySeriesAndStep(wholeDay, millis(90_000)), /90000/)
  })

  test(`${name}: steps begin on whole multiples of their length since the epoch`, async () => {
    await using data = await open()
    const { store } = data
    const series = store.seriesId(aSeries(1))
    await store.commit(
      aChange({
        facts: [
          factColumns([
            [noon + 14, series, 1],
            [noon + 15, series, 10],
          ]),
        ],
      }),
    )
    const sums = await store.sumBySeriesAndStep(span(noon + 7, noon + 60), millis(15 * 60_000))
    deepEqual(
      sums.map(({ at, bytesToResponder }) => [at, ...bytesToResponder]),
      [
        [noon * 60_000, 1],
        [(noon + 15) * 60_000, 10],
      ],
    )
  })

  test(`${name}: batches stay, in commit order, until the minute in which their window ends is sealed`, async () => {
    await using data = await open()
    const batches = [aBatch(3, noon + 2), aBatch(1, noon), aBatch(2, noon + 1)]
    await Promise.all(batches.map(batch => data.store.commit(aChange({ batches: [batch] }))))
    deepEqual(await collect(data.store), batches)
    await data.store.commit(aChange({ sealedUntil: minute(noon + 1) }))
    deepEqual(await collect(data.store), [batches[0]])
    const again = await data.restart()
    deepEqual(await collect(again), [batches[0]])
    await again.commit(aChange({ sealedUntil: minute(noon + 2) }))
    deepEqual(await collect(again), [])
  })

  test(`${name}: a batch that is still needed is kept through seals, until one no longer names it`, async () => {
    await using data = await open()
    const { store } = data
    await store.commit(aChange({ batches: [aBatch(1, noon), aBatch(2, noon)] }))
    const keepPending = new Set(['main/node-1/spool-1/2/0'])
    await store.commit(aChange({ sealedUntil: minute(noon + 1), keepPending }))
    deepEqual(await collect(store), [aBatch(2, noon)])
    await store.commit(aChange({ sealedUntil: minute(noon + 2), keepPending }))
    deepEqual(await collect(await data.restart()), [aBatch(2, noon)])
    await data.store.commit(aChange({ sealedUntil: minute(noon + 3) }))
    deepEqual(await collect(data.store), [])
  })

  test(`${name}: marks, the seal, promotions and decisions are there again after a restart`, async () => {
    await using data = await open()
    const mark = { id: aBatchId(5, { part: 1, of: 2 }), settledBelow: 3 }
    const hop = { cluster: 'main', node: 'node-1', minute: minute(noon), near: '10.0.0.1', far: '10.0.0.2' }
    const decision = {
      cluster: 'main',
      node: 'node-1',
      minute: minute(noon),
      counted: 'witness' as const,
      primaryBytes: 1,
      witnessBytes: 2,
      promotedBytes: 1,
      supersededBytes: 0,
    }
    await data.store.commit(
      aChange({
        marks: [mark],
        promotions: [{ ...hop, bytesToResponder: 7, bytesToInitiator: 0 }],
        decisions: [decision],
        sealedUntil: minute(noon),
      }),
    )
    await data.store.commit(
      aChange({
        promotions: [{ ...hop, bytesToResponder: -4, bytesToInitiator: 0 }],
        decisions: [{ ...decision, supersededBytes: 3 }],
      }),
    )
    await data.restart()
    deepEqual(await data.store.decisions(wholeDay), [{ ...decision, supersededBytes: 3 }])
    deepEqual(data.recovered.marks, [mark])
    deepEqual(data.recovered.promotions, [{ ...hop, bytesToResponder: -4, bytesToInitiator: 0 }])
    equal(data.recovered.sealedUntil, noon)
    deepEqual(data.recovered.damage, [])
  })

  test(`${name}: objects and claims of flow logs, compared pairs and the first watched minute are there after a restart`, async () => {
    await using data = await open()
    deepEqual([data.recovered.hasFlowLogs, data.recovered.watchedFrom, data.recovered.compared], [false, null, []])
    const object = "s3://logs/it's one.log.gz#etag"
    const pair = {
      ...{ cluster: 'main', minute: minute(noon), one: '10.0.0.1', other: '10.0.0.2' },
      ...{ agentsToOther: 1, agentsToOne: 2, sentToOther: 3, sentToOne: 4, receivedToOther: 5, receivedToOne: 6 },
    }
    const claim = { interface: 'eni-1', flowLog: 'fl-1', from: minute(noon), to: minute(noon + 10) }
    await data.store.commit(
      aChange({
        claims: [claim],
        objects: [
          { object, records: 10, isDone: false },
          { object: 'done', records: 5, isDone: true },
        ],
        compared: [pair],
        watchedFrom: minute(noon),
      }),
    )
    await data.store.commit(
      aChange({
        objects: [{ object, records: 20, isDone: false }],
        compared: [{ ...pair, agentsToOther: 7 }],
        watchedFrom: minute(noon - 3),
      }),
    )
    await data.restart()
    const { compared, watchedFrom, hasFlowLogs, claims } = data.recovered
    deepEqual(claims, [claim])
    deepEqual([compared, watchedFrom, hasFlowLogs], [[{ ...pair, agentsToOther: 7 }], noon - 3, true])
    const known = await data.store.objects(['nobody read this', object, 'done'])
    deepEqual(
      known.toSorted((a, b) => b.records - a.records),
      [
        { object, records: 20, isDone: false },
        { object: 'done', records: 5, isDone: true },
      ],
    )
    deepEqual(await data.store.objects([]), [])
  })

  test(`${name}: a node is audited by the hour, over the minutes that agent and flow logs both counted`, async () => {
    await using data = await open()
    const one = { cluster: 'main', node: 'node-1', minute: minute(noon) }
    const agent = { agentBytes: 100, agentWireBytes: 103, flowLogBytes: 0, smallerBytes: 7, largerBytes: 8 }
    const logs = { agentBytes: 0, agentWireBytes: 0, flowLogBytes: 40, smallerBytes: 0, largerBytes: 0 }
    const [later, nextDay] = [minute(noon + 7), minute(noon + 1500)]
    await data.store.commit(aChange({ audit: [one, { ...one, minute: later }].map(at => ({ ...at, ...agent })) }))
    await data.store.commit(aChange({ audit: [one, { ...one, minute: nextDay }].map(at => ({ ...at, ...logs })) }))
    await data.store.commit(aChange({ audit: [{ ...one, ...logs }] }))
    const again = await data.restart()
    const compared = { ...agent, flowLogBytes: 80, minutes: 1, smallerBytes: 14, largerBytes: 16 }
    const hour = { cluster: 'main', node: 'node-1', hour: epochMs(noon * 60_000), ...compared }
    deepEqual(await again.audit(span(noon, noon + 60)), [hour])
    const nothing = { agentBytes: 0, agentWireBytes: 0, flowLogBytes: 0, minutes: 0, smallerBytes: 0, largerBytes: 0 }
    deepEqual(await again.audit(span(noon + 1, noon + 1501)), [
      { ...hour, ...nothing, smallerBytes: 7, largerBytes: 8 },
      { ...hour, ...nothing, hour: epochMs((noon + 1500) * 60_000) },
    ])
  })

  test(`${name}: says from when on decisions are kept`, async () => {
    await using data = await open()
    equal(data.store.decisionsFrom(), null)
    const line = { cluster: 'main', node: 'node-1', counted: 'primary' as const, primaryBytes: 1, witnessBytes: 0 }
    const decision = { ...line, promotedBytes: 0, supersededBytes: 0, minute: minute(noon) }
    await data.store.commit(aChange({ decisions: [decision] }))
    const from = data.store.decisionsFrom() ?? Number.NaN
    ok(from <= noon && from > noon - 1440, 'whole days at most')
  })

  test(`${name}: counts the minutes that nodes watched by step, each once, however often they are told`, async () => {
    await using data = await open()
    const line = (node: string, at: number, counted: 'primary' | 'witness') => ({
      ...{ cluster: 'main', node, minute: minute(at), counted },
      ...{ primaryBytes: 1, witnessBytes: 0, promotedBytes: 0, supersededBytes: 0 },
    })
    const midnight = noon + 720
    const decisions = [
      line('a', midnight - 1, 'primary'),
      line('b', midnight - 1, 'witness'),
      line('a', midnight, 'primary'),
    ]
    await data.store.commit(aChange({ decisions }))
    const later = [{ ...line('b', midnight - 1, 'witness'), supersededBytes: 7 }, line('a', midnight + 60, 'primary')]
    await data.store.commit(aChange({ decisions: later }))
    const whole = span(midnight - 120, midnight + 120)
    deepEqual(await data.store.watched(whole, millis(3_600_000)), [
      { cluster: 'main', at: epochMs((midnight - 60) * 60_000), nodeMinutes: 2, watchedMinutes: 1 },
      { cluster: 'main', at: epochMs(midnight * 60_000), nodeMinutes: 1, watchedMinutes: 1 },
      { cluster: 'main', at: epochMs((midnight + 60) * 60_000), nodeMinutes: 1, watchedMinutes: 1 },
    ])
    const [across] = await data.store.watched(span(midnight - 1, midnight + 1), millis(7 * 3_600_000))
    deepEqual([across?.nodeMinutes, across?.watchedMinutes], [3, 2], 'a step that lies in two days is one step')
  })

  test(`${name}: reads that run while hours are folded and closed never see a fact twice or not at all`, async () => {
    await using data = await open()
    const { store } = data
    const series = store.seriesId(aSeries(1))
    const rounds = 60
    let done = 0
    const writing = (async () => {
      for (; done < rounds; done++) {
        await store.commit(aChange({ facts: [factColumns([[noon - 600 + done * 10, series, 1]])] }))
        await store.maintain(at(noon + done * 30))
      }
    })()
    const reading = (async () => {
      while (done < rounds) {
        const least = done
        const sums = await store.sumBySeries(span(noon - 1000, noon + 1000))
        const seen = sums.bytesToResponder[0] ?? 0
        ok(seen >= least && seen <= done + 1, `${seen} facts seen, there were ${least} before and ${done + 1} after`)
        await nextTurn() // an answer from nothing takes no turn of the event loop
      }
    })()
    await Promise.all([writing, reading])
  })

  for (const seed of [1, 2, 3, 4])
    test(`${name}: whatever the order of commits, roll-ups and restarts, sums equal the model's (seed ${seed})`, async () => {
      await using data = await open()
      await compareWithModel(data, seed)
    })
}

const at = (minutes: number): EpochMs => epochMs(minutes * 60_000)
