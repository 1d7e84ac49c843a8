import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { parseZoneKey } from '@weir/contract/zones.ts'
import { SeriesCatalogue } from '../../../server/answers/catalogue.ts'
import { crossings } from '../../../server/answers/places.ts'
import type { SeriesKey } from '../../../server/store/series.ts'
import { anEnd, aSeries, zoneA, zoneAByName, zoneB, zoneBById } from './world.ts'

function over(keys: SeriesKey[]): SeriesCatalogue {
  return new SeriesCatalogue({
    series: id => keys[id] ?? aSeries(anEnd('node', '', ''), anEnd('node', '', '')),
    seriesCount: () => keys.length,
  })
}

const crossingOf = (catalogue: SeriesCatalogue, id: number) => crossings[catalogue.crossing.values[id] ?? -1]

test('when the zone map arrives, history is compared anew and does not split', () => {
  const keys = [
    aSeries(anEnd('pod', 'web', zoneAByName, 'shop'), anEnd('pod', 'cart', zoneBById, 'shop')),
    aSeries(anEnd('pod', 'web', zoneA, 'shop'), anEnd('pod', 'cart', zoneB, 'shop')),
  ]
  const catalogue = over(keys.slice(0, 1))
  catalogue.sync()
  equal(crossingOf(catalogue, 0), 'unknown')
  catalogue.learnZones([parseZoneKey(zoneA), undefined, parseZoneKey(zoneB)])
  catalogue.sync()
  equal(crossingOf(catalogue, 0), 'cross-zone')
  const whole = over(keys)
  whole.sync()
  deepEqual([...whole.groups.zone.of.values.subarray(0, 2)], [0, 0])
  deepEqual([...whole.groups.service.of.values.subarray(0, 2)], [0, 0])
})

test('series that came since are taken up, and those before keep their groups', () => {
  const keys = [aSeries(anEnd('pod', 'a', zoneA, 'n'), anEnd('pod', 'b', zoneB, 'n'))]
  const catalogue = over(keys)
  catalogue.sync()
  keys.push(aSeries(anEnd('pod', 'c', zoneA, 'n'), anEnd('pod', 'b', zoneB, 'n')))
  catalogue.sync()
  equal(catalogue.length, 2)
  deepEqual([...catalogue.groups.workload.of.values.subarray(0, 2)], [0, 1])
  equal(catalogue.ends('workload', 1)[0].name, 'c')
})

test('two clusters of equal names are two groups', () => {
  const [a, b] = [anEnd('pod', 'a', zoneA, 'n'), anEnd('pod', 'b', zoneB, 'n')]
  const catalogue = over([aSeries(a, b), aSeries(a, b, { cluster: 'spare' })])
  catalogue.sync()
  deepEqual(
    [0, 1].map(group => catalogue.clusterOf('namespace', group)),
    ['main', 'spare'],
  )
})

test('a Deployment and a StatefulSet of one name are two workloads', () => {
  const cart = anEnd('pod', 'cart', zoneB, 'shop')
  const catalogue = over([aSeries(cart, cart), aSeries({ ...cart, workloadKind: 'StatefulSet' }, cart)])
  catalogue.sync()
  equal(catalogue.groups.workload.count, 2)
  equal(catalogue.groups.namespace.count, 1)
})
