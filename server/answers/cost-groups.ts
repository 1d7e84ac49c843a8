import type { CostRowKind } from '@weir/contract/cost-queries.ts'
import type { Workload } from '@weir/contract/peers.ts'
import type { Payer } from '../billing/payers.ts'
import type { FoldedDay } from './metered-days.ts'
import type { Scope } from './scope.ts'

/** What a row of a statement stands for. */
export interface CostGroup {
  readonly kind: CostRowKind
  /** '' for labels and remainders. */
  readonly cluster: string
  readonly namespace: string
  /** Namespace, workload, the label's value ('' where a workload has none), or what a remainder is. */
  readonly name: string
  readonly workload?: Workload
  /** Paid by somebody the viewer may not see: counted, and not shown. */
  readonly isHidden: boolean
}

/** Gives groups numbers from 0, the same number to the same group; all that are hidden are one. */
export class CostGroups {
  readonly groups: CostGroup[] = []
  readonly #numbers = new Map<string, number>()

  number(group: CostGroup): number {
    const { kind, cluster, namespace, name, workload, isHidden } = group
    const text = isHidden ? '' : [kind, cluster, namespace, workload?.kind ?? '', name].join('\u0000')
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    const number = this.groups.push(group) - 1
    this.#numbers.set(text, number)
    return number
  }
}

const hidden: CostGroup = { kind: 'remainder', cluster: '', namespace: '', name: '', isHidden: true }

/** The group that a payer is in. Namespaces beyond the scope, and what nobody pays for, are hidden from who has one. */
export function groupOf(payer: Payer, by: 'namespace' | 'workload', scope: Scope): CostGroup {
  if (payer.kind === 'remainder')
    return scope === 'all'
      ? { kind: 'remainder', cluster: '', namespace: '', name: payer.name, isHidden: false }
      : hidden
  const { cluster, end } = payer
  const { namespace } = end
  if (scope !== 'all' && !scope.has(namespace)) return hidden
  if (by === 'namespace') return { kind: 'namespace', cluster, namespace, name: namespace, isHidden: false }
  const workload = { kind: end.kind === 'service' ? 'Service' : end.workloadKind, name: end.name }
  return { kind: 'workload', cluster, namespace, name: end.name, workload, isHidden: false }
}

/** A label's value of a workload on a day; undefined where it has none. */
export type LabelOf = (
  of: { readonly cluster: string; readonly namespace: string; readonly workload: Workload },
  day: FoldedDay['day'],
) => string | undefined

/**
 * Days by workload as days by a label's values: what a workload pays on a day goes to the value it has then. Workloads
 * without the label are one group without a name; sums stay.
 */
export function byLabel(
  days: readonly FoldedDay[],
  groups: readonly CostGroup[],
  labelOf: LabelOf,
): { readonly days: readonly FoldedDay[]; readonly groups: readonly CostGroup[] } {
  const values = new CostGroups()
  const numbers = days.map(({ day }) =>
    groups.map(group => {
      const { cluster, namespace, workload, isHidden } = group
      if (isHidden || workload === undefined) return values.number(group)
      const name = labelOf({ cluster, namespace, workload }, day) ?? ''
      return values.number({ kind: 'label', cluster: '', namespace: '', name, isHidden: false })
    }),
  )
  const count = values.groups.length
  return {
    groups: values.groups,
    days: days.map((day, i) => ({
      ...day,
      metered: {
        'inter-zone': regroup(day.metered['inter-zone'], numbers[i] ?? [], count),
        peering: regroup(day.metered.peering, numbers[i] ?? [], count),
      },
    })),
  }
}

function regroup(bytes: Float64Array, numbers: readonly number[], count: number): Float64Array {
  const sums = new Float64Array(count)
  for (const [from, to] of numbers.entries()) sums[to] = (sums[to] ?? 0) + (bytes[from] ?? 0)
  return sums
}
