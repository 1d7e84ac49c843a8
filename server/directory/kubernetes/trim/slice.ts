import type { EndpointRecord, SliceRecord } from '../objects.ts'
import { addresses, exact, fields, flag, identityOf, items, portNumber, protocolNumber, type Raw, text } from './raw.ts'
import type { Trimming } from './trimming.ts'

/** An EndpointSlice of discovery.k8s.io/v1. @throws Error when it has no identity. */
export function trimSlice(raw: Raw, alike: Trimming): SliceRecord {
  const metadata = fields(raw.metadata)
  const labels = fields(metadata.labels)
  const hinted = new Map<string, readonly string[]>()
  return {
    ...identityOf(metadata),
    service: text(labels['kubernetes.io/service-name']),
    managedBy: text(labels['endpointslice.kubernetes.io/managed-by']),
    addressType: text(raw.addressType) ?? 'IPv4',
    endpoints: items(raw.endpoints).map(endpoint => endpointOf(endpoint, hinted, alike)),
    ports: items(raw.ports).flatMap(({ name, port, protocol }) => {
      const number = portNumber(port)
      return number === undefined ? [] : [{ name: text(name) ?? '', port: number, protocol: protocolNumber(protocol) }]
    }),
  }
}

/** @param hinted lists of hints by their text: a slice has a few, and each endpoint one of them. */
function endpointOf(endpoint: Raw, hinted: Map<string, readonly string[]>, alike: Trimming): EndpointRecord {
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
    pod: isPod ? { namespace: alike.name(text(target.namespace) ?? ''), name, uid } : undefined,
    node: alike.name(text(endpoint.nodeName)),
    zone: alike.name(text(endpoint.zone)),
    forZones: namesOf(hints.forZones, hinted),
    forNodes: namesOf(hints.forNodes, hinted),
  }
}

function namesOf(hints: unknown, hinted: Map<string, readonly string[]>): readonly string[] {
  const names = items(hints).flatMap(({ name }) => text(name) ?? [])
  const key = JSON.stringify(names)
  const known = hinted.get(key) ?? exact(names)
  hinted.set(key, known)
  return known
}
