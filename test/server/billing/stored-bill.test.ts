import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { apartOf, billDays, billOfDay, effectivePrice } from '../../../server/billing/bill-days.ts'
import type { AnsweredDay } from '../../../server/billing/bill-explorer.ts'
import { emptyBill, type StoredBill, withCredits, withDays } from '../../../server/billing/stored-bill.ts'

const NOW = epochMs(Date.UTC(2026, 10, 27))
const REGIONAL = 'DataTransfer-Regional-Bytes'

/** Rows as "operation quantity cost", of one day. */
function answered(day: string, isEstimated: boolean, ...rows: readonly string[]): AnsweredDay {
  const groups = rows.map(row => {
    const [operation = '', quantity = '', cost = ''] = row.split(' ')
    const amounts = { quantity: { text: quantity, unit: 'GB' }, cost: { text: cost, unit: 'USD' } }
    return { keys: [REGIONAL, operation] as const, ...amounts }
  })
  return { day, isEstimated, groups }
}
const after = (...answers: readonly (readonly AnsweredDay[])[]): StoredBill =>
  answers.reduce((bill, days) => withDays(bill, days, NOW, 'USD').taken, emptyBill('test'))
const stateOf = (bill: StoredBill) => billDays(bill).map(({ state }) => state)

test('a day that becomes final replaces its estimate', () => {
  const bill = after(
    [answered('2026-10-01', true, 'InterZone-In 10 0.1', 'InterZone-Out 10 0.1')],
    [answered('2026-10-01', false, 'InterZone-In 12.5 0.125', 'InterZone-Out 12.5 0.125')],
  )
  const [day] = billDays(bill)
  deepEqual(day && billOfDay(day), {
    day: Date.UTC(2026, 9, 1),
    state: 'final',
    lines: {
      'inter-zone': { nanoGb: 25_000_000_000n, microUsd: 250_000n },
      peering: { nanoGb: 0n, microUsd: 0n },
    },
  })
})

test('an empty day is no data, not a cost of nothing', () => {
  const bill = after([answered('2026-10-01', false)])
  deepEqual(stateOf(bill), ['no data'])
  equal(billDays(bill).map(billOfDay)[0], undefined)
})

test('a day that had rows and comes back empty keeps them, and that is told', () => {
  const bill = after([answered('2026-10-01', true, 'InterZone-In 1 0.01')])
  const { taken, setAside } = withDays(bill, [answered('2026-10-01', false)], NOW, 'USD')
  deepEqual(stateOf(taken), ['provisional'])
  deepEqual(setAside, ['emptied day'])
})

test('a negative correction stands', () => {
  const [day] = billDays(after([answered('2026-10-01', false, 'InterZone-In -3.5 -0.035')]))
  deepEqual(day && billOfDay(day)?.lines['inter-zone'], { nanoGb: -3_500_000_000n, microUsd: -35_000n })
})

test('amounts are summed exactly: ten rows of a tenth are one, to the last decimal', () => {
  const rows = Array.from({ length: 10 }, () => 'InterZone-In 0.1 0.0010000001')
  const [day] = billDays(after([answered('2026-10-01', false, ...rows)]))
  deepEqual(day && billOfDay(day)?.lines['inter-zone'], { nanoGb: 1_000_000_000n, microUsd: 10_000n })
})

test('a day that two pages share is one day', () => {
  const bill = after([
    answered('2026-10-01', false, 'InterZone-In 1 0.01'),
    answered('2026-10-01', false, 'InterZone-Out 2 0.02'),
  ])
  const [day] = billDays(bill)
  equal(day && billOfDay(day)?.lines['inter-zone'].nanoGb, 3_000_000_000n)
})

