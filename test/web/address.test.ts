import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { defaultView, readAddress, sharedQuery, type View, withParameters, writeAddress } from '../../web/address.ts'

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
  ['how far back is named', { last: '24h' }, '?last=24h'],
  [
    'a stretch of time is two moments in UTC, as the API takes them',
    { between: { from: epochMs(Date.UTC(2026, 10, 20, 14, 3)), to: epochMs(Date.UTC(2026, 10, 20, 15)) } },
    '?from=2026-11-20T14:03Z&to=2026-11-20T15:00Z',
  ],
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

test('half a stretch of time, or one that ends before it begins, is told and left out', () => {
  for (const search of ['?from=2026-11-20T14:03Z', '?from=2026-11-20T15:00Z&to=2026-11-20T14:00Z', '?from=x&to=y']) {
    const { view, problems } = readAddress(search)
    equal(view.between, undefined)
    equal(problems.length, 1, search)
  }
})

test('what a page has of its own stays when the view changes, and goes when one leaves the page', () => {
  const search = '?namespace=shop&last=7d&month=2026-10&demo'
  equal(
    writeAddress({ ...readAddress(search).view, last: '24h' }, search),
    '?namespace=shop&last=24h&month=2026-10&demo',
  )
  equal(sharedQuery(`${search}&group=zone&paused`), '?namespace=shop&last=7d&demo')
})

test('a page’s own parameter is set and taken out; the rest stays as it is', () => {
  equal(withParameters('?namespace=%21a&demo', { month: '2026-10' }), '?namespace=%21a&demo&month=2026-10')
  equal(withParameters('?month=2026-10&demo', { month: undefined }), '?demo')
})
