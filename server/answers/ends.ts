import type { PairEnd, PairGroup } from '@weir/contract/queries.ts'
import type { SeriesEnd, SeriesKey } from '../store/series.ts'

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

export const endName = (end: SeriesEnd): string => (end.kind === 'internet' ? 'internet' : end.name)

export function workloadEnd(end: SeriesEnd): EndIdentity {
  return {
    kind: end.kind,
    namespace: end.namespace,
    name: endName(end),
    ...(end.kind === 'pod' && { workload: { kind: end.workloadKind, name: end.name } }),
  }
}

/** The Service the responder answered for, else its workload. */
export function serviceEnd(key: SeriesKey): EndIdentity {
  if (key.serviceName === '') return workloadEnd(key.responder)
  return { kind: 'service', namespace: key.serviceNamespace, name: key.serviceName }
}

export function namespaceEnd(end: EndIdentity): EndIdentity {
  if (end.kind === 'zone' || end.kind === 'namespace') return end
  if (end.namespace === '') return { kind: end.kind, namespace: '', name: outsideNamespaces[end.kind] }
  return { kind: 'namespace', namespace: end.namespace, name: end.namespace }
}

export const zoneEnd = (label: string): EndIdentity => ({ kind: 'zone', namespace: '', name: label })

/** Who is at both ends of a series under a grouping. Zones are those of the hop's machines, so that a row has one crossing. */
export function pairEnds(
  group: PairGroup,
  key: SeriesKey,
  nearZone: string,
  farZone: string,
): readonly [EndIdentity, EndIdentity] {
  switch (group) {
    case 'service':
      return [workloadEnd(key.initiator), serviceEnd(key)]
    case 'workload':
      return [workloadEnd(key.initiator), workloadEnd(key.responder)]
    case 'namespace':
      return [namespaceEnd(workloadEnd(key.initiator)), namespaceEnd(serviceEnd(key))]
    case 'zone':
      return [zoneEnd(nearZone), zoneEnd(farZone)]
  }
}

/** Equal exactly when two ends are the same; part of a row's stable key. */
export const endText = (end: EndIdentity): string =>
  [end.kind, end.namespace, ...(end.workload === undefined ? [] : [end.workload.kind]), end.name].join('/')