test('public IP, load balancing and what is not charged stand apart, credits too: in no line', () => {
  const free = {
    keys: ['USE1-DataTransfer-xAZ-In-Bytes', ''] as const,
    quantity: { text: '70', unit: 'GB' },
    cost: { text: '0', unit: 'USD' },
  }
  const { groups } = answered('2026-10-01', false, 'InterZone-In 1 0.01', 'PublicIP-In 5 0.05', 'LoadBalancing 2 0.02')
  const credit: AnsweredDay = {
    day: '2026-10-01',
    isEstimated: false,
    groups: [
      { keys: ['Credit', REGIONAL], quantity: { text: '0', unit: 'N/A' }, cost: { text: '-0.004', unit: 'USD' } },
    ],
  }
  const bill = after([{ day: '2026-10-01', isEstimated: false, groups: [...groups, free] }])
  const range = { from: '2026-10-01', to: '2026-10-02' }
  const [day] = billDays(withCredits(bill, [credit], range, 'USD').taken)
  deepEqual(day && apartOf(day), [
    { name: 'by public IP address within the region', gb: 5, costMicroUsd: 50_000 },
    { name: 'load balancing within the region', gb: 2, costMicroUsd: 20_000 },
    { name: 'across zones, not charged', gb: 70, costMicroUsd: 0 },
    { name: 'credit', gb: 0, costMicroUsd: -4_000 },
  ])
  equal(day && billOfDay(day)?.lines['inter-zone'].microUsd, 10_000n)
})

test('credits that are read again replace those of the range only', () => {
  const credits = (cost: string, day: string): AnsweredDay => ({
    day,
    isEstimated: true,
    groups: [{ keys: ['Credit', REGIONAL], quantity: { text: '0', unit: 'GB' }, cost: { text: cost, unit: 'USD' } }],
  })
  const all = { from: '2026-10-01', to: '2026-10-03' }
  const first = withCredits(
    emptyBill('test'),
    [credits('-1', '2026-10-01'), credits('-2', '2026-10-02')],
    all,
    'USD',
  ).taken
  const { credits: kept } = withCredits(
    first,
    [credits('-3', '2026-10-02')],
    { ...all, from: '2026-10-02' },
    'USD',
  ).taken
  deepEqual(
    kept.map(({ day, cost }) => [day, cost]),
    [
      ['2026-10-01', '-1'],
      ['2026-10-02', '-3'],
    ],
  )
})

const bad: [why: string, quantity: string, unit: string, cost: string, currency: string, reason: string][] = [
  ['a text that is no number', 'many', 'GB', '1', 'USD', 'not a number'],
  ['a quantity that is not in GB', '1', 'Hrs', '1', 'USD', 'other unit'],
  ['an amount in another currency', '1', 'GB', '1', 'CNY', 'other currency'],
]
for (const [why, quantity, unit, cost, currency, reason] of bad)
  test(`${why} is set aside, the rest is taken`, () => {
    const row = {
      keys: [REGIONAL, 'InterZone-In'] as const,
      quantity: { text: quantity, unit },
      cost: { text: cost, unit: currency },
    }
    const { groups } = answered('2026-10-01', false, 'InterZone-Out 1 0.01')
    const day = { day: '2026-10-01', isEstimated: false, groups: [row, ...groups] }
    const { taken, setAside } = withDays(emptyBill('test'), [day], NOW, 'USD')
    deepEqual(setAside, [reason])
    equal(taken.days.get('2026-10-01')?.lines.length, 1)
  })

test('the bill of a Chinese account is in CNY when the setting says so', () => {
  const row = {
    keys: [`CNN1-${REGIONAL}`, 'InterZone-In'] as const,
    quantity: { text: '1', unit: 'GB' },
    cost: { text: '0.067', unit: 'CNY' },
  }
  const { setAside } = withDays(
    emptyBill('test'),
    [{ day: '2026-10-01', isEstimated: false, groups: [row] }],
    NOW,
    'CNY',
  )
  deepEqual(setAside, [])
})

test('the price of a GB is what the newest days come to: cost ÷ quantity across zones', () => {
  const day = (n: number, ...rows: readonly string[]) =>
    answered(`2026-10-${String(n).padStart(2, '0')}`, false, ...rows)
  const days = Array.from({ length: 31 }, (_, i) =>
    day(i + 1, `InterZone-In 10 ${i < 1 ? 9 : 0.093}`, 'PublicIP-In 1 5'),
  )
  const bill = after(days, [answered('2026-11-01', true, 'InterZone-Out 10 0.093')])
  deepEqual(effectivePrice(billDays(bill)), { microUsdPerGb: 9_300, from: '2026-10-02', to: '2026-11-01' })
})

test('less than a GB tells no price', () => {
  equal(effectivePrice(billDays(after([answered('2026-10-01', false, 'InterZone-In 0.2 0.1')]))), undefined)
  equal(effectivePrice([]), undefined)
})
