import type { BillState, CostDay, CostRow, CostsAnswer, ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import { epochMs, microUsd } from '@weir/contract/units.ts'
import { DAY_MS, type DemoDay, dayState, demoDays, GB, MICRO_USD_PER_GB } from './demo-days.ts'
import { paidBy } from './demo-payers.ts'
import type { DemoWorld } from './demo-world.ts'
import type { CostsQuestion, RangeQuestion } from './feed.ts'

/** On the demo's bill, more than is observed: what no agent saw. */
const UNSEEN = 0.031

const metered = (day: DemoDay): number => day.streams.reduce((sum, { sides }) => sum + sides, 0)
const money = (meteredBytes: number) => microUsd(Math.round((meteredBytes / GB) * MICRO_USD_PER_GB))
const isBilled = (state: BillState): boolean => state !== 'no data'

export function demoCosts(world: DemoWorld, { month, by, policy }: CostsQuestion): CostsAnswer {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const range = { from: epochMs(Date.UTC(year, number - 1)), to: epochMs(Date.UTC(year, number)) }
  const now = world.clock()
  const days = world.isEmpty ? [] : demoDays(world.streams, range.from, Math.min(range.to, now))
  const stateOf = (day: DemoDay) => dayState(day.at, now)
  const rows = costRows(days, by, policy, stateOf)
  const attributed = rows.reduce((sum, row) => sum + row.costMicroUsd, 0)
  const sumOf = (some: readonly DemoDay[]) => some.reduce((sum, day) => sum + metered(day), 0)
  const ofState = (state: BillState) => sumOf(days.filter(day => stateOf(day) === state))
  const billedBytes = (ofState('final') + ofState('provisional')) * (1 + UNSEEN)
  const unattributed = money(billedBytes - billedBytes / (1 + UNSEEN))
  const total = attributed + unattributed
  const provisional = money(ofState('provisional') * (1 + UNSEEN))
  const noData = money(ofState('no data'))
  const isAll = world.scope === 'all' && !world.isEmpty
  const whole = days.filter(day => day.at + DAY_MS <= now)
  const left = Math.round((range.to - range.from) / DAY_MS) - whole.length
  const perDay = whole.length === 0 ? 0 : money(sumOf(whole) * (1 + UNSEEN)) / whole.length
  return {
    month,
    range,
    scope: world.scope,
    policy,
    by,
    currency: 'USD',
    sealedUntil: world.isEmpty ? null : epochMs(Math.floor((now - 20_000) / 60_000) * 60_000),
    rows,
    total: isAll
      ? {
          costMicroUsd: microUsd(total),
          attributedMicroUsd: microUsd(attributed),
          unattributedMicroUsd: unattributed,
          meteredBytes: Math.round(sumOf(days)),
          byState: {
            final: microUsd(total - provisional - noData),
            provisional,
            'no data': noData,
          },
        }
      : null,
    bill: isAll
      ? {
          billedMicroUsd: money(billedBytes),
          billedGb: billedBytes / GB,
          apart: [{ name: 'PublicIP', gb: 118.4, costMicroUsd: microUsd(1_184_000) }],
          source: 'the demo’s bill, made in this browser',
        }
      : null,
    days: days.map(day => costDay(day, now, isAll)),
    projection:
      isAll && whole.length > 0
        ? {
            costMicroUsd: microUsd(Math.round(perDay * (whole.length + left))),
            method: `complete days as they are, ${left} more like their mean (the demo’s own arithmetic)`,
          }
        : null,
    selfCost: isAll
      ? {
          costMicroUsd: microUsd(310_000),
          parts: [
            { name: 'Cost Explorer calls', amount: 30, unit: 'calls', costMicroUsd: microUsd(300_000) },
            {
              name: 'agents to server, across zones',
              amount: 536_870_912,
              unit: 'bytes',
              costMicroUsd: microUsd(10_000),
            },
          ],
          method: 'the demo’s figures',
        }
      : null,
    listPrice: { usdPerGb: 0.01, source: 'the demo’s price' },
    notes: isAll ? ['These are demo figures: no bill was read.'] : [],
  }
}

function costRows(
  days: readonly DemoDay[],
  by: string,
  policy: CostsQuestion['policy'],
  stateOf: (day: DemoDay) => BillState,
): CostRow[] {
  const sums = new Map<string, { row: CostRow; all: number; provisional: number; noData: number }>()
  for (const day of days)
    for (const { payer, bytes } of day.streams.flatMap(one => paidBy(one, by, policy))) {
      const key = JSON.stringify(payer)
      const sum = sums.get(key) ?? { row: payer, all: 0, provisional: 0, noData: 0 }
      sum.all += bytes
      const state = stateOf(day)
      if (state === 'provisional') sum.provisional += bytes
      if (state === 'no data') sum.noData += bytes
      sums.set(key, sum)
    }
  return [...sums.values()]
    .map(({ row, all, provisional, noData }) => ({
      ...row,
      meteredBytes: Math.round(all),
      costMicroUsd: money(all),
      provisionalMicroUsd: money(provisional),
      estimatedMicroUsd: money(noData),
    }))
    .sort((a, b) => b.costMicroUsd - a.costMicroUsd)
}

function costDay(day: DemoDay, now: number, isAll: boolean): CostDay {
  const state = dayState(day.at, now)
  const observed = metered(day)
  const billed = isBilled(state) ? observed * (1 + UNSEEN) : null
  return {
    day: epochMs(day.at),
    state,
    isSealed: day.at + DAY_MS < now,
    figures: isAll
      ? {
          observedGb: observed / GB,
          billedGb: billed === null ? null : billed / GB,
          coverage: billed === null ? null : observed / billed,
          attributedMicroUsd: money(observed),
          billedMicroUsd: billed === null ? null : money(billed),
          unattributedMicroUsd: billed === null ? null : microUsd(money(billed) - money(observed)),
        }
      : null,
  }
}

export function demoReconciliation(world: DemoWorld, { range }: RangeQuestion): ReconciliationAnswer {
  const now = world.clock()
  const days = world.isEmpty ? [] : demoDays(world.streams, range.from, Math.min(range.to, now))
  return {
    range,
    sealedUntil: epochMs(Math.floor((now - 20_000) / 60_000) * 60_000),
    days: days.map(day => {
      const { figures, ...head } = costDay(day, now, true)
      if (figures === null) throw new Error('a day of everybody’s has figures')
      const causes = [
        { name: 'workloads', part: 0.93 },
        { name: 'EKS control plane ↔ nodes', part: 0.07 },
      ]
      return {
        ...head,
        figures,
        causes: causes.map(({ name, part }) => ({
          name,
          gb: figures.observedGb * part,
          costMicroUsd: money(metered(day) * part),
        })),
        unattributedGb: figures.billedGb === null ? null : figures.billedGb - figures.observedGb,
        freeGb: figures.observedGb * 0.12,
        unknownGb: figures.observedGb * 0.004,
        unresolvedGb: 0,
        elsewhereGb: 0,
        apart: [],
      }
    }),
    source: 'the demo’s bill, made in this browser',
    notes: [],
  }
}
