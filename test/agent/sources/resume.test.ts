import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Shown } from '../flows/watched.ts'
import { totals } from './collector.ts'
import { Harness, machine } from './watch-harness.ts'

const a: Shown = { id: 1, from: '10.0.0.1:1001', up: 100, down: 10 }
const b: Shown = { id: 2, from: '10.0.0.1:1002', up: 200, down: 20 }
const six: Shown = { id: 3, from: '[fd00::1]:1003', to: '[fd00::2]:80', up: 400, down: 40 }

/** A watch that saw these, and was killed after a window at 1,010,000. */
function killed(table: Shown[]): Harness {
  const h = new Harness(1_000_000)
  h.start()
  h.kernel.table = table
  h.until(1_010_000)
  return h
}

function resumed(from: Harness, table: Shown[], nowMs = 1_017_000): Harness {
  const h = new Harness(nowMs)
  h.kernel.table = table
  h.start({ pieces: from.pieces, windowTo: from.lastTo })
  return h
}

const cases: readonly [why: string, before: Shown[], after: Shown[], want: ReturnType<typeof totals>][] = [
  ['a connection that lives on loses nothing', [a], [{ ...a, up: 150, down: 15 }], sum(50, 5, 0)],
  ['one over IPv6 neither', [six], [{ ...six, up: 401 }], sum(1, 0, 0)],
  ['one that was opened meanwhile counts in full', [a], [a, b], sum(200, 20, 1)],
  ['one that ended meanwhile brings nothing', [a, b], [b], sum(0, 0, 0)],
  ['one that was reopened meanwhile counts what it has now', [a], [{ ...a, up: 30, down: 3 }], sum(30, 3, 0)],
]
for (const [why, before, after, want] of cases)
  test(`after a restart ${why}`, () => {
    const h = resumed(killed(before), after)
    deepEqual(
      h.windows.map(({ from, to, kind }) => [from, to, kind]),
      [[1_010_000, 1_017_000, 'catch-up']],
    )
    deepEqual(totals(h.windows), want)
  })

test('a live window follows the one that caught up, from where it ended', () => {
  const h = resumed(killed([a]), [a])
  h.kernel.table = [{ ...a, up: 1000 }]
  h.until(1_020_000)
  deepEqual(
    h.windows.map(({ from, to, kind, checkpoint }) => [from, to, kind, checkpoint.kind]),
    [
      [1_010_000, 1_017_000, 'catch-up', 'full'],
      [1_017_000, 1_020_000, 'live', 'changes'],
    ],
  )
  equal(totals(h.windows).up, 900)
})

test('connections of the checkpoint that are gone are counted as ended without final counters', () => {
  const h = resumed(killed([a, b, six]), [b])
  h.until(1_030_000)
  equal(h.windows.at(-1)?.stats.withoutFinalCountersTotal, 2)
  equal(h.windows.at(-1)?.stats.lostTailTotal, 0)
})

test('a DESTROY that comes before the first dump settles a connection of the checkpoint', () => {
  const before = killed([a])
  const h = new Harness(1_017_000)
  h.kernel.events.push({ ...a, up: 170, down: 17 })
  h.start({ pieces: before.pieces, windowTo: before.lastTo })
  deepEqual(totals(h.windows), sum(70, 7, 0))
})

test('the binding and the orientation of a connection survive', () => {
  const before = new Harness(1_000_000)
  before.start()
  before.binding = 5
  before.kernel.table = [a]
  before.until(1_010_000)
  const h = new Harness(1_017_000)
  h.binding = 9
  h.kernel.table = [{ ...a, up: 101 }, b]
  h.start({ pieces: before.pieces, windowTo: before.lastTo })
  deepEqual(
    h.windows[0]?.rows.map(row => [row.binding, row.bytesToResponder]),
    [
      [5, 1],
      [9, 200],
    ],
  )
})

