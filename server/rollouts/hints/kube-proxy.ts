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

/** What one node makes of it; for many nodes, `choices`. */
export const choose = (endpoints: readonly EndpointRecord[], node: ClientNode, rules: ProxyRules): Choice =>
  choices(endpoints, rules)(node)

/**
 * CategorizeEndpoints of pkg/proxy/topology.go, prepared once for all nodes: a cluster has thousands.
 * @param endpoints of one address family, each once
 */
export function choices(endpoints: readonly EndpointRecord[], rules: ProxyRules): (node: ClientNode) => Choice {
  if (rules.policy === 'Local') {
    const onNode = Map.groupBy(endpoints, ({ node }) => node)
    return ({ name }) => ({
      endpoints: readyElseServing(onNode.get(name) ?? []),
      by: 'node itself',
      ignored: 'policy Local',
    })
  }
  const ready = endpoints.filter(takesNew)
  const whole = readyElseServing(endpoints)
  const all = (ignored: IgnoredReason): Choice => ({ endpoints: whole, by: 'all', ignored })
  if (ready.length === 0) return () => all('no ready endpoint')

  const forNode = rules.followsNodes ? hintedFor(ready, ({ forNodes }) => forNodes) : undefined
  const forZone = hintedFor(ready, ({ forZones }) => forZones)
  return ({ name, zoneLabel }) => {
    const onNode = forNode?.get(name)
    if (onNode !== undefined) return { endpoints: onNode, by: 'node hints', ignored: undefined }
    if (forZone === undefined) return all('endpoint without hint')
    if (!rules.followsZones) return all('not in this version')
    if (zoneLabel === undefined) return all('node without zone label')
    const inZone = forZone.get(zoneLabel)
    if (inZone === undefined) return all('no hint for the zone')
    return { endpoints: inZone, by: 'zone hints', ignored: undefined }
  }
}

/** Endpoints by what they are hinted for; undefined: one of them has no hint, and none counts. */
function hintedFor(
  ready: readonly EndpointRecord[],
  hints: (endpoint: EndpointRecord) => readonly string[],
): ReadonlyMap<string, readonly EndpointRecord[]> | undefined {
  const byName = new Map<string, EndpointRecord[]>()
  for (const endpoint of ready) {
    const names = hints(endpoint)
    if (names.length === 0) return undefined
    for (const name of new Set(names)) {
      const found = byName.get(name)
      if (found === undefined) byName.set(name, [endpoint])
      else found.push(endpoint)
    }
  }
  return byName
}

/** A condition that is not given counts as ready and serving: pkg/proxy/endpointslicecache.go. */
export const takesNew = ({ ready }: EndpointRecord): boolean => ready !== false

/** Where none is ready, those that still serve while they end. */
function readyElseServing(endpoints: readonly EndpointRecord[]): readonly EndpointRecord[] {
  const ready = endpoints.filter(takesNew)
  if (ready.length > 0) return ready
  return endpoints.filter(({ serving, terminating }) => serving !== false && terminating === true)
}
