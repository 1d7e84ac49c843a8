import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { agentRows } from '../../../server/answers/agent-rows.ts'
import { SeriesCatalogue } from '../../../server/answers/catalogue.ts'
import { matchSeries } from '../../../server/answers/filter.ts'
import { ZoneBook } from '../../../server/answers/zone-book.ts'
import type { SeriesEnd, SeriesKey } from '../../../server/store/series.ts'

const pod = (name: string): SeriesEnd => ({
  kind: 'pod',
  namespace: 'shop',
  name,
  workloadKind: 'Deployment',
  zone: '',
})
const within: SeriesKey = {
  cluster: 'east',
  initiator: pod('web'),
  responder: pod('api'),
  serviceNamespace: 'shop',
  serviceName: 'api',
  dialled: 'cluster-ip',
  leg: 'direct',
  via: '',
  viaZone: '',
  protocol: 6,
  port: 80,
  generation: 1,
  basis: 'primary',
}
const keys: SeriesKey[] = [within, { ...within, responderCluster: 'west' }, { ...within, cluster: 'west' }]

function catalogue(): SeriesCatalogue {
  const made = new SeriesCatalogue({
    series: id => keys[id] ?? assert.fail(`no series ${id}`),
    seriesCount: () => keys.length,
  })
  made.sync()
  return made
}

for (const group of ['service', 'workload', 'namespace'] as const)
  test(`by ${group}, what is called alike in two clusters is two`, () => {
    const { groups } = catalogue()
    assert.equal(new Set([0, 1, 2].map(id => groups[group].of.values[id])).size, 3)
  })

test('a responder in another cluster says so', () => {
  const made = catalogue()
  const ends = [0, 1].map(id => made.ends('service', made.groups.service.of.values[id] ?? 0)[1])
  assert.deepEqual(
    ends.map(end => [end.cluster, end.name]),
    [
      [undefined, 'api'],
      ['west', 'api'],
    ],
  )
})

test('a filter by cluster matches either end', () => {
  const matches = (cluster: string) => [...(matchSeries(catalogue(), { cluster: [cluster] }, 'all') ?? [])]
  assert.deepEqual(matches('east'), [1, 1, 0])
  assert.deepEqual(matches('west'), [0, 1, 1])
  assert.deepEqual(matches('!west'), [1, 0, 0])
})

test('nodes of one name in two clusters are two nodes without an agent', () => {
  const nodes = new Map([
    ['east/node-1', undefined],
    ['west/node-1', undefined],
  ])
  const answer = agentRows([], nodes, new ZoneBook(), epochMs(0), ({ cluster, node }) => `${cluster}/${node}`)
  assert.deepEqual(answer.withoutAgent, ['east/node-1', 'west/node-1'])
})
