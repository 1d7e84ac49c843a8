import type { EndpointRecord, NodeRecord } from '../../directory/kubernetes/objects.ts'

/** Why a node's kube-proxy does not go by hints. */
export const ignoredReasons = [
  'policy Local',
  'no ready endpoint',
  'endpoint without hint',
  'node without zone label',
  'no hint for the zone',
  'not in this version',
] as const
export type IgnoredReason = (typeof ignoredReasons)[number]

/** What new connections from a node are sent to. */
export interface Choice {
  /** Each with the same chance. None: they are dropped, or refused. */
  readonly endpoints: readonly EndpointRecord[]
  readonly by: 'node itself' | 'node hints' | 'zone hints' | 'all'
  /** undefined: hints decided. */
  readonly ignored: IgnoredReason | undefined
}

export type ClientNode = Pick<NodeRecord, 'name' | 'zoneLabel'>

export interface ProxyRules {
  readonly policy: 'Cluster' | 'Local'
  readonly followsZones: boolean
  /** From Kubernetes 1.34 on. */
  readonly followsNodes: boolean
}

/** CategorizeEndpoints of pkg/proxy/topology.go. @param endpoints of one address family, each once */
export function choose(endpoints: readonly EndpointRecord[], node: ClientNode, rules: ProxyRules): Choice {
  if (rules.policy === 'Local') {
    const local = endpoints.filter(endpoint => endpoint.node === node.name)
    return { endpoints: readyElseServing(local), by: 'node itself', ignored: 'policy Local' }
  }
  const ready = endpoints.filter(takesNew)
  const all = (ignored: IgnoredReason): Choice => ({ endpoints: readyElseServing(endpoints), by: 'all', ignored })
  if (ready.length === 0) return all('no ready endpoint')

  if (rules.followsNodes && ready.every(({ forNodes }) => forNodes.length > 0)) {
    const near = ready.filter(({ forNodes }) => forNodes.includes(node.name))
    if (near.length > 0) return { endpoints: near, by: 'node hints', ignored: undefined }
  }
  if (ready.some(({ forZones }) => forZones.length === 0)) return all('endpoint without hint')
  if (!rules.followsZones) return all('not in this version')
  const zone = node.zoneLabel
  if (zone === undefined) return all('node without zone label')
  const near = ready.filter(({ forZones }) => forZones.includes(zone))
  if (near.length === 0) return all('no hint for the zone')
  return { endpoints: near, by: 'zone hints', ignored: undefined }
}

/** A condition that is not given counts as ready and serving: pkg/proxy/endpointslicecache.go. */
export const takesNew = ({ ready }: EndpointRecord): boolean => ready !== false

/** Where none is ready, those that still serve while they end. */
function readyElseServing(endpoints: readonly EndpointRecord[]): readonly EndpointRecord[] {
  const ready = endpoints.filter(takesNew)
  if (ready.length > 0) return ready
  return endpoints.filter(({ serving, terminating }) => serving !== false && terminating === true)
}
