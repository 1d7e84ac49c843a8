import type { HostPort, PodPort, PodRecord } from '../objects.ts'
import { controllerOf } from './owner.ts'
import {
  addresses,
  exact,
  fields,
  identityOf,
  items,
  moment,
  portNumber,
  protocolNumber,
  type Raw,
  text,
  texts,
} from './raw.ts'
import { spreadOf } from './spread.ts'
import type { Trimming } from './trimming.ts'

/** Set by the Fargate scheduler's admission webhook on every pod it takes (EKS user guide, "Fargate profiles"). */
const FARGATE_PROFILE = 'eks.amazonaws.com/fargate-profile'
/** Written by Multus and other meta plugins: "Kubernetes Network Custom Resource Definition De-facto Standard" 4.1.2. */
const NETWORK_STATUS = 'k8s.v1.cni.cncf.io/network-status'
const TEMPLATE_HASH = 'pod-template-hash'

/** @throws Error when it has no identity. */
export function trimPod(raw: Raw, alike: Trimming): PodRecord {
  const metadata = fields(raw.metadata)
  const spec = fields(raw.spec)
  const status = fields(raw.status)
  const labels = fields(metadata.labels)
  const containers = containersOf(spec)
  const { uid, namespace, name } = identityOf(metadata)
  const owner = controllerOf(metadata)
  // Without a spread, which would keep most fields in an object of their own.
  return {
    uid,
    namespace: alike.name(namespace),
    name,
    node: alike.name(text(spec.nodeName)),
    addresses: addresses([
      status.podIP,
      ...items(status.podIPs).map(({ ip }) => ip),
      ...secondaryAddresses(fields(metadata.annotations)[NETWORK_STATUS]),
    ]),
    ended: status.phase === 'Succeeded' || status.phase === 'Failed',
    terminating: metadata.deletionTimestamp !== undefined,
    hostNetwork: spec.hostNetwork === true,
    ports: alike.ports.of(exact(portsOf(containers))),
    hostPorts: spec.hostNetwork === true ? [] : exact(hostPortsOf(containers)),
    owner: owner && alike.owners.of(owner),
    labels: alike.labels.of(chosen(labels, [TEMPLATE_HASH, ...alike.labelKeys])),
    startedAt: moment(status.startTime),
    fargate: FARGATE_PROFILE in labels,
    spread: spreadOf(spec.topologySpreadConstraints),
  }
}

/** Those that run beside each other: init containers only where they stay (sidecars, `restartPolicy: Always`). */
function containersOf(spec: Raw): readonly Raw[] {
  const sidecars = items(spec.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [...items(spec.containers), ...sidecars]
}

function portsOf(containers: readonly Raw[]): PodPort[] {
  return containers.flatMap(({ ports }) =>
    items(ports).flatMap(({ containerPort, protocol }) => {
      const port = portNumber(containerPort)
      return port === undefined ? [] : [{ port, protocol: protocolNumber(protocol) }]
    }),
  )
}

function hostPortsOf(containers: readonly Raw[]): HostPort[] {
  return containers.flatMap(({ ports }) =>
    items(ports).flatMap(({ hostPort, containerPort, protocol }) => {
      const port = portNumber(hostPort)
      const inside = portNumber(containerPort)
      if (port === undefined || inside === undefined) return []
      return [{ port, protocol: protocolNumber(protocol), containerPort: inside }]
    }),
  )
}

function chosen(labels: Raw, keys: readonly string[]): { [key: string]: string } {
  const kept: { [key: string]: string } = {}
  for (const key of keys) {
    const value = labels[key]
    if (typeof value === 'string') kept[key] = value
  }
  return kept
}

/** A status that is no JSON tells nothing: it is a note for people, written by whoever made the network. */
function secondaryAddresses(status: unknown): string[] {
  if (typeof status !== 'string') return []
  try {
    return items(JSON.parse(status)).flatMap(({ ips }) => texts(ips))
  } catch {
    return []
  }
}
