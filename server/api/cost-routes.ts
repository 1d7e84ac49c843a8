import type { EpochMs } from '@weir/contract/units.ts'
import type { CostAnswerer } from './cost-answerer.ts'
import { costsCsv, reconciliationCsv } from './cost-csv.ts'
import { costsParameters, daysAsked, monthAsked, reconciliationParameters } from './cost-parameters.ts'
import { quoted } from './parameters.ts'
import { csv, json, type Reply, type Route, route } from './route.ts'

export interface CostSources {
  readonly answerer: CostAnswerer
  /** Kubernetes labels that are kept: what a statement can be made by. */
  readonly labelKeys: readonly string[]
  /** The region that traffic is in; '' where there are several. */
  readonly region: () => string
  readonly bytesPerGb: number
}

/** What the month costs and how that is matched with the bill. */
export function costRoutes({ answerer, labelKeys, region, bytesPerGb }: CostSources, now: () => EpochMs): Route[] {
  return [
    route(
      { path: '/costs', rule: 'scoped', summary: "The month's statement: who pays for traffic across zones." },
      costsParameters,
      'Costs',
      async ({ by, format, month, policy }, { scope }) => {
        if (by.kind === 'label' && !labelKeys.includes(by.key)) return labelNotKept(by.key, labelKeys)
        const answer = await answerer.costs(scope, monthAsked(month, now()), { policy, by })
        if (format === 'json') return json(answer)
        return csv(`costs-${answer.month}.csv`, costsCsv({ answer, region: region(), bytesPerGb }))
      },
    ),
    route(
      { path: '/reconciliation', rule: 'everything', summary: 'What was observed against what is billed, by day.' },
      reconciliationParameters,
      'Reconciliation',
      async query => {
        const days = daysAsked(query, now())
        if (!days.ok) return { kind: 'bad', bad: days.bad }
        const answer = await answerer.reconciliation(days.range)
        return query.format === 'json' ? json(answer) : csv('reconciliation.csv', reconciliationCsv(answer))
      },
    ),
  ]
}

function labelNotKept(key: string, kept: readonly string[]): Reply {
  const detail = `the label ${quoted(key)} is not kept: name it with --pod-labels, and it is from then on`
  const labels = kept.map(one => `label:${one}`)
  return { kind: 'bad', bad: { parameter: 'by', detail, allowed: ['namespace', 'workload', ...labels].join(', ') } }
}
