import type { CostPolicy } from '@weir/contract/cost-queries.ts'
import type { Metering } from '../billing/metering.ts'
import { causeOf, payersOf } from '../billing/payers.ts'
import { chargesOf } from '../billing/policy.ts'
import type { SeriesId } from '../store/series.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { CostGroups, groupOf } from './cost-groups.ts'
import type { SeriesShare } from './metered-days.ts'
import type { Scope } from './scope.ts'

export type MeteringOf = (series: SeriesId) => Metering

/** Who pays for each series under a policy; the groups are numbered as they turn up. */
export function sharesByPayer(
  catalogue: SeriesCatalogue,
  meteringOf: MeteringOf,
  { policy, by, scope }: { readonly policy: CostPolicy; readonly by: 'namespace' | 'workload'; readonly scope: Scope },
): { readonly shareOf: (series: SeriesId) => SeriesShare; readonly groups: CostGroups } {
  const groups = new CostGroups()
  const shareOf = (series: SeriesId): SeriesShare => {
    const metering = meteringOf(series)
    if (metering.kind !== 'billed') return metering
    const { initiator, responder } = chargesOf(policy, metering.sides)
    const [a, b] = payersOf(catalogue.key(series))
    const numbers = [groups.number(groupOf(a, by, scope)), groups.number(groupOf(b, by, scope))] as const
    return { ...metering, groups: numbers, charges: [initiator, responder] }
  }
  return { shareOf, groups }
}

/** What stands at the ends of each series; `causes` fills as they turn up. */
export function sharesByCause(
  catalogue: SeriesCatalogue,
  meteringOf: MeteringOf,
): { readonly shareOf: (series: SeriesId) => SeriesShare; readonly causes: readonly string[] } {
  const causes: string[] = []
  const shareOf = (series: SeriesId): SeriesShare => {
    const metering = meteringOf(series)
    if (metering.kind !== 'billed') return metering
    const { initiator, responder } = catalogue.key(series)
    const cause = causeOf(initiator, responder)
    if (!causes.includes(cause)) causes.push(cause)
    const number = causes.indexOf(cause)
    const { initiator: charge, responder: nothing } = chargesOf('initiator', metering.sides)
    return { ...metering, groups: [number, number], charges: [charge, nothing] }
  }
  return { shareOf, causes }
}
