import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Bills } from '../../../server/billing/bill-line.ts'
import { matchOf } from '../../../server/billing/reconcile.ts'
import { type ObservedDay, statementOf } from '../../../server/billing/statement.ts'
import { random } from '../../random.ts'
import { aBill, billsOf, GB, list, observedOn } from './samples.ts'

const statement = (observed: readonly ObservedDay[], bills: Bills = billsOf()) => statementOf(observed, bills, list, GB)

interface Rule {
  readonly why: string
  readonly observed: readonly ObservedDay[]
  readonly bills?: Bills
  /** Micro-dollars: by group, then unattributed and total. */
  readonly groups: readonly bigint[]
  readonly unattributed: bigint
  readonly total: bigint
}

const rules: readonly Rule[] = [
  {
    why: 'a final day with a tenth unseen: groups at its own price, the tenth is unattributed',
    observed: [observedOn(1, [60, 30])],
    bills: billsOf(aBill(1, [100, 1])),
    groups: [600_000n, 300_000n],
    unattributed: 100_000n,
    total: 1_000_000n,
  },
  {
    why: 'a discount shows in the price: 100 GB for 90 cents',
    observed: [observedOn(1, [50, 50])],
    bills: billsOf(aBill(1, [100, 0.9])),
    groups: [450_000n, 450_000n],
    unattributed: 0n,
    total: 900_000n,
  },
  {
    why: 'more observed than is on the bill: the unattributed is negative, never clipped',
    observed: [observedOn(1, [110])],
    bills: billsOf(aBill(1, [100, 1])),
    groups: [1_100_000n],
    unattributed: -100_000n,
    total: 1_000_000n,
  },
  {
    why: 'a day without a bill is estimated at the price of the nearest day that has one',
    observed: [observedOn(1, [100]), observedOn(2, [100])],
    bills: billsOf(aBill(1, [100, 0.9])),
    groups: [1_800_000n],
    unattributed: 0n,
    total: 1_800_000n,
  },
  {
    why: "a month without any bill is estimated at the list's price",
    observed: [observedOn(1, [100]), observedOn(2, [50])],
    groups: [1_500_000n],
    unattributed: 0n,
    total: 1_500_000n,
  },
  {
    why: 'a day on which nothing was observed is unattributed altogether',
    observed: [observedOn(1, [0, 0])],
    bills: billsOf(aBill(1, [100, 1])),
    groups: [0n, 0n],
    unattributed: 1_000_000n,
    total: 1_000_000n,
  },
  {
    why: 'a negative correction: observed at the next price known, the bill as it stands',
    observed: [observedOn(1, [100]), observedOn(2, [10])],
    bills: billsOf(aBill(1, [100, 1]), aBill(2, [-5, -0.05])),
    groups: [1_100_000n],
    unattributed: -150_000n,
    total: 950_000n,
  },
  {
    why: 'a quantity that costs nothing costs nothing here',
    observed: [observedOn(1, [10])],
    bills: billsOf(aBill(1, [10, 0])),
    groups: [0n],
    unattributed: 0n,
    total: 0n,
  },
  {
    why: 'peering is matched with its own line and price',
    observed: [observedOn(1, [100, 0], { peering: [0, 50] })],
    bills: billsOf(aBill(1, [100, 1], { peering: [50, 0.25] })),
    groups: [1_000_000n, 250_000n],
    unattributed: 0n,
    total: 1_250_000n,
  },
  {
    why: 'what is observed as peering while the bill has no such line is beyond the bill',
    observed: [observedOn(1, [100, 0], { peering: [0, 50] })],
    bills: billsOf(aBill(1, [100, 1])),
    groups: [1_000_000n, 500_000n],
    unattributed: -500_000n,
    total: 1_000_000n,
  },
  { why: 'a month that has not begun is empty', observed: [], groups: [], unattributed: 0n, total: 0n },
]
for (const { why, observed, bills, groups, unattributed, total } of rules)
  test(why, () => {
    const found = statement(observed, bills)
    deepEqual(
      found.groups.map(({ microUsd }) => microUsd),
      groups,
    )
    deepEqual([found.unattributed, found.total], [unattributed, total])
  })

test('what lies on provisional days and on days without a bill is marked', () => {
  const days = [observedOn(1, [10]), observedOn(2, [20]), observedOn(3, [40])]
  const found = statement(days, billsOf(aBill(1, [10, 0.1]), aBill(2, [30, 0.3], { state: 'provisional' })))
  deepEqual(found.byState, { final: 100_000n, provisional: 300_000n, 'no data': 400_000n })
  deepEqual(found.groups[0], {
    microUsd: 700_000n,
    provisionalMicroUsd: 200_000n,
    estimatedMicroUsd: 400_000n,
    meteredBytes: 70 * GB,
  })
})

test('every day adds up to its bill to the micro-dollar, whatever the traffic and the bill (300 random months)', () => {
  const next = random(5)
  for (let round = 0; round < 300; round++) {
    const groups = Math.floor(next() * 12)
    const gb = () => Array.from({ length: groups }, () => (next() < 0.3 ? 0 : next() ** 4 * 5_000))
    const observed = Array.from({ length: 28 }, (_, i) => observedOn(i + 1, gb(), { peering: gb() }))
    const line = (): [number, number] => (next() < 0.2 ? [0, 0] : [(next() - 0.1) * 20_000, (next() - 0.1) * 200])
    const state = () => (next() < 0.5 ? 'final' : 'provisional')
    const bills = billsOf(
      ...observed.flatMap((_, i) => (next() < 0.2 ? [] : [aBill(i + 1, line(), { state: state(), peering: line() })])),
    )
    const found = statement(observed, bills)
    for (const { day, costs, unattributed } of found.days) {
      const bill = bills.get(day)
      const rows = costs.reduce((sum, cost) => sum + BigInt(cost), 0n)
      if (bill === undefined) equal(unattributed, 0n)
      else equal(rows + unattributed, bill.lines['inter-zone'].microUsd + bill.lines.peering.microUsd)
    }
    const rows = found.groups.reduce((sum, { microUsd }) => sum + microUsd, 0n)
    equal(rows + found.unattributed, found.total)
    equal(found.byState.final + found.byState.provisional + found.byState['no data'], found.total)
  }
})

const matches: [why: string, gb: number, billed: number, coverage: number | null, unattributed: bigint][] = [
  ['nine tenths of the bill were observed', 90, 100, 0.9, 10_000_000_000n],
  ['more was observed than is on the bill', 110, 100, 1.1, -10_000_000_000n],
  ['nothing was billed: there is nothing to divide by', 1, 0, null, -1_000_000_000n],
]
for (const [why, gb, billed, coverage, unattributedNanoGb] of matches)
  test(why, () => {
    const [day] = statement([observedOn(1, [gb])], billsOf(aBill(1, [billed, billed / 100]))).days
    if (day === undefined) throw new Error('no day')
    deepEqual(matchOf(day, GB), {
      observedNanoGb: BigInt(gb * 1e9),
      billedNanoGb: BigInt(billed * 1e9),
      coverage,
      unattributedNanoGb,
    })
  })
