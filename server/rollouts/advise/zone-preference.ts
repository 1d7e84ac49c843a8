import type { Patch } from '@weir/contract/advice-queries.ts'
import type { EndpointRecord, ServiceRecord } from '../../directory/kubernetes/objects.ts'
import { isIn, since } from '../hints/kube-version.ts'
import { NEW_KEY, OLD_KEY } from '../hints/preference.ts'
import type { ClusterView } from './cluster-view.ts'
import { kubectlPatch } from './patches.ts'
import { hintedByCpu, hintedForOwnZone } from './sends.ts'

/** What makes a Service prefer its clients' zone, by what the version knows. */
export interface ZonePreference {
  readonly value: 'PreferSameZone' | 'PreferClose' | 'Auto'
  readonly precondition: string
  /** As the endpoints are hinted then. */
  readonly hinted: (endpoints: readonly EndpointRecord[]) => EndpointRecord[]
}

/** The field where there is one. PreferClose is understood from 1.31 on, PreferSameZone is its name from 1.34 on. */
export function zonePreference({ minor, shares }: Pick<ClusterView, 'minor' | 'shares'>): ZonePreference {
  const dataPlane = 'kube-proxy, or a data plane that follows hints (Cilium: loadBalancer.serviceTopology)'
  if (minor === undefined)
    return { value: 'PreferClose', precondition: `Kubernetes 1.31 or later; ${dataPlane}`, hinted: hintedForOwnZone }
  if (!isIn(minor, since.PreferClose))
    return {
      value: 'Auto',
      precondition: `the replica count stays one that hints can be allocated for; ${dataPlane}`,
      hinted: endpoints => hintedByCpu(endpoints, shares),
    }
  const value = isIn(minor, since.PreferSameZone) ? 'PreferSameZone' : 'PreferClose'
  return { value, precondition: dataPlane, hinted: hintedForOwnZone }
}

/** Sets it, and removes what would win over it. */
export function preferencePatch(record: ServiceRecord, { value }: Pick<ZonePreference, 'value'>): Patch {
  const { namespace, name, topologyHintsAnnotation: old, topologyModeAnnotation: newer } = record
  if (value === 'Auto') {
    const annotations = { ...(old !== undefined && { [OLD_KEY]: null }), [NEW_KEY]: 'Auto' }
    return kubectlPatch('service', namespace, name, 'merge', { metadata: { annotations } })
  }
  const annotations = { ...(old !== undefined && { [OLD_KEY]: null }), ...(newer !== undefined && { [NEW_KEY]: null }) }
  return kubectlPatch('service', namespace, name, 'merge', {
    ...(Object.keys(annotations).length > 0 && { metadata: { annotations } }),
    spec: { trafficDistribution: value },
  })
}
