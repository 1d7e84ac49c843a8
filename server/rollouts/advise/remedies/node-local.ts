import type { EndpointRecord, NodeRecord } from '../../../directory/kubernetes/objects.ts'
import { choices } from '../../hints/kube-proxy.ts'
import { since } from '../../hints/kube-version.ts'
import { type Candidate, candidate, type Moved } from '../candidate.ts'
import { type ClusterView, type ServiceView, workloadKey } from '../cluster-view.ts'
import { counted, percent } from '../in-words.ts'
import { kubectlPatch } from '../patches.ts'
import { crossesBySteering, measuredShare, routable } from '../steering.ts'
import { crossBytes } from '../stream.ts'

/** Nodes with clients that have no endpoint may be at most this share of all with clients. */
const MOST_WITHOUT = 0.5

/** Services that answer on the nodes of their clients: agents in a DaemonSet, as a rule. */
export const nodeLocal = (view: ClusterView): Candidate[] =>
  view.services.filter(crossesBySteering).flatMap(service => forService(view, service))

function forService(view: ClusterView, service: ServiceView): Candidate[] {
  const clients = clientNodes(view, service)
  const withEndpoint = new Set(service.endpoints.flatMap(({ node }) => node ?? []))
  const without = clients.filter(({ name }) => !withEndpoint.has(name)).map(({ name }) => name)
  if (clients.length === 0 || without.length > clients.length * MOST_WITHOUT) return []
  const { backing, name, namespace } = service
  const isDaemonSet = backing?.workload.kind === 'DaemonSet'
  const problem = `${percent(measuredShare(service))} of what clients exchange with ${namespace}/${name} crosses zones, and ${clients.length - without.length} of ${counted(clients.length, 'node')} with clients have an endpoint of their own.`
  const local = policyLocal(view, service, clients, without, problem, isDaemonSet)
  const { minor } = view
  if (minor === undefined || minor < since.PreferSameNode || !isDaemonSet) return [local]
  return [preferNode(service, clients, problem), local]
}

/** Falls back to the zone, then to all: nothing is dropped. */
function preferNode(service: ServiceView, clients: readonly NodeRecord[], problem: string): Candidate {
  const { endpoints, name, namespace } = service
  const hinted = endpoints.map(endpoint => ({
    ...endpoint,
    forZones: endpoint.zone === undefined ? [] : [endpoint.zone],
    forNodes: endpoint.node === undefined ? [] : [endpoint.node],
  }))
  return candidate(
    {
      remedy: 'keep traffic on the node',
      subject: `${namespace}/${name}`,
      namespace,
      problem,
      moved: movedBy(service, clients, hinted, 'Cluster'),
      risk: 'The pod of a busy node gets all of that node’s clients.',
      precondition: 'kube-proxy; with an agent of the DaemonSet gone its node’s clients use their zone, then all.',
      patches: [kubectlPatch('service', namespace, name, 'merge', { spec: { trafficDistribution: 'PreferSameNode' } })],
    },
    { variant: 'PreferSameNode' },
  )
}

function policyLocal(
  view: ClusterView,
  service: ServiceView,
  clients: readonly NodeRecord[],
  without: readonly string[],
  problem: string,
  isDaemonSet: boolean,
): Candidate {
  const { endpoints, name, namespace } = service
  const dropped =
    without.length === 0
      ? ''
      : `Connections of clients on ${counted(without.length, 'node')} are dropped: no endpoint is there. `
  const moves = isDaemonSet ? '' : 'A pod that moves leaves its node without one. '
  return candidate(
    {
      remedy: 'keep traffic on the node',
      subject: `${namespace}/${name}`,
      namespace,
      problem,
      moved: movedBy(service, clients, endpoints, 'Local'),
      risk: `${dropped}${moves}A node whose endpoint is not ready drops its clients’ connections.`,
      precondition: `An endpoint on every node with clients, of all ${counted(view.routing.nodes.length, 'node')} that may get some.`,
      patches: [kubectlPatch('service', namespace, name, 'merge', { spec: { internalTrafficPolicy: 'Local' } })],
    },
    { variant: 'Local', dropsOn: without, isRisky: without.length > 0 || !isDaemonSet },
  )
}

/** Where pods of the workloads that use it are, and nodes that use it themselves. */
function clientNodes({ cluster, placements, routing }: ClusterView, { steered }: ServiceView): NodeRecord[] {
  const names = new Set<string>()
  for (const { key } of steered) {
    const { kind, namespace, workloadKind, name } = key.initiator
    if (kind === 'node') names.add(name)
    const placement = placements.get(workloadKey(namespace, { kind: workloadKind, name }))
    if (kind === 'pod' && key.cluster === cluster) for (const node of placement?.nodes ?? []) names.add(node)
  }
  return routing.nodes.filter(({ name }) => names.has(name))
}

/** Clients of a zone are taken as even over its nodes with clients: traffic is kept by zone. What is dropped is no saving. */
function movedBy(
  { steered }: ServiceView,
  clients: readonly NodeRecord[],
  endpoints: readonly EndpointRecord[],
  policy: 'Cluster' | 'Local',
): Moved[] {
  const ofZone = Map.groupBy(clients, ({ zoneName }) => zoneName ?? '')
  const chosenBy = choices(endpoints, { policy, followsZones: true, followsNodes: true })
  return routable(steered).map(stream => {
    const nodes = ofZone.get(stream.near) ?? []
    const now = crossBytes(stream)
    const shares = nodes.map(node => {
      const chosen = chosenBy(node).endpoints
      if (chosen.length === 0) return now / stream.wireBytes
      return chosen.filter(({ zone }) => zone !== stream.near).length / chosen.length
    })
    const share = nodes.length === 0 ? now / stream.wireBytes : shares.reduce((sum, one) => sum + one, 0) / nodes.length
    return { stream, crossAfter: stream.wireBytes * share, billedAfter: stream.wireBytes * share * stream.sides }
  })
}
