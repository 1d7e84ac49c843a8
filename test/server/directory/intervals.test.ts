import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { type Entry, entryOf, Intervals } from '../../../server/directory/intervals.ts'

type Span = readonly [id: number, from: number, to: number | null, port?: number]

function intervals(spans: readonly Span[]): Intervals {
  const all = new Intervals()
  for (const span of spans) all.add(entry(span))
  return all
}

function entry([id, from, to, port]: Span): Entry {
  const label = {
    id,
    address: '10.0.0.1',
    ...(port && { port }),
    peer: { kind: 'node' as const, name: `n${id}` },
    from: epochMs(from),
    to: to === null ? null : epochMs(to),
  }
  return entryOf({ owner: 'test', label, ports: [] }, 1)
}

const cases: [why: string, spans: Span[], port: number, at: number, want: number | string | undefined][] = [
  ['an interval holds from its beginning', [[1, 10, 20]], 0, 10, 1],
  ['an interval holds until just before its end', [[1, 10, 20]], 0, 19, 1],
  ['at its end it has ended', [[1, 10, 20]], 0, 20, 'ended'],
  ['before the first interval nothing had begun', [[1, 10, 20]], 0, 9, undefined],
  ['an open interval holds for ever', [[1, 10, null]], 0, 1e12, 1],
  [
    'at the moment of a hand-over the new owner holds',
    [
      [1, 10, 20],
      [2, 20, null],
    ],
    0,
    20,
    2,
  ],
  [
    'between two owners the first has ended',
    [
      [1, 10, 20],
      [2, 30, null],
    ],
    0,
    25,
    'ended',
  ],
  [
    'two open owners are ambiguous',
    [
      [1, 10, null],
      [2, 20, null],
    ],
    0,
    25,
    'ambiguous',
  ],
  [
    'before the second began the first was alone',
    [
      [1, 10, null],
      [2, 20, null],
    ],
    0,
    15,
    1,
  ],
  [
    'an old owner that outlives a short one is found',
    [
      [1, 10, null],
      [2, 20, 21],
    ],
    0,
    25,
    1,
  ],
  [
    'an owner under a later one is ambiguous even with a short one in between',
    [
      [1, 10, null],
      [2, 12, 13],
      [3, 20, null],
    ],
    0,
    25,
    'ambiguous',
  ],
  [
    'the order of adding does not matter',
    [
      [3, 30, null],
      [1, 10, 20],
      [2, 20, 30],
    ],
    0,
    20,
    2,
  ],
  ['an interval without length never holds', [[1, 10, 10]], 0, 10, 'ended'],
  [
    'a declared port goes before the whole address',
    [
      [1, 10, null],
      [2, 10, null, 443],
    ],
    443,
    15,
    2,
  ],
  [
    'another port is the whole address',
    [
      [1, 10, null],
      [2, 10, null, 443],
    ],
    80,
    15,
    1,
  ],
  [
    'a port not known is the whole address',
    [
      [1, 10, null],
      [2, 10, null, 443],
    ],
    0,
    15,
    1,
  ],
  [
    'a port whose pod has ended is the whole address',
    [
      [1, 10, null],
      [2, 10, 12, 443],
    ],
    443,
    15,
    1,
  ],
  [
    'a port that two pods declare is the whole address',
    [
      [1, 10, null],
      [2, 10, null, 443],
      [3, 11, null, 443],
    ],
    443,
    15,
    1,
  ],
  ['a port without its address is found alone', [[2, 10, null, 443]], 443, 15, 2],
  ['an address of which only a port is known is not known', [[2, 10, null, 443]], 80, 15, undefined],
]
for (const [why, spans, port, at, want] of cases)
  test(why, () => {
    const found = intervals(spans).find('10.0.0.1', port, epochMs(at))
    assert.equal(typeof found === 'object' ? found.label.id : found, want)
  })

test('a removed entry leaves no trace', () => {
  const all = intervals([])
  const entries = [entry([1, 10, 20]), entry([2, 10, 20, 443])]
  for (const each of entries) all.add(each)
  assert.equal(all.addresses, 1)
  for (const each of entries) all.remove(each)
  assert.equal(all.addresses, 0)
  assert.equal(all.find('10.0.0.1', 443, epochMs(15)), undefined)
})

test('an address reused 3,000 times is found by halving, at every moment', () => {
  const all = intervals(Array.from({ length: 3_000 }, (_, i): Span => [i + 1, i * 10, i * 10 + 10]))
  for (let at = 0; at < 30_000; at += 7) {
    const found = all.find('10.0.0.1', 0, epochMs(at))
    assert.equal(typeof found === 'object' && found.label.id, Math.floor(at / 10) + 1)
  }
})