test('a full piece and a hundred pieces of changes say the same as the table did', () => {
  const before = new Harness(1_000_000)
  before.start()
  let table: Shown[] = []
  for (let window = 1; window <= 100; window++) {
    // Some end, some grow, some come, and some take the place of what ended.
    const alive = table.filter((_, i) => (i + window) % 5 !== 0)
    for (const gone of table.filter(one => !alive.includes(one))) before.kernel.events.push(gone)
    table = alive.map((one, i) => (i % 3 === 0 ? { ...one, up: (one.up ?? 0) + 1000 } : one))
    for (let i = 0; i < 7; i++) table.push({ id: window * 10 + i, from: `10.0.${window}.${i}:1`, up: 300 + i, down: i })
    before.kernel.table = table
    before.until(1_000_000 + window * 10_000)
  }
  const kinds = before.windows.map(window => window.checkpoint.kind)
  deepEqual(kinds, ['full', ...new Array<string>(99).fill('changes')])
  const h = resumed(
    before,
    table.map(one => ({ ...one, up: (one.up ?? 0) + 1 })),
    2_003_000,
  )
  deepEqual(totals(h.windows), sum(table.length, 0, 0))
})

test('when changes outgrow the full piece, a full one follows', () => {
  const before = new Harness(1_000_000)
  before.start()
  before.until(1_010_000)
  for (let window = 2; window <= 12; window++) {
    before.kernel.table = Array.from({ length: 1000 }, (_, i) => ({ id: i, from: `10.0.0.1:${i}`, up: window * 1000 }))
    before.until(1_000_000 + window * 10_000)
  }
  const kinds = before.windows.map(window => window.checkpoint.kind)
  equal(kinds.filter(kind => kind === 'full').length > 1, true)
  equal(totals(resumed(before, before.kernel.table, 1_123_000).windows).up, 0)
})

const spoilt: readonly [why: string, pieces: (good: Uint8Array[]) => Uint8Array[], words: RegExp][] = [
  ['a byte that changed', ([first = bytes()]) => [first.with(40, (first[40] ?? 0) ^ 1)], /checksum differs/],
  ['a piece cut short', ([first = bytes()]) => [first.slice(0, -9)], /checksum differs/],
  ['another file', () => [Uint8Array.from(Buffer.from('not a checkpoint at all'))], /not a checkpoint of this version/],
  ['nothing', () => [bytes()], /ends at byte 0/],
  ['no pieces', () => [], /no pieces/],
  ['changes without what they change', ([, second = bytes()]) => [second], /the first piece is not a full one/],
  ['two full pieces', ([first = bytes()]) => [first, first], /a full piece after the first/],
]
for (const [why, spoil, words] of spoilt)
  test(`pieces that cannot be used (${why}) are said so, and counting starts anew`, () => {
    const before = killed([a])
    before.kernel.table = [a, b]
    before.until(1_020_000)
    const h = new Harness(1_027_000)
    h.kernel.table = [{ ...a, up: 5000 }]
    h.start({ pieces: spoil(before.pieces), windowTo: before.lastTo })
    match(h.log.join(), words)
    h.until(1_030_000)
    deepEqual(totals(h.windows), sum(0, 0, 0))
    equal(h.windows[0]?.kind, 'live')
  })

for (const [why, elsewhere] of [
  ['another boot', { ...machine, bootId: '00000000-0000-0000-0000-000000000001' }],
  ['another network namespace', { ...machine, networkNamespace: 1 }],
] as const)
  test(`counters of ${why} are not used`, () => {
    const before = killed([a])
    const h = new Harness(1_017_000, {}, elsewhere)
    h.kernel.table = [{ ...a, up: 5000 }]
    h.start({ pieces: before.pieces, windowTo: before.lastTo })
    match(h.log.join(), new RegExp(`of ${why}`))
    equal(h.windows.length, 0)
  })

function sum(up: number, down: number, connections: number) {
  return { up, down, connections }
}

function bytes(): Uint8Array {
  return new Uint8Array()
}
