import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { defaultView, readAddress, type View, writeAddress } from '../../web/address.ts'

const views: readonly [why: string, view: Partial<View>, search: string][] = [
  ['the default view has a bare address', {}, ''],
  ['what differs from the default is named', { span: 300, sort: 'bytes' }, '?sort=bytes&span=300'],
  [
    'filters stand under the names the API uses',
    {
      chips: [
        { field: 'namespace', value: 'shop', exclude: false },
        { field: 'zone', value: 'us-east-1a', exclude: true },
      ],
    },
    '?namespace=shop&zone=%21us-east-1a',
  ],
  ['paused has no value', { paused: true, demo: '' }, '?paused&demo'],
  ['a scene of the demo has one', { demo: 'stale' }, '?demo=stale'],
  [
    'a value may hold what addresses are made of',
    { chips: [{ field: 'responder', value: 'a&b=c#d paused= ?', exclude: false }] },
    '?responder=a%26b%3Dc%23d+paused%3D+%3F',
  ],
  ['the chart is part of the view', { by: 'zone', range: 86_400, style: 'table' }, '?range=86400&by=zone&style=table'],
]
for (const [why, part, search] of views)
  test(why, () => {
    const view = { ...defaultView, ...part }
    equal(writeAddress(view), search)
    deepEqual(readAddress(search), { view, problems: [] })
  })

test('a value there is not: the default, and a sentence that says so', () => {
  const { view, problems } = readAddress('?span=7&sort=&group=planet')
  deepEqual(view, defaultView)
  deepEqual(problems, [
    'group=planet is not one of service, workload, namespace, zone; service is shown.',
    'sort= is not one of crossZoneBytes, bytes, costMicroUsd, connections, name; crossZoneBytes is shown.',
    'span=7 is not one of 10, 60, 300, 900; 60 is shown.',
  ])
})

test('an empty filter is none', () => deepEqual(readAddress('?namespace=&zone=!').view.chips, []))
