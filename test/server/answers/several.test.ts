import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { pairEnds } from '../../../server/answers/ends.ts'
import { claimedBySeveral } from '../../../server/answers/several.ts'
import { ZoneCounters } from '../../../server/answers/zone-counters.ts'
import { severalServices } from '../../../server/store/several-services.ts'
import { facts, T } from '../live/facts.ts'
import { anEnd, aSeries, type Row, worldOf, zoneA, zoneB } from './world.ts'

const web = anEnd('pod', 'web', zoneA, 'shop')
const db = anEnd('pod', 'db', zoneB, 'data')
const names = (...all: string[]) => {
  const { namespace, name } = severalServices(all.map(one => ({ namespace: 'data', name: one })))
  return { serviceNamespace: namespace, serviceName: name }
}
const both = names('db', 'db-headless')
const row = (key: Row['key'], bytes: number): Row => ({ key, amounts: [bytes, 1, 0, 0, 0] })

test('bytes that several Services claim are added up by responder and Services, most first', () => {
  const { sums, catalogue } = worldOf([
    row(aSeries(web, db, both), 10),
    row(aSeries(web, anEnd('pod', 'cache', zoneB, 'data'), names('cache', 'cache-all')), 50),
    row(aSeries(db, db, both), 20),
    row(aSeries(web, db, { serviceNamespace: 'data', serviceName: 'db' }), 400),
    row(aSeries(web, db), 800),
  ])
  deepEqual(claimedBySeveral([sums], catalogue, undefined), {
    bytes: 83,
    responders: [
      { responder: 'data/cache', services: ['data/cache', 'data/cache-all'], bytes: 51 },
      { responder: 'data/db', services: ['data/db', 'data/db-headless'], bytes: 32 },
    ],
    more: 0,
  })
})

test('of what a filter or a scope leaves out nothing is told', () => {
  const { sums, catalogue } = worldOf([row(aSeries(web, db, both), 10), row(aSeries(db, web, both), 20)])
  const { bytes, responders } = claimedBySeveral([sums], catalogue, Uint8Array.of(0, 1))
  deepEqual([bytes, responders.map(({ responder }) => responder)], [21, ['shop/web']])
})

test('twenty responders are named, the others counted, and no byte is left out', () => {
  const rows = Array.from({ length: 25 }, (_, i) =>
    row(aSeries(web, anEnd('pod', `db-${i}`, zoneB, 'data'), both), i + 1),
  )
  const { sums, catalogue } = worldOf(rows)
  const { bytes, responders, more } = claimedBySeveral([sums], catalogue, undefined)
  deepEqual([bytes, responders.length, more], [350, 20, 5])
  equal(responders[0]?.responder, 'data/db-24')
})

test('what several Services claim is shown as the workload’s', () => {
  const [, responder] = pairEnds('service', aSeries(web, db, both))
  deepEqual([responder.kind, responder.namespace, responder.name], ['pod', 'data', 'db'])
})

test('the counter of Prometheus has the same bytes, and only grows', () => {
  const { catalogue } = worldOf([row(aSeries(web, db, both), 0), row(aSeries(web, db), 0)])
  const counters = new ZoneCounters(catalogue)
  counters.add(facts(T, { 0: 7, 1: 100 }))
  equal(counters.severalServicesBytes(), 7)
  counters.add(facts(T, { 0: 1 }))
  equal(counters.severalServicesBytes(), 8)
})
