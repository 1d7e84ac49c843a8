import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { type Plan, planNext, windowOf } from '../../../server/billing/bill-plan.ts'
import {
  type CallBook,
  callBegins,
  callEnded,
  callWithdrawn,
  chargedBetween,
  chargedOn,
  emptyBook,
  questionAnswered,
  spentBook,
} from '../../../server/billing/calls.ts'
import { emptyBill, type StoredBill } from '../../../server/billing/stored-bill.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = epochMs(Date.UTC(2026, 10, 27, 9))
const settings = { callsPerDay: 4, refreshMs: 12 * HOUR }
const at = (ms: number) => epochMs(NOW + ms)
const empty = emptyBill('test')

function bookOf(answered: { readonly [kind in 'usage types' | 'usage' | 'credits']?: number }): CallBook {
  return Object.entries(answered).reduce(
    (book, [kind, hours]) =>
      questionAnswered(book, kind === 'usage' || kind === 'credits' ? kind : 'usage types', at(-hours * HOUR)),
    emptyBook,
  )
}
const billOf = (days: { readonly [day: string]: boolean }): StoredBill => ({
  ...empty,
  days: new Map(
    Object.entries(days).map(([day, isEstimated]) => [day, { day, isEstimated, fetchedAt: at(-DAY), lines: [] }]),
  ),
})
const kindOf = (plan: Plan): string => (plan.kind === 'wait' ? plan.why : plan.kind)

const plans: [why: string, book: CallBook, plan: string][] = [
  ['first of all the names of usage types', emptyBook, 'usage types'],
  ['then the bill', bookOf({ 'usage types': 1 }), 'usage'],
  ['then credits', bookOf({ 'usage types': 1, usage: 1 }), 'credits'],
  ['then nothing', bookOf({ 'usage types': 1, usage: 1, credits: 1 }), 'everything is fresh'],
  ['the bill again after 12 hours', bookOf({ 'usage types': 13, usage: 12, credits: 13 }), 'usage'],
  ['what is most overdue comes first', bookOf({ 'usage types': 60, usage: 13, credits: 50 }), 'usage types'],
]
for (const [why, book, want] of plans)
  test(`asked is ${why}`, () => equal(kindOf(planNext(empty, book, settings, NOW)), want))

test('the month before and this one, up to yesterday', () => {
  deepEqual(windowOf(NOW), { from: '2026-10-01', to: '2026-11-27' })
  deepEqual(windowOf(epochMs(Date.UTC(2027, 0, 1))), { from: '2026-12-01', to: '2027-01-01' })
})

test('a day that is final is not asked for again, one that is not is, as far back as it lies', () => {
  const range = (bill: StoredBill) => {
    const plan = planNext(bill, bookOf({ 'usage types': 1, credits: 1 }), settings, NOW)
    return plan.kind === 'wait' ? undefined : plan.range
  }
  const all = Object.fromEntries(
    Array.from({ length: 57 }, (_, i) => [new Date(Date.UTC(2026, 9, 1 + i)).toISOString().slice(0, 10), i >= 31]),
  )
  deepEqual(range(empty), { from: '2026-10-01', to: '2026-11-27' })
  deepEqual(range(billOf(all)), { from: '2026-11-01', to: '2026-11-27' })
  deepEqual(range(billOf({ ...all, '2026-08-14': true })), { from: '2026-08-14', to: '2026-11-27' })
  deepEqual(range(billOf({ ...all, '2025-08-14': true })), { from: '2026-11-01', to: '2026-11-27' })
})

test('a cut answer goes on where it was cut, at once', () => {
  const plan = planNext(empty, bookOf({ 'usage types': 1, usage: 0, credits: 1 }), settings, NOW, '2026-11-03')
  deepEqual(plan, { kind: 'usage', range: { from: '2026-11-03', to: '2026-11-27' } })
})

