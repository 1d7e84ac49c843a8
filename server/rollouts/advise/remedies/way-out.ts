import { sidesOf } from '../../../pricing/billed-sides.ts'
import type { ClusterView } from '../cluster-view.ts'
import { isCrossing, type Stream } from '../stream.ts'
import type { FarWay } from './far-ways.ts'

/** Hops of a zone's machines to a NAT gateway in another zone, as flow logs or route tables tell of them. */
export interface WayOut {
  readonly hops: readonly Stream[]
  readonly isMeasured: boolean
}

export function wayOut(view: ClusterView, way: FarWay): WayOut {
  const measured = view.streams.filter(stream => isCrossing(stream) && isToGateway(stream, way))
  if (measured.length > 0) return { hops: measured, isMeasured: true }
  return { hops: byRouteTables(view, way), isMeasured: false }
}

/** Hops between the zone's machines and the gateway, whoever opened them. */
function isToGateway({ key, near, far }: Stream, { gateways, zone }: FarWay): boolean {
  const isGateway = ({ kind, name }: Stream['key']['initiator']) => kind === 'aws' && gateways.includes(name)
  return (isGateway(key.responder) && near === zone) || (isGateway(key.initiator) && far === zone)
}

/** What the zone's pods and nodes exchange with the internet must have gone there. Only where none of them goes elsewhere. */
const byRouteTables = (view: ClusterView, way: FarWay): Stream[] =>
  way.isAll ? outOf(view, way).map(stream => hopOf(view, stream, way)) : []

/** Streams to the internet that the zone's pods and nodes opened, but what has a gateway endpoint of its own. */
export function outOf(
  { streams }: ClusterView,
  { routed, vpc, zone }: Pick<FarWay, 'routed' | 'vpc' | 'zone'>,
): Stream[] {
  return streams.filter(({ key, near, crossing }) => {
    const { kind, vpc: at = vpc.vpc } = key.initiator
    const isOurs = (kind === 'pod' || kind === 'node') && near === zone && at === vpc.vpc
    const isOut = key.responder.kind === 'internet' && crossing === 'internet' && key.leg === 'direct'
    return isOurs && isOut && !routed.some(service => service === key.responder.name)
  })
}

/** The same hop for everybody who asks: two remedies that move it must see that. */
function hopOf({ book }: ClusterView, stream: Stream, { gatewayZone }: FarWay): Stream {
  const known = hops.get(stream)
  if (known !== undefined) return known
  const hop: Stream = { ...stream, far: gatewayZone, crossing: 'cross-zone', sides: sidesOf('NAT gateway', book) }
  hops.set(stream, hop)
  return hop
}

const hops = new WeakMap<Stream, Stream>()
