import type { PairEnd, PairGroup } from '@weir/contract/queries.ts'
import type { SeriesEnd, SeriesKey } from '../store/series.ts'
import { hasService } from '../store/several-services.ts'

/** An end of a pair without its zones: what a grouping tells apart. */
export type EndIdentity = Omit<PairEnd, 'zones'>

/** Ends that live in no namespace are told apart by what they are. */
const outsideNamespaces = {
  pod: 'no namespace',
  service: 'no namespace',
  node: 'nodes',
  aws: 'AWS',
  subnet: 'subnets',
  internet: 'internet',
  unplaced: 'unplaced',
} as const satisfies { readonly [kind in SeriesEnd['kind']]: string }

export const endName = (end: Pick<SeriesEnd, 'kind' | 'name'>): string =>
  end.kind === 'internet' ? 'internet' : end.name

/** @param cluster where it is in another than its row. */
export function workloadEnd(end: Omit<SeriesEnd, 'zone'>, cluster?: string): EndIdentity {
  return {
    kind: end.kind,
    ...(cluster !== undefined && { cluster }),
    namespace: end.namespace,
    name: endName(end),
    ...(end.kind === 'pod' && { workload: { kind: end.workloadKind, name: end.name } }),
  }
}

/** The one Service the responder answered for, else its workload. */
export function serviceEnd(key: SeriesKey): EndIdentity {
  const { responderCluster: cluster } = key
  if (!hasService(key)) return workloadEnd(key.responder, cluster)
  const elsewhere = cluster !== undefined && { cluster }
  return { kind: 'service', ...elsewhere, namespace: key.serviceNamespace, name: key.serviceName }
}

export function namespaceEnd(end: EndIdentity): EndIdentity {
  if (end.kind === 'zone' || end.kind === 'namespace') return end
  const elsewhere = end.cluster !== undefined && { cluster: end.cluster }
  if (end.namespace === '') return { kind: end.kind, ...elsewhere, namespace: '', name: outsideNamespaces[end.kind] }
  return { kind: 'namespace', ...elsewhere, namespace: end.namespace, name: end.namespace }
}

export const zoneEnd = (label: string): EndIdentity => ({ kind: 'zone', namespace: '', name: label })

/** Who is at both ends of a series; by zone it is the hop's machines that count (catalogue.ts: ends). */
export function pairEnds(group: Exclude<PairGroup, 'zone'>, key: SeriesKey): readonly [EndIdentity, EndIdentity] {
  switch (group) {
    case 'service':
      return [workloadEnd(key.initiator), serviceEnd(key)]
    case 'workload':
      return [workloadEnd(key.initiator), workloadEnd(key.responder, key.responderCluster)]
    case 'namespace':
      return [namespaceEnd(workloadEnd(key.initiator)), namespaceEnd(serviceEnd(key))]
  }
}

/** Equal exactly when two ends are the same; part of a row's stable key. */
export function endText({ kind, cluster, namespace, name, workload }: EndIdentity): string {
  const text = workload === undefined ? `${kind}/${namespace}/${name}` : `${kind}/${namespace}/${workload.kind}/${name}`
  return cluster === undefined ? text : `${cluster}:${text}`
}
