import type { EndpointRecord, SliceRecord } from '../objects.ts'
import { addresses, fields, flag, identityOf, items, portNumber, protocolNumber, type Raw, text } from './raw.ts'

/** An EndpointSlice of discovery.k8s.io/v1. @throws Error when it has no identity. */
export function trimSlice(raw: Raw): SliceRecord {
  const metadata = fields(raw.metadata)
  const labels = fields(metadata.labels)
  return {
    ...identityOf(metadata),
    service: text(labels['kubernetes.io/service-name']),
    managedBy: text(labels['endpointslice.kubernetes.io/managed-by']),
    addressType: text(raw.addressType) ?? 'IPv4',
    endpoints: items(raw.endpoints).map(endpointOf),
    ports: items(raw.ports).flatMap(({ name, port, protocol }) => {
      const number = portNumber(port)
      return number === undefined ? [] : [{ name: text(name) ?? '', port: number, protocol: protocolNumber(protocol) }]
    }),
  }
}

function endpointOf(endpoint: Raw): EndpointRecord {
  const conditions = fields(endpoint.conditions)
  const hints = fields(endpoint.hints)
  const target = fields(endpoint.targetRef)
  const [uid, name] = [text(target.uid), text(target.name)]
  const isPod = target.kind === 'Pod' && uid !== undefined && name !== undefined
  return {
    addresses: addresses(Array.isArray(endpoint.addresses) ? endpoint.addresses : []),
    ready: flag(conditions.ready),
    serving: flag(conditions.serving),
    terminating: flag(conditions.terminating),
    pod: isPod ? { namespace: text(target.namespace) ?? '', name, uid } : undefined,
    node: text(endpoint.nodeName),
    zone: text(endpoint.zone),
    forZones: items(hints.forZones).flatMap(({ name: zone }) => text(zone) ?? []),
    forNodes: items(hints.forNodes).flatMap(({ name: node }) => text(node) ?? []),
  }
}
