import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  overheadOf,
  promotedBy,
  setOffCatchUp,
  settlePrimary,
  settleWitness,
} from '../../../server/ingest/count-once.ts'

const promotions: [why: string, primary: number, witness: number, want: number][] = [
  ['a sender nobody else saw gains nothing', 100, 0, 0],
  ['a sender that reported nothing is replaced by its witness', 0, 100, 100],
  ['a sender that died half way gains the other half', 60, 100, 40],
  ['a witness that saw less than the sender adds nothing', 100, 60, 0],
]
for (const [why, primary, witness, want] of promotions)
  test(`promoted: ${why}`, () => equal(promotedBy(primary, witness), want))

const late: [why: string, rule: typeof settlePrimary, balance: number, bytes: number, added: number, left: number][] = [
  ['a late primary of a promoted hop is superseded', settlePrimary, 100, 100, 0, 0],
  ['a late primary that is larger adds what exceeds the promotion', settlePrimary, 100, 130, 30, -30],
  ['a late primary in two parts is set off by both', settlePrimary, 70, 30, 0, 40],
  ['a late primary of a hop that nobody witnessed is added', settlePrimary, 0, 50, 50, -50],
  ['a late primary of a hop whose primary was ahead is added', settlePrimary, -20, 50, 50, -70],
  ['a late witness of bytes the primary counted is audit only', settleWitness, -100, 100, 0, 0],
  ['a late witness that saw more adds what exceeds the primary', settleWitness, -100, 130, 30, 30],
  ['a late witness of a hop that nobody reported is added', settleWitness, 0, 50, 50, 50],
  ['a late witness beside a promoted one is added', settleWitness, 20, 50, 50, 70],
]
for (const [why, rule, balance, bytes, added, left] of late)
  test(`late: ${why}`, () => deepEqual(rule(balance, bytes), { added, balance: left }))

test('whatever the order, a hop comes to max(Σ primary, Σ witness)', () => {
  const arrivals = [
    [settlePrimary, 40],
    [settleWitness, 70],
    [settlePrimary, 50],
    [settleWitness, 15],
  ] as const
  for (const order of permutations(arrivals)) {
    let [total, balance] = [0, 0]
    for (const [rule, bytes] of order) {
      const settled = rule(balance, bytes)
      total += settled.added
      balance = settled.balance
    }
    equal(total, Math.max(40 + 50, 70 + 15))
  }
})

const catchUps: [why: string, balances: number[], late: number, taken: number[], rest: number][] = [
  ['nothing was promoted: all of it is added', [0, 0], 50, [0, 0], 50],
  ['it is set off oldest first', [30, 30], 40, [30, 10], 0],
  ['what no witness saw is added', [30, 0, 10], 100, [30, 0, 10], 60],
  ['minutes in which the primary was ahead give nothing', [-20, 30], 40, [0, 30], 10],
]
for (const [why, balances, bytes, taken, rest] of catchUps)
  test(`catch-up: ${why}`, () => deepEqual(setOffCatchUp(balances, bytes), { taken, rest }))

test('overhead: what a tunnel carried beyond its inside, never less than nothing', () => {
  equal(overheadOf(1_050, 1_000), 50)
  equal(overheadOf(900, 1_000), 0)
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map(rest => [item, ...rest]))
}