test('a day has no more calls than it has; those that broke off count', () => {
  let book: CallBook = emptyBook
  for (const result of ['answered', 'unanswered', 'answered', 'answered'] as const)
    book = callEnded(callBegins(book, NOW), 'usage', NOW, result)
  deepEqual(planNext(empty, book, settings, at(DAY - 10 * HOUR)), {
    kind: 'wait',
    until: Date.UTC(2026, 10, 28),
    why: 'the calls of today are used up',
  })
  equal(planNext(empty, book, settings, at(15 * HOUR)).kind, 'usage types')
})

test('a process that dies in every call spends no more than a day’s calls', () => {
  let book: CallBook = emptyBook
  let sent = 0
  for (let life = 0; life < 100; life++) {
    if (planNext(empty, book, settings, at(life * 60_000)).kind === 'wait') continue
    book = callBegins(book, at(life * 60_000)) // written before it is sent; the end never is
    sent++
  }
  equal(sent, 4)
})

test('refused calls are not charged, and wait longer each time', () => {
  let book = bookOf({ 'usage types': -24, credits: -24 })
  const waits: number[] = []
  let now = NOW
  for (let i = 0; i < 6; i++) {
    book = callEnded(callBegins(book, now), 'usage', now, 'refused')
    const plan = planNext(empty, book, settings, now)
    ok(plan.kind === 'wait' && plan.why === 'after a failure')
    waits.push((plan.until - now) / 60_000)
    now = plan.until
  }
  deepEqual(waits, [15, 30, 60, 120, 240, 360])
  equal(chargedOn(book, '2026-11-27') + chargedOn(book, '2026-11-28'), 0)
  deepEqual(callEnded(callBegins(book, now), 'usage', now, 'answered').failed, {})
})

test('without credentials nothing was sent: nothing is spent, and it is tried again later', () => {
  const book = callWithdrawn(callBegins(emptyBook, NOW), 'usage types', NOW)
  equal(chargedOn(book, '2026-11-27'), 0)
  equal(kindOf(planNext(empty, book, settings, NOW)), 'usage')
  equal(kindOf(planNext(empty, book, settings, at(HOUR))), 'usage types')
})

test('a question that always fails holds up no other: without the right to ask for usage types the bill is read', () => {
  let book: CallBook = emptyBook
  const asked: string[] = []
  for (let minute = 0; minute < 24 * 60; minute += 15) {
    const now = at(minute * 60_000)
    const plan = planNext(empty, book, { ...settings, callsPerDay: 9 }, now)
    if (plan.kind === 'wait') continue
    asked.push(plan.kind)
    const isRefused = plan.kind === 'usage types'
    book = callEnded(callBegins(book, now), plan.kind, now, isRefused ? 'refused' : 'answered')
    if (!isRefused) book = questionAnswered(book, plan.kind, now)
  }
  deepEqual(
    ['usage', 'credits', 'usage types'].map(kind => asked.filter(one => one === kind).length),
    [2, 1, 8],
  )
})

test('with one call a day every question has its turn', () => {
  let book: CallBook = emptyBook
  const asked: string[] = []
  for (let day = 0; day < 8; day++) {
    const now = at(day * DAY)
    const plan = planNext(empty, book, { ...settings, callsPerDay: 1 }, now)
    if (plan.kind === 'wait') continue
    asked.push(plan.kind)
    book = questionAnswered(callEnded(callBegins(book, now), plan.kind, now, 'answered'), plan.kind, now)
    equal(planNext(empty, book, { ...settings, callsPerDay: 1 }, now).kind, 'wait')
  }
  equal(asked.length, 8)
  deepEqual(asked.slice(0, 3), ['usage types', 'usage', 'credits'])
  for (const kind of ['usage types', 'usage', 'credits']) ok(asked.slice(3).includes(kind), `${kind} in ${asked}`)
})

test('calls are kept for what Weir itself costs', () => {
  const book = callEnded(callBegins(spentBook(at(-DAY), 4), NOW), 'usage', NOW, 'answered')
  equal(chargedBetween(book, epochMs(Date.UTC(2026, 10, 1)), epochMs(Date.UTC(2026, 11, 1))), 5)
  equal(chargedBetween(book, epochMs(Date.UTC(2026, 10, 27)), epochMs(Date.UTC(2026, 10, 28))), 1)
})
