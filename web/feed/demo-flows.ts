import type { FlowEnd, FlowRow, PairEnd } from '@weir/contract/queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { DemoSum } from './demo-sums.ts'

const WINDOW_MS = 10_000

/** The newest hops, one a stream; addresses are made up from the stream's number (TEST-NET ranges of RFC 5737). */
export function demoFlows(sums: readonly DemoSum[], to: number, limit: number): FlowRow[] {
  return sums.slice(0, limit).map(({ stream, toResponder, toInitiator, connections }) => ({
    from: epochMs(to - WINDOW_MS),
    to: epochMs(to),
    node: `node-${stream.from}`,
    role: 'primary',
    leg: 'direct',
    dialled: stream.responder.kind === 'service' ? 'cluster-ip' : 'direct',
    protocol: 6,
    port: 8080,
    initiator: endOf(stream.initiator, `192.0.2.${(stream.index % 250) + 1}`, stream.from),
    responder: endOf(stream.responder, `198.51.100.${(stream.index % 250) + 1}`, stream.to),
    via: null,
    service:
      stream.responder.kind === 'service'
        ? { namespace: stream.responder.namespace, name: stream.responder.name }
        : null,
    crossing: stream.crossing,
    ...(stream.crossing === 'unknown' && { why: 'end unplaced' as const }),
    bytesToResponder: toResponder,
    bytesToInitiator: toInitiator,
    wireToResponder: toResponder,
    wireToInitiator: toInitiator,
    connections,
  }))
}

function endOf(end: Omit<PairEnd, 'zones'>, address: string, zone: string): FlowEnd {
  const place = zone.startsWith('us-') ? zone : null
  switch (end.kind) {
    case 'internet':
      return { address: '203.0.113.9', peer: { kind: 'internet' }, zone: null }
    case 'unplaced':
      return { address, peer: { kind: 'unplaced', reason: 'never listed' }, zone: null }
    case 'node':
      return { address, peer: { kind: 'node', name: end.name }, zone: place }
    default: {
      const { namespace, name } = end
      const workload = { kind: 'Deployment', name }
      return { address, peer: { kind: 'pod', namespace, name: `${name}-0`, workload, hostNetwork: false }, zone: place }
    }
  }
}
