import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs, minute } from '@weir/contract/units.ts'
import { aChange } from '../../../contracts/store-samples.ts'
import { openEmbedded } from './open-embedded.ts'

const noon = Date.UTC(2026, 0, 10, 12) / 60_000
const DAY = 1440
const at = (minutes: number) => epochMs(minutes * 60_000)

test('marks of objects are compacted to the newest of each, and what was done stays done', async () => {
  await using data = await openEmbedded()
  const marks = (name: string, from: number) =>
    Array.from({ length: 30_000 }, (_, i) => ({ object: name, records: from + i, isDone: false }))
  await data.store.commit(aChange({ objects: [{ object: 'first', records: 7, isDone: true }] }))
  await data.store.commit(aChange({ objects: marks('big', 0) }))
  await data.store.commit(aChange({ objects: marks('big', 30_000) }))
  await data.store.maintain(at(noon))
  await data.restart()
  const known = await data.store.objects(['big', 'first'])
  deepEqual(
    known.toSorted((a, b) => a.records - b.records),
    [
      { object: 'first', records: 7, isDone: true },
      { object: 'big', records: 59_999, isDone: false },
    ],
  )
})

test('claims that follow upon each other are joined, where they are read and where they are compacted', async () => {
  await using data = await openEmbedded()
  const claim = (flowLog: string, from: number, of = 'eni-1') => ({
    ...{ interface: of, flowLog, from: minute(noon + from), to: minute(noon + from + 10) },
  })
  await data.store.commit(aChange({ claims: [claim('fl-a', 0), claim('fl-a', 20), claim('fl-b', 0, 'eni-2')] }))
  await data.store.commit(aChange({ claims: [claim('fl-a', 10), claim('fl-b', 30), claim('fl-a', 50)] }))
  const joined = [
    { ...claim('fl-a', 0), to: noon + 30 },
    claim('fl-b', 30),
    claim('fl-a', 50),
    claim('fl-b', 0, 'eni-2'),
  ]
  await data.restart()
  deepEqual(data.recovered.claims, joined)
  const objects = Array.from({ length: 50_000 }, (_, i) => ({ object: 'big', records: i, isDone: false }))
  await data.store.commit(aChange({ objects }))
  await data.store.maintain(at(noon))
  await data.store.commit(aChange({ claims: [claim('fl-b', 10, 'eni-2')] }))
  await data.restart()
  deepEqual(data.recovered.claims, [...joined.slice(0, 3), { ...claim('fl-b', 0, 'eni-2'), to: noon + 20 }])
})

test('compared pairs go with the balances, audits with the decisions; objects and the first minute stay', async () => {
  await using data = await openEmbedded({ retention: { promotionsForHours: 48, hoursForDays: 90 } })
  const pair = { cluster: 'main', minute: minute(noon), one: '10.0.0.1', other: '10.0.0.2' }
  const seen = { agentsToOther: 1, agentsToOne: 0, sentToOther: 2, sentToOne: 0, receivedToOther: 0, receivedToOne: 0 }
  const sums = { agentBytes: 1, agentWireBytes: 1, flowLogBytes: 1, smallerBytes: 0, largerBytes: 0 }
  await data.store.commit(
    aChange({
      compared: [{ ...pair, ...seen }],
      audit: [{ cluster: 'main', node: 'node-1', minute: minute(noon), ...sums }],
      objects: [{ object: 'one', records: 1, isDone: true }],
      watchedFrom: minute(noon),
    }),
  )
  const left = async (days: number) => {
    await data.store.maintain(at(noon + days * DAY))
    await data.restart()
    const audits = await data.store.audit({ from: at(noon), to: at(noon + 60) })
    return [data.recovered.compared.length, audits.length]
  }
  deepEqual(await left(1), [1, 1])
  deepEqual(await left(4), [0, 1])
  deepEqual(await left(92), [0, 0])
  deepEqual([data.recovered.hasFlowLogs, data.recovered.watchedFrom], [true, noon])
  equal((await data.store.objects(['one'])).length, 1)
})
