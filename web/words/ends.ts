import type { PairEnd, PairGroup, PairRow } from '@weir/contract/queries.ts'
import type { Chip } from '../filters.ts'

/** What an end is called, and what stands in small print under it. */
export interface EndWords {
  readonly title: string
  readonly detail: string
}

export function endWords(end: PairEnd): EndWords {
  switch (end.kind) {
    case 'pod':
    case 'service':
      return { title: end.name, detail: end.namespace }
    case 'node':
      return { title: end.name, detail: 'node' }
    case 'aws':
      return { title: end.name, detail: 'AWS' }
    case 'subnet':
      return { title: end.name, detail: 'subnet, owner unknown' }
    case 'internet':
      return { title: 'internet', detail: '' }
    case 'unplaced':
      return { title: 'unplaced', detail: end.name }
    case 'zone':
    case 'namespace':
      return { title: end.name === '' ? `no ${end.kind}` : end.name, detail: '' }
  }
}

/** Whether the rows are of several clusters, or lead from one to another. */
export const areSeveral = (rows: readonly PairRow[]): boolean =>
  new Set(rows.flatMap(row => [row.cluster, clusterOf(row, row.responder)])).size > 1

/** The cluster an end is in; the internet is in none. */
export const clusterOf = (row: PairRow, end: PairEnd): string =>
  end.kind === 'internet' ? row.cluster : (end.cluster ?? row.cluster)

/** The filter that keeps the rows with this end on this side; undefined where the filters have no word for it (“nodes”). */
export function chipFor(end: PairEnd, side: 'initiator' | 'responder', group: PairGroup): Chip | undefined {
  if (end.name === '' || (group === 'namespace' && end.kind !== 'namespace')) return undefined
  const include = { value: end.name, exclude: false }
  if (end.kind === 'zone') return { field: 'zone', ...include }
  if (end.kind === 'namespace')
    return { field: side === 'initiator' ? 'initiatorNamespace' : 'responderNamespace', ...include }
  return { field: side, ...include }
}

/** "us-east-1a", "us-east-1a, us-east-1b", "3 zones"; nothing known: "zone not known". */
export function zonesWords(zones: readonly string[]): string {
  if (zones.length === 0) return 'zone not known'
  return zones.length > 2 ? `${zones.length} zones` : zones.toSorted().join(', ')
}
