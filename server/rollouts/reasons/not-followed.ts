import type { RoutingFinding } from '@weir/contract/routing-queries.ts'
import type { IgnoredReason } from '../hints/kube-proxy.ts'
import type { ZoneReach } from '../hints/reach.ts'
import type { FamilyRouting, RoutingGround, ServiceRouting } from '../service-routing.ts'
import { counted, listed, nodesNamed } from './words.ts'

/** Why nodes do not go by hints that are set, and where connections are dropped. */
export function whyDropped(ground: RoutingGround, routing: ServiceRouting): RoutingFinding[] {
  const findings = routing.families.flatMap(family => ofFamily(ground, routing, family))
  if (routing.headless && routing.asked.preference !== 'none') findings.push(headless)
  if (ground.hasCilium && routing.families.some(({ actual }) => actual.hinted > 0)) findings.push(cilium(routing))
  // A family says by itself only what the other does not say, too.
  return findings.filter(({ sentence }, at) => findings.findIndex(each => each.sentence === sentence) === at)
}

export const headless: RoutingFinding = {
  reason: 'headless',
  sentence: 'The Service is headless: clients get all its addresses from DNS and choose among them themselves.',
  remedy: 'Have clients choose by zone, or give them a Service with an address.',
}

export const cilium = ({ asked }: ServiceRouting): RoutingFinding => ({
  reason: 'data plane ignores hints',
  sentence:
    'Cilium runs in this cluster. If it balances Services, it goes by hints only with loadBalancer.serviceTopology=true' +
    `${asked.preference === 'PreferSameZone' || asked.preference === 'PreferSameNode' ? `, and releases before 2026 do not know ${asked.preference}` : ''}.`,
  remedy: 'Look at the value of enable-service-topology in the ConfigMap cilium-config.',
})

function ofFamily(ground: RoutingGround, routing: ServiceRouting, family: FamilyRouting): RoutingFinding[] {
  const zones = family.zones.map(family.reach).filter(({ nodes }) => nodes > 0)
  const findings: RoutingFinding[] = []
  if (routing.internalPolicy === 'Local') findings.push(...localPolicy(ground, zones))
  else if (family.actual.hinted > 0) findings.push(...ignoredHints(ground, family, zones))
  if (routing.externalPolicy === 'Local' && family.actual.hinted > 0) findings.push(externalLocal)
  return findings
}

const externalLocal: RoutingFinding = {
  reason: 'traffic policy Local',
  sentence:
    'externalTrafficPolicy is Local: connections from outside stay on the node that they reach, whatever hints say.',
  remedy: '',
}

function localPolicy({ namesNodes }: RoutingGround, zones: readonly ZoneReach[]): RoutingFinding[] {
  const nodes = zones.reduce((sum, zone) => sum + zone.nodes, 0)
  const dropping = zones.flatMap(zone => zone.dropping).sort()
  const local: RoutingFinding = {
    reason: 'traffic policy Local',
    sentence: 'internalTrafficPolicy is Local: connections from pods stay on their node, and hints are not looked at.',
    remedy: '',
  }
  if (dropping.length === 0) return [local]
  return [
    local,
    {
      reason: 'no endpoint on the node',
      sentence: `${dropping.length} of ${counted(nodes, 'node')} ${dropping.length === 1 ? 'has' : 'have'} no endpoint${namesNodes ? ` (${listed(dropping)})` : ''}: connections from pods there are dropped.`,
      remedy: 'Run the workload as a DaemonSet, or set internalTrafficPolicy: Cluster.',
    },
  ]
}

function ignoredHints(ground: RoutingGround, { actual }: FamilyRouting, zones: readonly ZoneReach[]): RoutingFinding[] {
  const ignoring = (reason: IgnoredReason): ZoneReach[] => zones.filter(zone => zone.ignoring.has(reason))
  const findings: RoutingFinding[] = []
  if (ignoring('endpoint without hint').length > 0)
    findings.push({
      reason: 'endpoint without zone',
      sentence: `${actual.ready - actual.hinted} of ${counted(actual.ready, 'ready endpoint')} ${actual.ready - actual.hinted === 1 ? 'has' : 'have'} no hint: then nodes go by none of them.`,
      remedy: 'Give every node the label topology.kubernetes.io/zone, and restart the pods that were started before.',
    })
  if (ignoring('not in this version').length > 0)
    findings.push({
      reason: 'not in this version',
      sentence: `Up to Kubernetes 1.30 kube-proxy goes by hints only where the annotation is set, too; the API server is ${ground.routing.version ?? 'of an unknown version'}.`,
      remedy: 'Set service.kubernetes.io/topology-mode: Auto, or upgrade.',
    })
  const unlabelled = ignoring('node without zone label')
  if (unlabelled.length > 0)
    findings.push({
      reason: 'node without zone or CPU',
      sentence: `${nodesNamed(ground, (ground.nodes.get('') ?? []).map(({ name }) => name).sort())} ${(ground.nodes.get('') ?? []).length === 1 ? 'has' : 'have'} no label topology.kubernetes.io/zone: clients there use all endpoints.`,
      remedy: 'Give it the label.',
    })
  const empty = ignoring('no hint for the zone')
  if (empty.length > 0) findings.push(zoneWithoutEndpoint(empty, actual.ready))
  return findings
}

export const zoneWithoutEndpoint = (zones: readonly ZoneReach[], ready: number): RoutingFinding => ({
  reason: 'zone without endpoint',
  sentence: `No endpoint is hinted for ${listed(zones.map(({ nodes, zone }) => `${zone} (${counted(nodes, 'node')})`))}: clients there use all ${ready}, wherever they are.`,
  remedy:
    'Spread the pods over all zones: topologySpreadConstraints with topologyKey topology.kubernetes.io/zone and maxSkew 1.',
})
