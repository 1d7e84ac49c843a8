import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { windowOf } from '@weir/contract/batch-codec.ts'
import { minute } from '@weir/contract/units.ts'
import { Watched } from '../../../server/ingest/coverage.ts'
import { piecesOf, shares } from '../../../server/ingest/spread.ts'
import { seeded } from './seeded.ts'

const cuts: [why: string, total: number, weights: number[], want: number[]][] = [
  ['evenly', 30, [1, 1, 1], [10, 10, 10]],
  ['what cannot be cut evenly is not lost', 100, [1, 1, 1], [33, 34, 33]],
  ['in proportion', 100, [30, 60, 30], [25, 50, 25]],
  ['nothing', 0, [1, 2], [0, 0]],
  ['without weights the last takes all', 5, [0, 0], [0, 5]],
  ['what has no weight gets nothing', 7, [1, 0, 1, 0], [4, 0, 3, 0]],
]
for (const [why, total, weights, want] of cuts) test(`shares: ${why}`, () => deepEqual(shares(total, weights), want))

test('shares are whole, add up, and exceed neither the total nor, of a part of the weights, their weight', () => {
  const random = seeded(3)
  for (let i = 0; i < 2_000; i++) {
    const weights = Array.from({ length: 1 + Math.floor(random() * 9) }, () => Math.floor(random() ** 4 * 2 ** 45))
    const all = weights.reduce((sum, weight) => sum + weight, 0)
    const total = Math.floor(random() * all)
    const cut = shares(total, weights)
    equal(
      cut.reduce((sum, share) => sum + share, 0),
      total,
    )
    ok(cut.every((share, j) => Number.isInteger(share) && share >= 0 && share <= (weights[j] ?? 0)))
  }
})

const at = (seconds: number) => 60_000_000 + seconds * 1_000
const M = 1_000
const pieces: [why: string, from: number, to: number, minutes: number[], weights: number[]][] = [
  ['within a minute', 10, 20, [M], [10_000]],
  ['a whole minute', 0, 60, [M], [60_000]],
  ['over a boundary', 50, 70, [M, M + 1], [10_000, 10_000]],
  ['over three minutes', 30, 150, [M, M + 1, M + 2], [30_000, 60_000, 30_000]],
]
for (const [why, from, to, minutes, weights] of pieces)
  test(`pieces: ${why}`, () => deepEqual(piecesOf(windowOf(at(from), at(to), 'live'), 1), { minutes, weights }))

test('a week is cut into few pieces that cover all of it, and of many rows into fewer', () => {
  const week = windowOf(at(13), at(13 + 7 * 86_400), 'catch-up')
  for (const [rows, most] of [
    [1, 120],
    [100_000, 5],
  ] as const) {
    const { minutes, weights } = piecesOf(week, rows)
    ok(minutes.length <= most)
    equal(
      weights.reduce((sum, weight) => sum + weight, 0),
      7 * 86_400_000,
    )
  }
})

const watched: [why: string, windows: [from: number, to: number][], covers: boolean][] = [
  ['six windows make a minute', [[0, 10], [10, 20], [20, 30], [30, 40], [40, 50], [50, 60]], true], // biome-ignore format: one line
  ['in any order', [[40, 60], [0, 20], [20, 40]], true], // biome-ignore format: one line
  ['overlapping', [[0, 40], [20, 70]], true], // biome-ignore format: one line
  ['a window longer than the minute', [[-60, 120]], true],
  ['a gap in between', [[0, 20], [21, 60]], false], // biome-ignore format: one line
  ['the end is missing', [[0, 59]], false],
  ['the beginning is missing', [[1, 60]], false],
  ['nothing', [], false],
]
for (const [why, windows, covers] of watched)
  test(`coverage: ${why}`, () => {
    const one = new Watched()
    for (const [from, to] of windows) one.add(windowOf(at(from), at(to), 'live'))
    equal(one.covers(minute(M)), covers)
  })
