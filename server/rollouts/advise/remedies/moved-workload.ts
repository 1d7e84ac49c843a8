import type { Moved } from '../candidate.ts'
import { type ClusterView, isSteered, type ServiceView, serviceKey } from '../cluster-view.ts'
import { sendsOf, shareLeaving } from '../sends.ts'
import type { Stream } from '../stream.ts'

export type End = Stream['key']['initiator']

/** What crosses once all pods of some workloads are in one zone, and their partners where they are. */
export function workloadsMovedTo(
  view: ClusterView,
  streams: readonly Stream[],
  zone: string,
  isOwn: (end: End) => boolean,
): Moved[] {
  return streams.map(stream => {
    const { key, sides, wireBytes } = stream
    const service = view.byService.get(serviceKey(key.serviceNamespace, key.serviceName))
    const crossAfter = wireBytes * shareAfter(stream, zone, isOwn, service)
    return { stream, crossAfter, billedAfter: crossAfter * sides }
  })
}

function shareAfter(
  stream: Stream,
  zone: string,
  isOwn: (end: End) => boolean,
  service: ServiceView | undefined,
): number {
  const { key, far, near } = stream
  if (!isOwn(key.initiator)) return near === zone ? 0 : 1
  if (isOwn(key.responder)) return 0
  if (service !== undefined && isSteered(service.record, stream)) return shareLeaving(sendsOf(service.endpoints), zone)
  return far === zone ? 0 : 1
}
