import { hasService } from '../../../store/several-services.ts'
import { type Candidate, candidate, type Moved } from '../candidate.ts'
import { type ClusterView, type ServiceView, workloadKey } from '../cluster-view.ts'
import { percent, perZone } from '../in-words.ts'
import { kubectlApply } from '../patches.ts'
import { sendsOf, shareLeaving } from '../sends.ts'
import { crossesBySteering, measuredShare, routable } from '../steering.ts'
import { type Stream, total } from '../stream.ts'
import { zonePreference } from '../zone-preference.ts'
import { nodeCache } from './node-cache.ts'

const DNS = 53

export const isDns = ({ record }: ServiceView): boolean =>
  record.hasSelector &&
  record.ports.length > 0 &&
  record.ports.some(({ port, protocol }) => port === DNS && protocol === 17)

/** Questions of DNS that cross zones: a cache on every node answers most of them there. */
export function dnsCache(view: ClusterView): Candidate[] {
  const has = view.routing.workloads.some(
    ({ workload }) => workload.kind === 'DaemonSet' && /^node-?local-?dns/.test(workload.name),
  )
  if (has) return []
  return view.services
    .filter(isDns)
    .filter(crossesBySteering)
    .flatMap(service => forService(view, service))
}

function forService(view: ClusterView, service: ServiceView): Candidate[] {
  const { byZone, endpoints, name, namespace, record } = service
  const [address] = record.clusterIps
  if (address === undefined || record.selector === undefined || address.includes(':')) return []
  const preference = zonePreference(view)
  const upstream = sendsOf(preference.value === 'Auto' ? endpoints : preference.hinted(endpoints))
  const used = routable(service.steered)
  const asked = misses(view, used)
  const moved = used.map((stream): Moved => {
    const crossAfter = stream.wireBytes * (asked.get(stream.near) ?? 1) * shareLeaving(upstream, stream.near)
    return { stream, crossAfter, billedAfter: crossAfter * stream.sides }
  })
  return [
    candidate({
      remedy: 'cache DNS on the node',
      subject: `${namespace}/${name}`,
      namespace,
      problem: `${percent(measuredShare(service))} of the traffic of DNS crosses zones: ${namespace}/${name} answers from ${perZone(byZone)}, and nothing answers on the nodes.`,
      moved,
      risk: 'One more pod on every node, and while it is replaced the node’s lookups go to the Service. An answer may be 30 s old.',
      precondition: `kube-proxy in iptables mode (with IPVS the kubelet’s clusterDNS must be changed as well); the cluster’s domain is cluster.local. Names that pods look up are taken to be of what they talk to.`,
      patches: [
        kubectlApply(nodeCache({ namespace, address, selector: record.selector, preference: preference.value })),
      ],
    }),
  ]
}

const CACHE_SECONDS = 30

/**
 * Lookups that a node's cache has to pass on for one name while it keeps an answer, 30 s, by where the name is: found at
 * once in its own namespace; after one wrong guess of the search path elsewhere in the cluster; after four outside. A
 * wrong guess is kept for 5 s only. Source: kubernetes/kubernetes cluster/addons/dns/nodelocaldns, ndots:5.
 */
const passedOn = { 'own namespace': 1, cluster: 7, outside: 25 } as const

/** By zone: lookups that are passed on ÷ all lookups, at most 1. */
function misses(view: ClusterView, dns: readonly Stream[]): ReadonlyMap<string, number> {
  const seconds = (view.range.to - view.range.from) / 1000
  const namesOf = namesByWorkload(view)
  const zoneOfNode = new Map(view.routing.nodes.map(({ name, zoneName = '' }) => [name, zoneName]))
  const lookups = new Map<string, number>()
  const nodes = new Map<string, Map<string, number>>()
  for (const [key, placement] of view.placements)
    for (const node of placement.nodes) {
      const names = nodes.get(node) ?? new Map<string, number>()
      nodes.set(node, names)
      for (const [name, count] of namesOf.get(key) ?? []) names.set(name, count)
    }
  for (const [node, names] of nodes) {
    const zone = zoneOfNode.get(node) ?? ''
    const each = names.values().reduce((sum, count) => sum + count, 0)
    lookups.set(zone, (lookups.get(zone) ?? 0) + (each * seconds) / CACHE_SECONDS)
  }
  return new Map(
    [...Map.groupBy(dns, ({ near }) => near)].map(([zone, streams]) => {
      const asked = total(streams, ({ connections }) => connections)
      return [zone, asked === 0 ? 1 : Math.min(1, (lookups.get(zone) ?? 0) / asked)]
    }),
  )
}

/** What each workload must have looked up: whatever it talked to, and how often a cache passes that name on. */
function namesByWorkload({ streams }: ClusterView): Map<string, Map<string, number>> {
  const names = new Map<string, Map<string, number>>()
  for (const { key } of streams) {
    const { initiator, responder } = key
    if (initiator.kind !== 'pod') continue
    const workload = workloadKey(initiator.namespace, { kind: initiator.workloadKind, name: initiator.name })
    const known = names.get(workload) ?? new Map<string, number>()
    names.set(workload, known)
    const isOutside = responder.kind === 'internet' || responder.kind === 'aws'
    const [namespace, name] = hasService(key)
      ? [key.serviceNamespace, key.serviceName]
      : [responder.namespace, responder.name]
    const at = isOutside ? 'outside' : namespace === initiator.namespace ? 'own namespace' : 'cluster'
    known.set(`${at}/${namespace}/${name}`, passedOn[at])
  }
  return names
}
