import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { AwsThing } from '@weir/contract/peers.ts'
import { SeriesCatalogue } from '../../../server/answers/catalogue.ts'
import { foldMatrix } from '../../../server/answers/matrix.ts'
import { foldPairs } from '../../../server/answers/pairs.ts'
import { totalsOf } from '../../../server/answers/tally.ts'
import { parseSides } from '../../../server/pricing/billed-sides.ts'
import type { SeriesEnd } from '../../../server/store/series.ts'
import { priceAt } from '../pricing/price-at.ts'
import { anEnd, aSeries, worldOf, zoneA, zoneB } from './world.ts'

const GB = 2 ** 30
const price = priceAt(0.01, GB)
const web = anEnd('pod', 'web', zoneB, 'shop')
const aws = (thing: AwsThing): SeriesEnd => ({ ...anEnd('aws', thing, zoneA), workloadKind: thing })
const through = (near: SeriesEnd, far: SeriesEnd, gb: number) => ({
  key: aSeries(near, far),
  amounts: [gb * GB, 0, gb * GB, 0, 1] as const,
})

// Each GB at $0.01 and side: an ALB and its target nothing, a NAT gateway both by default, ElastiCache the pod's side.
const rows = [
  through(aws('application load balancer'), web, 100),
  through(aws('network load balancer'), web, 10),
  through(web, aws('NAT gateway'), 5),
  through(web, aws('ElastiCache'), 3),
  through(anEnd('pod', 'api', zoneA, 'shop'), web, 1),
]

test('every view prices each path by the sides that AWS bills on it', () => {
  const { sums, catalogue } = worldOf(rows)
  const { rows: pairs, total } = foldPairs(
    sums,
    catalogue,
    undefined,
    { group: 'workload', sort: 'name', limit: 9 },
    price,
  )
  deepEqual(
    new Map(pairs.map(row => [`${row.initiator.name} > ${row.responder.name}`, row.costMicroUsd])),
    new Map([
      ['application load balancer > web', 0],
      ['network load balancer > web', 200_000],
      ['web > ElastiCache', 30_000],
      ['web > NAT gateway', 100_000],
      ['api > web', 20_000],
    ]),
  )
  equal(total.costMicroUsd, 350_000)
  equal(totalsOf([sums], catalogue, undefined, price).costMicroUsd, 350_000)
  const { cells } = foldMatrix(sums, catalogue, undefined, price)
  deepEqual(
    cells.map(cell => [cell.source, cell.destination, cell.costMicroUsd]),
    [
      ['us-east-1a', 'us-east-1b', 220_000],
      ['us-east-1b', 'us-east-1a', 130_000],
    ],
  )
})

test('a setting changes what a path is billed at', () => {
  const keys = rows.map(({ key }) => key)
  const { sums } = worldOf(rows)
  const catalogue = new SeriesCatalogue(
    { series: id => keys[id] ?? noSeries(), seriesCount: () => keys.length },
    parseSides('NAT gateway=1, ElastiCache=0'),
  )
  catalogue.sync()
  equal(totalsOf([sums], catalogue, undefined, price).costMicroUsd, 350_000 - 50_000 - 30_000)
})

function noSeries(): never {
  throw new RangeError('no such series')
}
