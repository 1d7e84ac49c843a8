import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type Cell, runCell } from '../../../bench/verdicts/cell.ts'
import { drawHours, drawLaw, trueShares } from '../../../bench/verdicts/service-law.ts'
import { random } from '../../../random.ts'

/** A small `npm run bench:verdicts`: fixed seeds, so few Services that only a gross miss is told. */
const SERVICES = 300
/**
 * Of 300 at 95 %, fewer than 270 or more than 297 hold with a chance below 0.2 % (binomial); with 9 such cases and fixed
 * seeds that is no luck of the day.
 */
const HELD = { least: 270 / 300, most: 297 / 300 }

const cells: [why: string, cell: Cell, seed: number][] = [
  ['a week a side, short memory', { kind: 'settled', phi: 0.5, days: 7 }, 101],
  ['a week a side, long memory', { kind: 'settled', phi: 0.9, days: 7 }, 102],
  ['two weeks a side, long memory', { kind: 'settled', phi: 0.9, days: 14 }, 103],
  ['an hour after the change, with the day before', { kind: 'early', minutes: 60, dayEarlier: true }, 104],
  ['an hour after the change, without', { kind: 'early', minutes: 60, dayEarlier: false }, 105],
]
for (const [why, cell, seed] of cells)
  test(`${why}: the interval holds the truth about as often as it says`, () => {
    const { given, covered, notReduced, calledReduced } = runCell(cell, SERVICES, seed)
    const held = covered / given
    ok(given > 100 && held >= HELD.least && held <= HELD.most, `${covered} of ${given} held`)
    // 3 % of at most 200: 6; 15 or more have a chance below 0.1 %.
    ok(calledReduced < 15, `${calledReduced} of ${notReduced} called reduced`)
  })

test('the truth of the bench is what its Services come to in the long run', () => {
  for (const phi of [0.5, 0.9]) {
    const draw = random(11)
    const law = drawLaw(draw, phi)
    const hours = 168 * 500
    const { before, after } = drawHours(law, draw, hours, 0)
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
    const truth = trueShares(law)
    const long = {
      before: sum(before.crossZoneBytes) / sum(before.bytes),
      after: sum(after.crossZoneBytes) / sum(after.bytes),
    }
    // 84,000 hours with noise of about 10 points, 19 of them (at φ 0.9) worth one: ±0.3 points in 99.9 %.
    for (const side of ['before', 'after'] as const)
      ok(Math.abs(long[side] - truth[side]) < 0.004, `φ ${phi}, ${side}: ${long[side]} for ${truth[side]}`)
  }
})
