import type { NodeRecord } from '../../directory/kubernetes/objects.ts'
import type { WorkloadPlacement } from '../cluster-routing.ts'
import type { Aspects } from './aspects.ts'
import { NONE, shown } from './shown.ts'
import { zonesText } from './zone-counts.ts'

/**
 * Kinds whose pods are where they are for other reasons than somebody's choice of zones: they come and go with their
 * work, or are one on each node.
 */
const unplanned: ReadonlySet<string> = new Set(['Job', 'CronJob', 'Pod', 'Node', 'DaemonSet', 'Workflow'])

export const isPlanned = ({ workload }: WorkloadPlacement): boolean => !unplanned.has(workload.kind)

export function workloadAspects({ podsByZone, spread }: WorkloadPlacement): Aspects {
  const replicas = zonesText(podsByZone)
  const rules = spread.map(({ topologyKey, maxSkew, whenUnsatisfiable }) =>
    [shown(topologyKey), `maxSkew ${maxSkew}`, shown(whenUnsatisfiable)].join(' '),
  )
  return {
    'topology spread': rules.length === 0 ? NONE : rules.join(', '),
    // Pods on nodes whose zone is not known tell nothing of zones.
    ...(replicas !== NONE && { 'replicas per zone': replicas }),
  }
}

/** As the manifests of Kubernetes (cluster/addons/dns/nodelocaldns) and of installers call its DaemonSet. */
const nodeLocalNames: ReadonlySet<string> = new Set(['node-local-dns', 'nodelocaldns', 'node-local-dns-cache'])

export function clusterAspects(nodes: readonly NodeRecord[], workloads: readonly WorkloadPlacement[]): Aspects {
  const zones = new Set(nodes.flatMap(({ zoneName }) => zoneName ?? []))
  const caches = workloads.filter(({ workload }) => workload.kind === 'DaemonSet' && nodeLocalNames.has(workload.name))
  const names = caches.map(({ namespace, workload }) => `${namespace}/${workload.name}`).sort()
  return {
    'node-local DNS': names.join(', ') || NONE,
    ...(zones.size > 0 && { 'zones of nodes': [...zones].sort().join(', ') }),
  }
}
