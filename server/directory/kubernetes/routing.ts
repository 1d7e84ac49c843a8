import type { EndpointRecord, ServiceRecord, SliceRecord } from './objects.ts'

/**
 * The routing of a Service as text that changes when, and only when, it sends connections of some zone elsewhere: its
 * settings and, where they are in force, the zones that its endpoints are hinted for. Not in it: which pods there are,
 * and how many a zone has. A roll-out, or a replica more where one was, is no other routing.
 */
export function routingOf(service: ServiceRecord, slices: readonly SliceRecord[]): string {
  const { clusterIps, sessionAffinity, trafficDistribution } = service
  // Clients of a headless Service choose among its addresses themselves.
  if (clusterIps.length === 0) return '"headless"'
  const { internal, external } = policies(service)
  const usesHints = internal !== 'Local' || (external !== undefined && external !== 'Local')
  return JSON.stringify({
    // The annotation wins over the field: pkg endpointslice reconciler.go.
    preference: isAuto(service) ? 'Auto' : (trafficDistribution ?? ''),
    internal,
    external,
    affinity: sessionAffinity ?? 'None',
    hints: usesHints ? hintsOf(slices) : undefined,
  })
}

/** Only these two texts switch it on, and the older key hides the newer one. */
function isAuto({ topologyHintsAnnotation, topologyModeAnnotation }: ServiceRecord): boolean {
  const value = topologyHintsAnnotation ?? topologyModeAnnotation
  return value === 'Auto' || value === 'auto'
}

/** Of connections from pods, and from outside: undefined where nothing outside reaches it. */
export function policies({ type, externalAddresses, internalTrafficPolicy, externalTrafficPolicy }: ServiceRecord) {
  const isExternal = type !== 'ClusterIP' || externalAddresses.length > 0
  return {
    internal: internalTrafficPolicy ?? 'Cluster',
    external: isExternal ? (externalTrafficPolicy ?? 'Cluster') : undefined,
  }
}

/**
 * By address family, "from>to" for each zone that has ready endpoints and the zone they are hinted for. kube-proxy
 * ignores all hints of a family when a ready endpoint has none: pkg/proxy/topology.go.
 */
function hintsOf(slices: readonly SliceRecord[]): { [family: string]: readonly string[] } {
  const hints: { [family: string]: readonly string[] } = {}
  for (const [family, ofFamily] of [...Map.groupBy(slices, slice => slice.addressType)].sort()) {
    // Conditions that are not given count as ready, as kube-proxy takes them.
    const ready = ofFamily.flatMap(({ endpoints }) => endpoints.filter(endpoint => endpoint.ready !== false))
    if (ready.length === 0) continue
    const zones = every(ready, ({ zone, forZones }) => forZones.map(hinted => `${zone ?? '?'}>${hinted}`))
    const nodes = every(ready, ({ forNodes }) => (forNodes.length > 0 ? ['same node'] : []))
    if (zones.length + nodes.length > 0) hints[family] = [...nodes, ...zones]
  }
  return hints
}

/** What all endpoints say, once each, in order; nothing where one of them says nothing. */
function every(endpoints: readonly EndpointRecord[], say: (endpoint: EndpointRecord) => readonly string[]): string[] {
  const said = new Set<string>()
  for (const endpoint of endpoints) {
    const texts = say(endpoint)
    if (texts.length === 0) return []
    for (const text of texts) said.add(text)
  }
  return [...said].sort()
}
