import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { checkSubscription } from '../../../server/live/subscription.ts'

test('what is left out gets its default', () =>
  deepEqual(checkSubscription({ view: 'pairs', span: 60, filter: {} }), {
    ok: true,
    subscription: { view: 'pairs', span: 60, filter: {}, group: 'service', sort: 'crossZoneBytes', limit: 100 },
  }))

test('filters are kept as they came', () => {
  const filter = { namespace: ['shop', '!kube-system'], zone: ['a~b'], crossing: ['!same-zone'] }
  const checked = checkSubscription({ view: 'zones', span: 10, filter })
  equal(checked.ok && checked.subscription.filter.namespace?.length, 2)
})

const bad: [why: string, given: unknown, detail: RegExp][] = [
  ['nothing', undefined, /is an object/],
  ['a text', 'pairs', /is an object/],
  ['an unknown view', { view: 'all', span: 60, filter: {} }, /view is none of pairs, zones, totals, flows/],
  ['a span that does not exist', { view: 'pairs', span: 61, filter: {} }, /span is none of 10, 60, 300, 900/],
  ['a span as text', { view: 'pairs', span: '60', filter: {} }, /span is none of/],
  ['a filter that is a list', { view: 'pairs', span: 60, filter: [] }, /filter is no object/],
  ['an unknown filter', { view: 'pairs', span: 60, filter: { pod: ['a'] } }, /no field "pod"/],
  ['a prototype as a filter', JSON.parse('{"view":"pairs","span":60,"filter":{"__proto__":["a"]}}'), /no field/],
  [
    'filter values that are no texts',
    { view: 'pairs', span: 60, filter: { zone: [1] } },
    /filter.zone: a value is not text/,
  ],
  ['a filter that is no list', { view: 'pairs', span: 60, filter: { zone: 'a' } }, /filter.zone is no list/],
  ['an unknown field', { view: 'pairs', span: 60, filter: {}, order: 'up' }, /no field "order"/],
  ['more rows than a page draws', { view: 'pairs', span: 60, filter: {}, limit: 501 }, /1 to 500/],
  ['more flows than a page draws', { view: 'flows', span: 60, filter: {}, limit: 201 }, /1 to 200/],
  ['half a row', { view: 'pairs', span: 60, filter: {}, limit: 1.5 }, /whole number/],
]
for (const [why, given, detail] of bad)
  test(`refused: ${why}`, () => {
    const checked = checkSubscription(given)
    equal(checked.ok, false)
    match(checked.ok ? '' : checked.detail, detail)
  })
