import type { EndpointRecord } from '../../directory/kubernetes/objects.ts'
import { type Moved, withShareAfter } from './candidate.ts'
import { clientsByZone, type ServiceView } from './cluster-view.ts'
import { loadFactor, sendsOf, shareLeaving, zonesOf } from './sends.ts'
import { crossBytes, type Stream, total } from './stream.ts'

/** What a Service's traffic does once it has these endpoints, with these hints. */
export interface Steered {
  readonly moved: readonly Moved[]
  readonly loadFactor: number | null
}

/** Hops within the region of which both zones are known: what routing can be held to. */
export const routable = (streams: readonly Stream[]): Stream[] =>
  streams.filter(({ near, crossing }) => near !== '' && (crossing === 'same-zone' || crossing === 'cross-zone'))

export function steer(streams: readonly Stream[], endpoints: readonly EndpointRecord[]): Steered {
  const sends = sendsOf(endpoints)
  const used = routable(streams)
  return {
    moved: used.map(stream => withShareAfter(stream, shareLeaving(sends, stream.near))),
    loadFactor: loadFactor(sends, clientsByZone(used), zonesOf(endpoints)),
  }
}

/** Traffic that kube-proxy sends across zones now, and would not have to. */
export const crossesBySteering = ({ steered, endpoints, record }: ServiceView): boolean =>
  endpoints.length > 0 && record.internalTrafficPolicy !== 'Local' && total(steered, crossBytes) > 0

/** Of the Service's steered traffic, the share that crosses. */
export const measuredShare = ({ steered }: ServiceView): number => {
  const used = routable(steered)
  const bytes = total(used, ({ wireBytes }) => wireBytes)
  return bytes === 0 ? 0 : total(used, crossBytes) / bytes
}
