import type { ReconciliationAnswer } from '@weir/contract/cost-queries.ts'

/** Observed against billed, over the days of which the bill tells. */
export interface Reconciled {
  readonly billedDays: number
  readonly days: number
  readonly observedGb: number
  readonly billedGb: number
  /** Observed ÷ billed; null where nothing is billed. */
  readonly coverage: number | null
  readonly causes: readonly Cause[]
  readonly beside: readonly Beside[]
}

export interface Cause {
  readonly name: string
  readonly gb: number
  /** Of what is unattributed, on these days. */
  readonly costMicroUsd: number
}

/** What is in neither figure. */
export interface Beside {
  readonly name: string
  readonly gb: number
  readonly why: string
}

/** Only days with a bill are compared: on the others observed has nothing beside it. */
export function reconciled({ days }: ReconciliationAnswer): Reconciled {
  const billed = days.filter(({ figures }) => figures.billedGb !== null)
  const sum = (of: (day: (typeof days)[number]) => number) => billed.reduce((all, day) => all + of(day), 0)
  const observedGb = sum(({ figures }) => figures.observedGb)
  const billedGb = sum(({ figures }) => figures.billedGb ?? 0)
  const byName = new Map<string, Cause>()
  for (const { name, gb, costMicroUsd } of billed.flatMap(({ causes }) => causes)) {
    const before = byName.get(name)
    byName.set(name, { name, gb: (before?.gb ?? 0) + gb, costMicroUsd: (before?.costMicroUsd ?? 0) + costMicroUsd })
  }
  const unattributed: Cause = {
    name: 'unattributed',
    gb: sum(({ unattributedGb }) => unattributedGb ?? 0),
    costMicroUsd: sum(({ figures }) => figures.unattributedMicroUsd ?? 0),
  }
  return {
    billedDays: billed.length,
    days: days.length,
    observedGb,
    billedGb,
    coverage: billedGb > 0 ? observedGb / billedGb : null,
    causes: [...[...byName.values()].sort((a, b) => b.gb - a.gb), unattributed],
    beside: [
      {
        name: 'free',
        gb: sum(day => day.freeGb),
        why: 'crossed zones and is not charged: load balancers to their targets, endpoints',
      },
      { name: 'unknown', gb: sum(day => day.unknownGb), why: 'one end’s zone is not known: nobody can tell' },
      {
        name: 'unresolved',
        gb: sum(day => day.unresolvedGb),
        why: 'in the observed, on paths of which AWS does not tell at which ends it charges',
      },
      { name: 'elsewhere', gb: sum(day => day.elsewhereGb), why: 'halves of hops to other accounts: on their bills' },
    ].filter(({ gb }) => gb > 0),
  }
}
