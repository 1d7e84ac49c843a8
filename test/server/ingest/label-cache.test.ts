import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { windowOf } from '@weir/contract/batch-codec.ts'
import type { End } from '../../../server/ingest/end.ts'
import { EndColumns } from '../../../server/ingest/end-columns.ts'
import { LabelCache } from '../../../server/ingest/label-cache.ts'

const DAY_MS = 86_400_000
const window = windowOf(10 * DAY_MS, 10 * DAY_MS + 10_000, 'live')
const MAIN = 0
const OTHER = 1

const endOf = (address: string, from = 0, until = Number.POSITIVE_INFINITY): End => ({
  placed: { peer: { kind: 'node', name: address }, zone: undefined, node: address, label: undefined },
  address,
  seriesEnd: 7,
  addressNumber: 8,
  node: 9,
  is: 2,
  isLabelled: true,
  cluster: 'main',
  from,
  until,
})

function cacheWith(id: number, end: End, most?: number): LabelCache {
  const cache = new LabelCache(most)
  cache.put(MAIN, id, end)
  return cache
}

test('a known label gives its end and its numbers', () => {
  const columns = new EndColumns()
  const end = endOf('10.0.0.1')
  equal(cacheWith(5_000, end).find(MAIN, 5_000, window, columns, 3_000), end)
  const { seriesEnd, address, node, is } = columns
  deepEqual([seriesEnd[3_000], address[3_000], node[3_000], is[3_000]], [7, 8, 9, 2])
})

const notFound: [why: string, end: End, cluster: number, id: number][] = [
  ['a label nobody put there', endOf('10.0.0.1'), MAIN, 6],
  ['a label of another cluster', endOf('10.0.0.1'), OTHER, 5],
  ['a label that begins after the window', endOf('10.0.0.1', 11 * DAY_MS), MAIN, 5],
  ['a label that ended more than a day before', endOf('10.0.0.1', 0, 8 * DAY_MS), MAIN, 5],
]
for (const [why, end, cluster, id] of notFound)
  test(`${why} is looked up in the directory`, () =>
    equal(cacheWith(5, end).find(cluster, id, window, new EndColumns(), 0), undefined))

test('after a change of the directory every label is doubted until it is put there again', () => {
  const end = endOf('10.0.0.1')
  const cache = cacheWith(5, end)
  cache.doubt()
  equal(cache.find(MAIN, 5, window, new EndColumns(), 0), undefined)
  equal(cache.end(5), end)
  cache.put(MAIN, 5, end)
  equal(cache.find(MAIN, 5, window, new EndColumns(), 0), end)
})

test('when there are too many labels, all are forgotten and found again as they are used', () => {
  const cache = cacheWith(5, endOf('10.0.0.1'), 2)
  const [second, third] = [endOf('10.0.0.2'), endOf('10.0.0.3')]
  cache.put(MAIN, 6, second)
  cache.put(MAIN, 7, third)
  equal(cache.find(MAIN, 5, window, new EndColumns(), 0), undefined)
  equal(cache.find(MAIN, 6, window, new EndColumns(), 0), undefined)
  equal(cache.find(MAIN, 7, window, new EndColumns(), 0), third)
})
