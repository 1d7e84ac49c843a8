import type { SeriesEnd, SeriesKey } from '../series.ts'

/**
 * Text that is equal exactly when two series share a lane: what a statement and a matrix need, and no more. A lane has
 * no Service, port, generation, via name or workload name; the names of AWS things and of unplaced reasons stay,
 * because they decide what is billed and what is shown as its own row.
 */
export function laneText(key: SeriesKey): string {
  const end = (e: SeriesEnd) => [
    e.kind,
    e.namespace,
    e.kind === 'aws' || e.kind === 'unplaced' ? e.name : '',
    e.kind === 'aws' ? e.workloadKind : '',
    e.zone,
    e.vpc ?? '',
  ]
  return [
    key.cluster,
    ...end(key.initiator),
    ...end(key.responder),
    key.dialled,
    key.leg,
    key.viaZone,
    key.protocol,
    key.basis,
    key.responderCluster ?? '',
  ].join('\u0000')
}
