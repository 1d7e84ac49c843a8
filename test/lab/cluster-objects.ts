import type { Plural } from '../kubernetes-api/kinds.ts'
import type { KubernetesObject } from '../kubernetes-api/object-store.ts'
import { nodeAddresses, podAddresses, serviceAddresses } from './addresses.ts'
import type { Whereabouts } from './directory-file.ts'
import { hintedZones } from './hints.ts'
import { backendsOf, type Layout, nodeOf, type PodSpec, type ServiceSpec, zoneOf } from './layout.ts'

type Listed = readonly [resource: Plural, object: KubernetesObject]

const STARTED = '2026-11-01T08:00:00Z'
/** What the Deployment controller and the CronJob controller append to names. */
const HASH = '6d4cf56db6'
const RUN = '29384720'
const protocols = ['TCP', 'UDP'] as const

/** The lab as a cluster would show it to the server's Kubernetes directory: what directoryDocument says, in objects. */
export function clusterObjects(layout: Layout, moved: Whereabouts = new Map()): Listed[] {
  return [
    ...layout.nodes.map(node => nodeObject(layout, node.key)),
    ...owners(layout),
    ...layout.pods.map(pod => podObject(layout, pod, moved)),
    ...layout.services.flatMap(service => [serviceObject(service), ...slices(layout, service, moved)]),
  ]
}

function nodeObject(layout: Layout, key: string): Listed {
  const node = nodeOf(layout, key)
  const zone = zoneOf(layout, node)
  const addresses = Object.values(nodeAddresses(layout, node)).map(address => ({ type: 'InternalIP', address }))
  const labels = {
    'topology.kubernetes.io/zone': zone.name,
    'topology.kubernetes.io/region': zone.region,
    'topology.k8s.aws/zone-id': zone.id,
  }
  const status = {
    addresses: [...addresses, { type: 'Hostname', address: node.name }],
    allocatable: { cpu: '2' },
    conditions: [{ type: 'Ready', status: 'True' }],
  }
  return ['nodes', { metadata: { name: node.name, uid: `node-${node.name}`, labels }, spec: {}, status }]
}

/** ReplicaSets and Jobs: pods name them, they name the workload. */
function owners(layout: Layout): Listed[] {
  const made = new Map<string, Listed>()
  for (const { namespace, workload } of layout.pods) {
    const between = ownedBetween(workload)
    if (between === undefined) continue
    const { resource, kind, name } = between
    const metadata = { name, namespace, uid: `${kind}-${name}`, ownerReferences: [reference(workload)] }
    made.set(name, [resource, { metadata }])
  }
  return [...made.values()]
}

function ownedBetween({ kind, name }: PodSpec['workload']) {
  if (kind === 'Deployment') return { resource: 'replicasets', kind: 'ReplicaSet', name: `${name}-${HASH}` } as const
  if (kind === 'CronJob') return { resource: 'jobs', kind: 'Job', name: `${name}-${RUN}` } as const
  return undefined
}

const reference = ({ kind, name }: { readonly kind: string; readonly name: string }) => ({
  apiVersion: kind === 'CronJob' || kind === 'Job' ? 'batch/v1' : 'apps/v1',
  kind,
  name,
  uid: `${kind}-${name}`,
  controller: true,
})

function podObject(layout: Layout, pod: PodSpec, moved: Whereabouts): Listed {
  const { name, namespace, workload, port } = pod
  const hashed = workload.kind === 'Deployment' ? { 'pod-template-hash': HASH } : {}
  const metadata = {
    name,
    namespace,
    uid: podUid(layout, pod, moved),
    labels: { 'app.kubernetes.io/name': workload.name, ...hashed },
    ownerReferences: [reference(ownedBetween(workload) ?? workload)],
  }
  const ports = protocols.map(protocol => ({ containerPort: port, protocol }))
  const spec = {
    nodeName: nodeOf(layout, moved.get(name) ?? pod.node).name,
    ...(pod.hostNetwork === true && { hostNetwork: true }),
    containers: [{ name: 'main', image: 'lab', ports }],
  }
  const status = {
    phase: 'Running',
    ...(moved.has(name) ? {} : { startTime: STARTED }),
    podIPs: Object.values(podAddresses(layout, pod)).map(ip => ({ ip })),
  }
  return ['pods', { metadata, spec, status }]
}

/** A pod that moves is a new pod with the old one's name and address. */
const podUid = (layout: Layout, pod: PodSpec, moved: Whereabouts): string =>
  `pod-${pod.name}-${nodeOf(layout, moved.get(pod.name) ?? pod.node).name}`

function serviceObject(service: ServiceSpec): Listed {
  const { name, namespace, port, targetPort, nodePort, topologyMode, trafficDistribution, workload } = service
  const annotations = topologyMode && { 'service.kubernetes.io/topology-mode': topologyMode }
  const { v4, v6 } = serviceAddresses(service)
  const spec = {
    type: nodePort === undefined ? 'ClusterIP' : 'NodePort',
    clusterIP: v4,
    clusterIPs: [v4, v6],
    selector: { 'app.kubernetes.io/name': workload },
    ...(trafficDistribution && { trafficDistribution }),
    ports: protocols.map(protocol => ({ name: protocol.toLowerCase(), port, protocol, targetPort, nodePort })),
  }
  const metadata = { name, namespace, uid: `service-${name}`, ...(annotations && { annotations }) }
  return ['services', { metadata, spec, status: {} }]
}

/** One slice per address family, as the EndpointSlice controller makes them. */
function slices(layout: Layout, service: ServiceSpec, moved: Whereabouts): Listed[] {
  const { name, namespace, targetPort } = service
  const labels = {
    'kubernetes.io/service-name': name,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  }
  const hints = hintedZones(layout, service)
  const endpoint = (pod: PodSpec, address: string) => {
    const hint = hints?.get(pod.name)
    const node = nodeOf(layout, moved.get(pod.name) ?? pod.node)
    return {
      addresses: [address],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: node.name,
      zone: zoneOf(layout, node).name,
      ...(hint !== undefined && { hints: { forZones: [{ name: hint }] } }),
      targetRef: { kind: 'Pod', namespace, name: pod.name, uid: podUid(layout, pod, moved) },
    }
  }
  return (['v4', 'v6'] as const).map(family => [
    'endpointslices',
    {
      addressType: family === 'v4' ? 'IPv4' : 'IPv6',
      metadata: { name: `${name}-${family}`, namespace, uid: `slice-${name}-${family}`, labels },
      endpoints: backendsOf(layout, service).flatMap(pod => {
        const address = podAddresses(layout, pod)[family]
        return address === undefined ? [] : endpoint(pod, address)
      }),
      ports: protocols.map(protocol => ({ name: protocol.toLowerCase(), port: targetPort, protocol })),
    },
  ])
}
