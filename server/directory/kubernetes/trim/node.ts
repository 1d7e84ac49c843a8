import type { NodeRecord } from '../objects.ts'
import { addresses, fields, identityOf, items, type Raw, text } from './raw.ts'

/** @throws Error when it has no identity. */
export function trimNode(raw: Raw): NodeRecord {
  const metadata = fields(raw.metadata)
  const status = fields(raw.status)
  const labels = fields(metadata.labels)
  const { uid, name } = identityOf(metadata)
  const zoneLabel = text(labels['topology.kubernetes.io/zone'])
  const zoneName =
    zoneLabel ??
    text(labels['failure-domain.beta.kubernetes.io/zone']) ??
    zoneOfProvider(text(fields(raw.spec).providerID))
  return {
    uid,
    name,
    addresses: addresses(
      items(status.addresses)
        .filter(({ type }) => type === 'InternalIP')
        .map(({ address }) => address),
    ),
    zoneName,
    zoneLabel,
    zoneId: text(labels['topology.k8s.aws/zone-id']),
    region:
      text(labels['topology.kubernetes.io/region']) ??
      text(labels['failure-domain.beta.kubernetes.io/region']) ??
      regionOf(zoneName),
    ready: items(status.conditions).some(each => each.type === 'Ready' && each.status === 'True'),
    allocatableMilliCpu: milliCpu(fields(status.allocatable).cpu),
    controlPlane: 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels,
    fargate: labels['eks.amazonaws.com/compute-type'] === 'fargate',
  }
}

/** `aws:///us-east-1a/i-0abc…`, also with more parts after the zone (Fargate). */
const zoneOfProvider = (providerId: string | undefined): string | undefined =>
  /^aws:\/\/\/([^/]+)\//.exec(providerId ?? '')?.[1]

/** us-east-1 of us-east-1a, and of the Local Zone us-east-1-bos-1a. */
const regionOf = (zone: string | undefined): string | undefined => /^[a-z]+(-[a-z]+)+-\d+/.exec(zone ?? '')?.[0]

/** A quantity of CPUs: `3920m`, `4`, `1.5`; what is none of these counts as 0. */
function milliCpu(quantity: unknown): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(quantity ?? ''))
  if (match === null) return 0
  return Math.floor(Number(match[1]) * (match[2] === 'm' ? 1 : 1_000))
}
