import { find, type Lab } from './cluster.ts'
import { type LabPod, labNodes, podsBehind } from './scheduler.ts'

/** An endpoint as the controller writes it. */
export interface LabEndpoint {
  readonly pod: LabPod
  forZones: string[]
  forNodes: string[]
}

/**
 * What the EndpointSlice controller writes of a Service, after Kubernetes' own documents (KEP-2433, KEP-4444). Nothing
 * here is the server's: it is what the server's predictions are held against.
 */
export function endpointsOf(lab: Lab, path: string, pods: readonly LabPod[]): LabEndpoint[] {
  const [namespace, name] = path.split('/')
  const service = find(lab, `${namespace}/Service/${name}`)
  const endpoints = podsBehind(lab, path, pods).map((pod): LabEndpoint => ({ pod, forZones: [], forNodes: [] }))
  const annotations = service.metadata.annotations ?? {}
  const mode =
    annotations['service.kubernetes.io/topology-aware-hints'] ?? annotations['service.kubernetes.io/topology-mode']
  if (mode === 'Auto' || mode === 'auto') {
    const seen = lab.unhinted.get(path)
    if (seen === undefined || seen !== JSON.stringify(service)) shareOut(lab, endpoints)
    return endpoints
  }
  const field: string | undefined = service.spec.trafficDistribution
  if (field === undefined || !understands(lab, field)) return endpoints
  for (const endpoint of endpoints) {
    endpoint.forZones = [endpoint.pod.zone]
    if (field === 'PreferSameNode') endpoint.forNodes = [endpoint.pod.node]
  }
  return endpoints
}

function understands({ version }: Lab, field: string): boolean {
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1])
  return field === 'PreferClose' ? minor >= 31 : minor >= 34
}

/** Every node has 4 CPUs here: a zone's share is its share of nodes. */
function shareOut(lab: Lab, endpoints: LabEndpoint[]): void {
  const nodes = labNodes(lab)
  const zones = [...new Set(nodes.map(({ label }) => label))]
  if (zones.includes(undefined) || zones.length < 2 || endpoints.length < zones.length) return
  const want = new Map<string, number>()
  let least = 0
  for (const zone of zones) {
    const fair = (nodes.filter(({ label }) => label === zone).length / nodes.length) * endpoints.length
    const min = Math.ceil(fair / 1.2 - 1e-9)
    least += min
    want.set(zone ?? '', Math.max(fair, min))
  }
  if (least > endpoints.length) return
  for (const endpoint of endpoints) endpoint.forZones = [endpoint.pod.zone]
  for (;;) {
    const off = [...want].map(([zone, fair]) => ({
      zone,
      by: endpoints.filter(one => one.forZones[0] === zone).length - fair,
    }))
    const most = off.reduce((a, b) => (b.by > a.by ? b : a))
    const fewest = off.reduce((a, b) => (b.by < a.by ? b : a))
    if (most.by < 0.5 || fewest.by > -0.5 || (most.by < 1 && fewest.by > -1)) return
    const given = endpoints.find(one => one.forZones[0] === most.zone && one.pod.zone === most.zone)
    if (given === undefined) return
    given.forZones = [fewest.zone]
  }
}

/** Endpoints that a node's kube-proxy sends new connections to. */
export function reachable(
  lab: Lab,
  path: string,
  endpoints: readonly LabEndpoint[],
  node: string,
): readonly LabEndpoint[] {
  const [namespace, name] = path.split('/')
  const { spec } = find(lab, `${namespace}/Service/${name}`)
  if (spec.internalTrafficPolicy === 'Local') return endpoints.filter(({ pod }) => pod.node === node)
  const label = labNodes(lab).find(one => one.name === node)?.label
  if (endpoints.every(({ forNodes }) => forNodes.length > 0)) {
    const near = endpoints.filter(({ forNodes }) => forNodes.includes(node))
    if (near.length > 0) return near
  }
  if (label === undefined || endpoints.some(({ forZones }) => forZones.length === 0)) return endpoints
  const near = endpoints.filter(({ forZones }) => forZones.includes(label))
  return near.length > 0 ? near : endpoints
}
