import type { EndpointRecord, NodeRecord } from '../../directory/kubernetes/objects.ts'
import { type ClientNode, choices, type IgnoredReason, type ProxyRules, takesNew } from './kube-proxy.ts'
import { add } from './transfers.ts'

/** Where new connections of a zone's clients land, if each of its nodes has as many clients. */
export interface ZoneReach {
  /** '' for nodes without the label. */
  readonly zone: string
  readonly nodes: number
  /** The chance of each endpoint to get one; they add up to 1, or are none where every connection is dropped. */
  readonly chances: ReadonlyMap<EndpointRecord, number>
  /** Nodes whose connections are dropped. */
  readonly dropping: readonly string[]
  /** Nodes that do not go by hints, by the reason. */
  readonly ignoring: ReadonlyMap<IgnoredReason, number>
}

export type NodesByZone = ReadonlyMap<string, readonly NodeRecord[]>

/** Ready nodes by their zone label: a zone whose nodes are all gone has no clients either. */
export const nodesByZone = (nodes: readonly NodeRecord[]): NodesByZone =>
  Map.groupBy(
    nodes.filter(({ ready }) => ready),
    ({ zoneLabel = '' }) => zoneLabel,
  )

/** @param endpoints of one address family, each once. A zone without nodes is taken to have one. */
export function reachOf(
  zone: string,
  nodes: NodesByZone,
  endpoints: readonly EndpointRecord[],
  rules: ProxyRules,
): ZoneReach {
  const here = nodes.get(zone) ?? []
  const anyone: ClientNode = here[0] ?? { name: '', zoneLabel: zone === '' ? undefined : zone }
  // Only these two tell the nodes of a zone apart.
  const differ = rules.policy === 'Local' || endpoints.some(({ forNodes }) => forNodes.length > 0)
  const asked = differ && here.length > 0 ? here : [anyone]
  const each = asked.length === 1 ? Math.max(1, here.length) : 1
  const chances = new Map<EndpointRecord, number>()
  const ignoring = new Map<IgnoredReason, number>()
  const dropping: string[] = []
  const chosenBy = choices(endpoints, rules)
  for (const node of asked) {
    const choice = chosenBy(node)
    if (choice.ignored !== undefined) add(ignoring, choice.ignored, each)
    if (choice.endpoints.length === 0) dropping.push(node.name)
    for (const endpoint of choice.endpoints)
      chances.set(endpoint, (chances.get(endpoint) ?? 0) + 1 / choice.endpoints.length)
  }
  const sending = asked.length - dropping.length
  for (const [endpoint, chance] of chances) chances.set(endpoint, chance / sending)
  return { zone, nodes: here.length, chances, dropping: dropping.filter(name => name !== ''), ignoring }
}

/** All of them alike: as if nothing had been preferred. */
export function evenly(endpoints: readonly EndpointRecord[]): ReadonlyMap<EndpointRecord, number> {
  const ready = endpoints.filter(takesNew)
  return new Map(ready.map(endpoint => [endpoint, 1 / ready.length]))
}
