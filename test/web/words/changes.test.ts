import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs, microUsd } from '@weir/contract/units.ts'
import { changeInPoints, changeWords, savedWords, shareWithInterval, subjectWords } from '../../../web/words/changes.ts'
import { formatGb, formatRatio } from '../../../web/words/quantities.ts'

const change: RoutingChange = {
  id: 'a',
  cluster: 'toy',
  at: epochMs(0),
  kind: 'traffic distribution',
  subject: { kind: 'service', namespace: 'shop', name: 'cart' },
  services: [],
  before: '',
  after: 'PreferSameZone',
  note: '',
  times: 1,
}
const words: readonly [why: string, got: string, want: string][] = [
  [
    'a fall has its minus',
    changeInPoints({ estimate: -0.312, low: -0.36, high: -0.269 }),
    '−31.2 points (−36.0 to −26.9)',
  ],
  [
    'an interval that holds zero shows both signs',
    changeInPoints({ estimate: 0, low: -0.01, high: 0.02 }),
    '0.0 points (−1.0 to +2.0)',
  ],
  [
    'a share with its interval',
    shareWithInterval(0.615, { estimate: 0.615, low: 0.58, high: 0.648 }),
    '61.5 % (58.0 to 64.8)',
  ],
  ['a share alone where no interval can be told', shareWithInterval(0.5, null), '50.0 %'],
  ['no share without traffic', shareWithInterval(null, null), '–'],
  [
    'money with its interval and period',
    savedWords({
      estimate: microUsd(118_400_000),
      low: microUsd(101_200_000),
      high: microUsd(131_000_000),
      currency: 'USD',
    }),
    '$118.40 a month ($101.20 to $131.00)',
  ],
  ['what was not set reads none', changeWords(change), 'none → PreferSameZone'],
  ['a mark by hand is its note', changeWords({ ...change, after: '', note: 'client 2.4' }), 'client 2.4'],
  [
    'a workload with its kind',
    subjectWords({ kind: 'workload', namespace: 'shop', workload: { kind: 'Deployment', name: 'web' } }),
    'Deployment shop/web',
  ],
  ['the cluster', subjectWords({ kind: 'cluster' }), 'the whole cluster'],
  ['GB from a thousand up are whole', formatGb(157_954.3), '157,954'],
  ['GB in between have hundredths', formatGb(618.354), '618.35'],
  ['small GB keep two digits', formatGb(0.004217), '0.0042'],
  ['GB below zero have their sign', formatGb(-2), '−2.00'],
  ['no GB are told as such', formatGb(null), '–'],
  ['a ratio is cut, not rounded up', formatRatio(0.99999), '99.9 %'],
  ['a ratio may be above one', formatRatio(1.0044), '100.4 %'],
  ['0.3 is not cut to 29.9 %', formatRatio(0.3), '30.0 %'],
]
for (const [why, got, want] of words) test(why, () => equal(got, want))
