import { unreachable } from '@weir/contract/units.ts'
import type { SeriesEnd } from '../store/series.ts'

/** Who pays: something of a cluster, or, where neither end of a hop is, a remainder named after the two. */
export type Payer =
  | { readonly kind: 'end'; readonly cluster: string; readonly end: SeriesEnd }
  | { readonly kind: 'remainder'; readonly name: string }

/** Pods, and Services that could not be seen through: what a namespace can be asked to pay for. */
export const isWorkload = ({ kind }: Pick<SeriesEnd, 'kind'>): boolean => kind === 'pod' || kind === 'service'

/** What an end is that is no workload, in the words of billing: "RDS", "nodes", "unplaced: gone". */
export function thingOf({ kind, name, workloadKind }: SeriesEnd): string {
  switch (kind) {
    case 'pod':
    case 'service':
      return WORKLOADS
    case 'node':
      return 'nodes'
    case 'aws':
      return workloadKind === '' ? 'other interface' : workloadKind
    case 'subnet':
      return 'machines outside the cluster'
    case 'internet':
      return 'internet'
    case 'unplaced':
      return `unplaced: ${name}`
    default:
      return unreachable(kind)
  }
}

export const WORKLOADS = 'workloads'

/**
 * What a hop is called by: what its ends are that is no workload, either way round ("EKS control plane ↔ nodes"); with two
 * workloads, "workloads". A row of the reconciliation, and of the statement where nobody else can pay.
 */
export function causeOf(initiator: SeriesEnd, responder: SeriesEnd): string {
  const things = [thingOf(initiator), thingOf(responder)].filter(thing => thing !== WORKLOADS)
  const told = [...new Set(things)].sort()
  return told.length === 0 ? WORKLOADS : told.join(' ↔ ')
}

/**
 * Who pays what is charged to the initiator, and to the responder: an end that is no workload passes its share to the
 * other one. A node in between is neither: the hop's payers are those who talk through it.
 */
export function payersOf(ends: {
  readonly cluster: string
  readonly responderCluster?: string
  readonly initiator: SeriesEnd
  readonly responder: SeriesEnd
}): readonly [ofInitiator: Payer, ofResponder: Payer] {
  const { cluster, responderCluster, initiator, responder } = ends
  const a: Payer = { kind: 'end', cluster, end: initiator }
  const b: Payer = { kind: 'end', cluster: responderCluster ?? cluster, end: responder }
  const [aPays, bPays] = [isWorkload(initiator), isWorkload(responder)]
  if (aPays || bPays) return [aPays ? a : b, bPays ? b : a]
  const remainder: Payer = { kind: 'remainder', name: causeOf(initiator, responder) }
  return [remainder, remainder]
}
