import type { StructuralReason } from '@weir/contract/advice-queries.ts'
import { type ClusterView, isSteered, type ServiceView, serviceKey } from './cluster-view.ts'
import { perZone } from './in-words.ts'
import { billedBytes, crossBytes, isCrossing, type Stream } from './stream.ts'

/** Crossings that no remedy moves, by what they are and whose. */
export interface Structural {
  readonly subject: string
  readonly namespace: string
  readonly reason: StructuralReason
  readonly why: string
  readonly crossBytes: number
  readonly billedBytes: number
}

type Told = Pick<Structural, 'subject' | 'namespace' | 'reason' | 'why'>

/** Every crossing stream that is not among the moved ones is in exactly one of these. */
export function structuralOf(view: ClusterView, isMoved: (stream: Stream) => boolean): Structural[] {
  const found = new Map<string, Structural>()
  for (const stream of view.streams) {
    if (!isCrossing(stream) || isMoved(stream)) continue
    const told = tellOf(stream, view.byService)
    const key = `${told.reason} ${told.subject}`
    const known = found.get(key) ?? { ...told, crossBytes: 0, billedBytes: 0 }
    found.set(key, {
      ...known,
      crossBytes: known.crossBytes + crossBytes(stream),
      billedBytes: known.billedBytes + billedBytes(stream),
    })
  }
  return [...found.values()]
}

function tellOf(stream: Stream, services: ReadonlyMap<string, ServiceView>): Told {
  const { initiator, responder } = stream.key
  const outside = [responder, initiator].find(({ kind }) => kind === 'aws')
  if (initiator.kind === 'unplaced' || responder.kind === 'unplaced')
    return told(stream, 'not placed', 'who is at one of its ends is not known')
  if (outside !== undefined) return ofThing(stream, outside.workloadKind, outside.name)
  const service = services.get(serviceKey(stream.key.serviceNamespace, stream.key.serviceName))
  if (service !== undefined) return ofService(stream, service)
  if (initiator.kind === 'node' || responder.kind === 'node')
    return told(
      stream,
      'node traffic',
      'a node itself is at one end: kubelet, agents on the host network, or an overlay',
    )
  if (responder.kind === 'pod') return told(stream, 'direct to pods', 'dialled by pod address: no Service chooses')
  return told(stream, 'other', 'nothing in the settings of the cluster would move it')
}

function ofThing(stream: Stream, thing: string, name: string): Told {
  const subject = name === '' ? thing : `${thing} ${name}`
  const told = { subject, namespace: '' }
  if (thing === 'EKS control plane')
    return {
      ...told,
      reason: 'control plane',
      why: 'the API servers’ interfaces are where EKS put them; fewer watches and scrapes are what helps',
    }
  if (thing === 'NAT gateway')
    return {
      ...told,
      reason: 'way to the internet',
      why: 'no subnet is known that a gateway of the zone could stand in, or the route tables are not',
    }
  const free = stream.sides === 0 ? '; AWS does not bill it' : ''
  return { ...told, reason: 'managed by AWS', why: `it is in its zone, and its clients are in others${free}` }
}

function ofService(stream: Stream, { asked, byZone, name, namespace, record }: ServiceView): Told {
  const told = { subject: `${namespace}/${name}`, namespace }
  if (record.clusterIps.length === 0)
    return {
      ...told,
      reason: 'headless',
      why: 'clients choose among its addresses: many can be told their zone (rack awareness, followers to read from)',
    }
  if (!isSteered(record, stream))
    return { ...told, reason: 'direct to pods', why: 'dialled by pod address: no Service chooses' }
  if (asked.preference !== 'none')
    return {
      ...told,
      reason: 'already routed',
      why: `${asked.from}; what is left is where no endpoint is (${perZone(byZone)}), or was opened before`,
    }
  if (byZone.size <= 1)
    return { ...told, reason: 'one zone only', why: `all that answers is in one zone: ${perZone(byZone)}` }
  return { ...told, reason: 'other', why: 'routing would save too little to be worth a change' }
}

function told({ key }: Stream, reason: StructuralReason, why: string): Told {
  const { initiator, responder } = key
  const name = (end: Stream['key']['initiator']) =>
    end.kind === 'node' ? 'nodes' : end.namespace === '' ? end.name : `${end.namespace}/${end.name}`
  const namespace = responder.namespace || initiator.namespace
  return { subject: `${name(initiator)} → ${name(responder)}`, namespace, reason, why }
}
