import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { FlowFilter } from '@weir/contract/queries.ts'
import { type FilterTexts, matchSeries, passes } from '../../../server/answers/filter.ts'
import * as naive from './naive.ts'
import { anEnd, aSeries, randomRows, worldOf, zoneA, zoneB } from './world.ts'

const texts: FilterTexts = {
  cluster: [['main']],
  namespace: [['shop'], ['data']],
  initiatorNamespace: [['shop']],
  responderNamespace: [['data']],
  initiator: [['web']],
  responder: [['db']],
  zone: [
    ['us-east-1a', 'use1-az1'],
    ['us-east-1b', 'use1-az2'],
  ],
  crossing: [['cross-zone']],
}

const cases: [why: string, filter: FlowFilter, wanted: boolean][] = [
  ['nothing is asked for', {}, true],
  ['an empty list asks for nothing', { namespace: [] }, true],
  ['either end has the namespace', { namespace: ['data'] }, true],
  ['neither end has it', { namespace: ['other'] }, false],
  ['one of several values is enough', { namespace: ['other', 'shop'] }, true],
  ['all fields must match', { namespace: ['shop'], responder: ['cart'] }, false],
  ['excluded by either end', { namespace: ['!data'] }, false],
  ['excluding something else leaves it', { namespace: ['!other'] }, true],
  ['an exclusion beats a match', { namespace: ['shop', '!data'] }, false],
  ['the initiator only', { initiatorNamespace: ['data'] }, false],
  ['the responder only', { responderNamespace: ['data'] }, true],
  ['a zone by its name', { zone: ['us-east-1b'] }, true],
  ['a zone by its ID', { zone: ['use1-az1'] }, true],
  ['both zones of a crossing', { zone: ['us-east-1a~us-east-1b'] }, true],
  ['both zones, the other way round and by ID', { zone: ['use1-az2~us-east-1a'] }, true],
  ['both zones, one of them wrong', { zone: ['us-east-1a~us-east-1c'] }, false],
  ['a zone with itself, when both ends are not there', { zone: ['us-east-1a~us-east-1a'] }, false],
  ['a crossing of two zones excluded', { zone: ['!us-east-1a~us-east-1b'] }, false],
  ['a crossing', { crossing: ['internet', 'cross-zone'] }, true],
]
for (const [why, filter, wanted] of cases) test(why, () => equal(passes(filter, texts), wanted))

test('all series at once pass as they do one by one, over random series', () => {
  const rows = randomRows(9, 1_000)
  const { catalogue } = worldOf(rows)
  const filters: FlowFilter[] = [
    { namespace: ['shop', '!data'] },
    { zone: ['us-east-1a~us-east-1b', 'internet'] },
    { zone: ['!use1-az1'], crossing: ['cross-zone', 'unknown'] },
    { initiator: ['web', 'node-1'], responder: ['!cart'], cluster: ['main'] },
    { responderNamespace: ['data'], initiatorNamespace: ['!shop'] },
  ]
  const ids: { readonly [label: string]: string } = {
    'us-east-1a': 'use1-az1',
    'us-east-1b': 'use1-az2',
    'eu-west-1a': 'euw1-az3',
  }
  for (const filter of filters) {
    const match = matchSeries(catalogue, filter, 'all')
    const wanted = rows.map(({ key }) => {
      const hasService = key.serviceName !== ''
      const responderNamespace = hasService ? key.serviceNamespace : key.responder.namespace
      return passes(filter, {
        cluster: [[key.cluster]],
        namespace: [[key.initiator.namespace], [responderNamespace]],
        initiatorNamespace: [[key.initiator.namespace]],
        responderNamespace: [[responderNamespace]],
        initiator: [[key.initiator.name]],
        responder: [[hasService ? key.serviceName : key.responder.name]],
        zone: naive.hop(key).map(({ label }) => [label, ids[label] ?? '']),
        crossing: [[naive.crossing(key)]],
      })
        ? 1
        : 0
    })
    deepEqual([...(match ?? [])], wanted)
  }
})

test('of a forwarded connection, the zones of this hop count, not those of its far end', () => {
  const key = aSeries(anEnd('pod', 'web', zoneA, 'shop'), anEnd('pod', 'db', zoneA, 'data'), {
    leg: 'first',
    via: 'node-b',
    viaZone: zoneB,
  })
  const { catalogue } = worldOf([{ key, amounts: [1, 1, 1, 1, 1] }])
  deepEqual(matchSeries(catalogue, { zone: ['us-east-1b'] }, 'all'), Uint8Array.of(1))
})
