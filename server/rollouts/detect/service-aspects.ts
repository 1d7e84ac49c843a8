import type { EndpointRecord, ServiceRecord, SliceRecord } from '../../directory/kubernetes/objects.ts'
import type { RoutedService } from '../cluster-routing.ts'
import { endpointsOf } from '../hints/actual.ts'
import { takesNew } from '../hints/kube-proxy.ts'
import type { Aspects } from './aspects.ts'
import { loadBalancerText } from './load-balancer.ts'
import { NONE, shown } from './shown.ts'
import { zonesText } from './zone-counts.ts'

/** What is watched of a Service. Hints are left out where no endpoint is ready: nothing was lost by scaling to none. */
export function serviceAspects({ service, slices }: RoutedService): Aspects {
  const { trafficDistribution, internalTrafficPolicy, externalTrafficPolicy, meshTrafficDistribution } = service
  const hints = service.clusterIps.length === 0 ? undefined : hintsText(slices)
  return {
    'topology mode': topologyMode(service),
    'traffic distribution': shown(trafficDistribution) ?? NONE,
    // Cluster is what the API server writes where nothing is given.
    'internal traffic policy': shown(internalTrafficPolicy) ?? 'Cluster',
    'external traffic policy': shown(externalTrafficPolicy) ?? NONE,
    'load balancer': loadBalancerText(service.loadBalancer),
    'mesh locality': shown(meshTrafficDistribution) ?? NONE,
    ...(hints !== undefined && { hints }),
  }
}

/** The older key hides the newer one: kubernetes pkg/controller/endpointslice, reconciler.go. */
function topologyMode({ topologyHintsAnnotation: old, topologyModeAnnotation: mode }: ServiceRecord): string {
  if (old === undefined) return shown(mode) ?? NONE
  const hidden = mode === undefined ? '' : `, which hides topology-mode ${shown(mode)}`
  return `${shown(old)} (topology-aware-hints${hidden})`
}

/**
 * "IPv4: us-east-1a 2, us-east-1b 2": endpoints hinted for each zone, by address family. Of a family of which one ready
 * endpoint has no hint kube-proxy uses none (pkg/proxy/topology.go): it has none. undefined: no endpoint is ready.
 */
function hintsText(slices: readonly SliceRecord[]): string | undefined {
  const families: string[] = []
  let ready = 0
  for (const [family, ofFamily] of [...Map.groupBy(slices, slice => slice.addressType)].sort()) {
    const endpoints = endpointsOf(ofFamily).filter(takesNew)
    ready += endpoints.length
    if (endpoints.length === 0) continue
    const text = hintsOf(endpoints)
    if (text !== undefined) families.push(`${family}: ${text}`)
  }
  if (ready === 0) return undefined
  return families.length === 0 ? NONE : families.join('; ')
}

function hintsOf(endpoints: readonly EndpointRecord[]): string | undefined {
  const byNode = endpoints.every(({ forNodes }) => forNodes.length > 0)
  if (!byNode && !endpoints.every(({ forZones }) => forZones.length > 0)) return undefined
  const zones = new Map<string, number>()
  for (const { forZones } of endpoints) for (const zone of forZones) zones.set(zone, (zones.get(zone) ?? 0) + 1)
  return byNode ? `same node, ${zonesText(zones)}` : zonesText(zones)
}
