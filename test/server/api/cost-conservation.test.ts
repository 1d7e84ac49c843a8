import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type CostsAnswer, costPolicies, type ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { BillBook } from '../../../server/billing/bill-book.ts'
import { listOnly } from '../../../server/billing/list-only.ts'
import { random } from '../../random.ts'
import { randomRows } from '../answers/world.ts'
import { aBill, billsOf, dayAt } from '../billing/samples.ts'
import { stage } from './stage.ts'

const groupings = ['namespace', 'workload', 'label:team']

/** Bills of random days: missing, provisional, smaller and larger than what was observed, corrected below zero. */
function randomBook(next: () => number): BillBook {
  const line = (): [number, number] => {
    const gb = next() < 0.1 ? -next() * 1e3 : next() ** 4 * 1e7
    return next() < 0.1 ? [0, 0] : [gb, gb * (0.005 + next() * 0.01)]
  }
  const days = Array.from({ length: 21 }, (_, i) =>
    aBill(i + 1, line(), { state: next() < 0.5 ? 'final' : 'provisional', peering: line() }),
  ).filter(() => next() < 0.8)
  const bills = billsOf(...days)
  return {
    ...listOnly({ usdPerGb: 0.01, source: 'the list' }),
    read: () => ({ bills, apart: new Map() }),
  }
}

for (let seed = 1; seed <= 12; seed++)
  test(`any traffic, any bill: every policy and grouping has one total, and adds up to it (seed ${seed})`, async () => {
    const next = random(seed)
    const rows = randomRows(seed, 150).map(({ key, amounts }) => ({
      at: epochMs(dayAt(1 + Math.floor(next() * 21)) + Math.floor(next() * 86_400_000)),
      key:
        next() < 0.3
          ? { ...key, responder: { ...key.responder, vpc: 'vpc-2' }, initiator: { ...key.initiator, vpc: 'vpc-1' } }
          : key,
      amounts,
    }))
    const bills = randomBook(next)
    await using server = await stage({ rows, bills, labels: { web: 'blue', cart: 'red' } })
    const get = async <T>(path: string) => (await (await server.get(`/api/v1${path}`)).json()) as T // schema: openapi.test.ts
    const { days } = await get<ReconciliationAnswer>('/reconciliation?from=2026-11-01&to=2026-11-22')
    const expected = days.reduce((sum, { figures }) => sum + (figures.billedMicroUsd ?? figures.attributedMicroUsd), 0)
    for (const { causes, figures } of days)
      equal(
        causes.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0),
        figures.attributedMicroUsd,
      )
    const metered = new Set<number>()
    for (const policy of costPolicies)
      for (const by of groupings) {
        const { rows: paid, total, days: told } = await get<CostsAnswer>(`/costs?policy=${policy}&by=${by}`)
        ok(total !== null)
        const sum = paid.reduce((all, { costMicroUsd }) => all + costMicroUsd, 0)
        equal(sum, total.attributedMicroUsd)
        equal(sum + total.unattributedMicroUsd, total.costMicroUsd)
        equal(total.costMicroUsd, expected)
        deepEqual(
          told.map(({ figures }) => figures?.attributedMicroUsd),
          days.map(({ figures }) => figures.attributedMicroUsd),
        )
        metered.add(total.meteredBytes)
        for (const { costMicroUsd, estimatedMicroUsd, provisionalMicroUsd, meteredBytes } of paid)
          ok(meteredBytes > 0 && costMicroUsd >= estimatedMicroUsd + provisionalMicroUsd)
      }
    equal(metered.size, 1)
  })
