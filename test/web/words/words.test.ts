import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { PairEnd, PairRow } from '@weir/contract/queries.ts'
import { formatBytes, formatCount, formatRate } from '../../../web/words/bytes.ts'
import { areSeveral, chipFor, endWords, zonesWords } from '../../../web/words/ends.ts'
import { formatMoney, formatMoneyPerHour } from '../../../web/words/money.ts'
import { formatShare } from '../../../web/words/shares.ts'
import { clockMinute, clockTime, formatDuration, formatSpan } from '../../../web/words/times.ts'
import { someRow, someTotals } from '../frames.ts'

const cases: readonly [why: string, got: string, want: string][] = [
  ['nothing is 0 B', formatBytes(0), '0 B'],
  ['bytes are whole', formatBytes(812), '812 B'],
  ['1000 bytes are shown in the next unit, as in "1023 B" four digits would stand', formatBytes(1000), '0.98 KiB'],
  ['1 KiB is 1024 B', formatBytes(1024), '1.00 KiB'],
  ['three digits count', formatBytes(12.34 * 1024 ** 2), '12.3 MiB'],
  ['1 GiB is 2^30 B, the GB of the bill', formatBytes(2 ** 30), '1.00 GiB'],
  ['rounding never makes a fourth digit', formatBytes(99.96 * 1024), '100 KiB'],
  ['the largest unit takes all', formatBytes(5000 * 1024 ** 5), '5000 PiB'],
  ['a rate is per second over its time', formatRate(60 * 1024 ** 2, 60_000), '1.00 MiB/s'],
  ['a trickle is not nothing', formatRate(3, 60_000), '< 1 B/s'],
  ['no time, no rate', formatRate(5, 0), '–'],
  ['thousands are set apart', formatCount(12_345), '12,345'],
  ['almost all is not all', formatShare(9997, 10_000), '99.9 %'],
  ['all is 100 %', formatShare(7, 7), '100 %'],
  ['nothing of something is 0 %', formatShare(0, 7), '0 %'],
  ['a little is not nothing', formatShare(1, 100_000), '< 0.1 %'],
  ['nothing of nothing is no share', formatShare(0, 0), '–'],
  ['0.3 of 1 is not cut to 29.9 %', formatShare(3, 10), '30.0 %'],
  ['cents from a dollar up', formatMoney(1_234_500_000, 'USD'), '$1,234.50'],
  ['a cent has two digits more', formatMoney(12_300, 'USD'), '$0.012'],
  ['small sums keep two digits', formatMoney(420, 'USD'), '$0.0004'],
  ['the smallest are less than', formatMoney(12, 'USD'), '< $0.0001'],
  ['below nothing has its sign in front', formatMoney(-1_234_500_000, 'USD'), '−$1,234.50'],
  ['nothing costs $0', formatMoney(0, 'USD'), '$0'],
  ['another currency goes by its code', formatMoney(1_500_000, 'CNY'), 'CNY\u00a01.50'],
  ['a minute’s cost is sixty times that an hour', formatMoneyPerHour(100_000, 60_000, 'USD'), '$6.00 / h'],
  ['clock times are UTC', clockTime(Date.UTC(2026, 10, 20, 23, 59, 58)), '23:59:58'],
  ['minutes are UTC', clockMinute(Date.UTC(2026, 10, 20, 3, 4)), '03:04'],
  ['seconds up to 99', formatDuration(99_400), '99 s'],
  ['then minutes', formatDuration(100_000), '2 min'],
  ['then hours', formatDuration(3 * 3_600_000), '3 h'],
  ['then days', formatDuration(50 * 3_600_000), '2 d'],
  ['a clock that is behind makes no negative age', formatDuration(-5), '0 s'],
  ['spans read as one says them', [10, 60, 900, 3600].map(formatSpan).join(), '10 s,1 min,15 min,1 h'],
  ['zones in order', zonesWords(['b', 'a']), 'a, b'],
  ['many zones as a number', zonesWords(['a', 'b', 'c']), '3 zones'],
  ['no zone is told', zonesWords([]), 'zone not known'],
]
for (const [why, got, want] of cases) test(why, () => equal(got, want))

const end = (kind: PairEnd['kind'], namespace: string, name: string): PairEnd => ({ kind, namespace, name, zones: [] })
const ends: readonly [why: string, end: PairEnd, words: string, chip: string][] = [
  ['a service is its name, its namespace below', end('service', 'shop', 'web'), 'web|shop', 'responder:web'],
  ['an unplaced end has its reason below', end('unplaced', '', 'gone'), 'unplaced|gone', 'responder:gone'],
  ['the internet is itself', end('internet', '', 'internet'), 'internet|', 'responder:internet'],
  ['a zone filters by zone', end('zone', '', 'us-east-1a'), 'us-east-1a|', 'zone:us-east-1a'],
  ['a namespace filters its side', end('namespace', 'shop', 'shop'), 'shop|', 'responderNamespace:shop'],
]
for (const [why, one, words, chip] of ends)
  test(why, () => {
    const { title, detail } = endWords(one)
    equal(`${title}|${detail}`, words)
    const { field, value } = chipFor(one, 'responder', 'service') ?? {}
    equal(`${field}:${value}`, chip)
  })

const pair = (cluster: string, far: Partial<PairEnd> = {}): PairRow => ({
  ...someRow('web', someTotals(1)),
  cluster,
  responder: { ...end('pod', 'shop', 'cart'), ...far },
})
const clusters: readonly [why: string, rows: readonly PairRow[], several: boolean][] = [
  ['rows of one cluster need no word of it', [pair('eu'), pair('eu')], false],
  ['rows of two clusters are told apart', [pair('eu'), pair('us')], true],
  ['one row may lead from one cluster to another', [pair('eu', { cluster: 'us' })], true],
  ['the internet is in no cluster', [pair('eu', { kind: 'internet', cluster: 'us' })], false],
]
for (const [why, rows, several] of clusters) test(why, () => equal(areSeveral(rows), several))

test('what a namespace grouping lumps together has no filter of its own', () =>
  equal(chipFor(end('node', '', 'nodes'), 'initiator', 'namespace'), undefined))
