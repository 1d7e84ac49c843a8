import { backendsOf, type Layout, nodeOf, type ServiceSpec } from './layout.ts'

/**
 * What the EndpointSlice controller hints for, as the lab plays it: the zone of each backend by its pod, or undefined
 * for no hints. Written apart from server/rollouts, after the documentation of Kubernetes ("Topology Aware Routing",
 * "Traffic distribution"), so that the two can disagree. Nodes of the lab are alike: a zone's share of CPU is its share
 * of nodes.
 *
 * @throws RangeError for pods that Auto would have to hint for another zone than theirs: the lab does not play that.
 */
export function hintedZones(layout: Layout, service: ServiceSpec): ReadonlyMap<string, string> | undefined {
  if (service.hints === 'lost') return undefined
  const own = new Map(backendsOf(layout, service).map(pod => [pod.name, nodeOf(layout, pod.node).zone]))
  if (service.topologyMode === undefined) return service.trafficDistribution === undefined ? undefined : own

  const needed = layout.zones.map(({ name }) => {
    const nodes = layout.nodes.filter(({ zone }) => zone === name).length
    const even = (own.size * nodes) / layout.nodes.length
    // An endpoint may get up to 20 % more than its part, not more.
    return { has: [...own.values()].filter(zone => zone === name).length, even, least: Math.ceil(even / 1.2) }
  })
  if (own.size < layout.zones.length || needed.reduce((sum, { least }) => sum + least, 0) > own.size) return undefined
  if (needed.some(({ even, has }) => Math.abs(has - even) >= 1))
    throw new RangeError(`${service.name}: its pods are not even over the zones, Auto would hint some for other zones`)
  return own
}
