import type { WorkloadPlacement } from '../../cluster-routing.ts'
import { type Candidate, candidate } from '../candidate.ts'
import { type ClusterView, type ServiceView, serviceKey, workloadKey } from '../cluster-view.ts'
import { counted, gigabytes } from '../in-words.ts'
import { templatePatch } from '../patches.ts'
import { routable } from '../steering.ts'
import { crossBytes, isCrossing, type Stream, total } from '../stream.ts'
import { type End, workloadsMovedTo } from './moved-workload.ts'

/** Clients in one zone that talk to what is in one other zone. */
export const podsTogether = (view: ClusterView): Candidate[] =>
  [...view.placements.values()].flatMap(placement => forClient(view, placement) ?? [])

function forClient(view: ClusterView, placement: WorkloadPlacement): Candidate | undefined {
  const { namespace, podsByZone, workload } = placement
  const [home = '', ...elsewhere] = podsByZone.keys()
  if (elsewhere.length > 0 || home === '') return undefined
  const own = routable(view.ofWorkload.get(workloadKey(namespace, workload)) ?? [])
  const target = largestElsewhere(view, own, placement, home)
  if (target === undefined) return undefined
  const { service, zone } = target
  const patch = templatePatch(workload, namespace, affinityTo(service))
  if (patch === undefined || workload.kind === 'DaemonSet' || workload.kind === 'StatefulSet') return undefined
  const moved = workloadsMovedTo(view, own, zone, end => isOf(end, placement))
  const pods = podsByZone.get(home) ?? 0
  return candidate(
    {
      remedy: 'put pods together',
      subject: `${namespace}/${workload.name}`,
      namespace,
      problem: `${namespace}/${workload.name} (${counted(pods, 'pod')} in ${home}) exchanges ${gigabytes(target.bytes)} with ${service.namespace}/${service.name}, all of which is in ${zone}.`,
      moved,
      risk: `Both are lost with ${zone}. What talks to ${namespace}/${workload.name} in ${home} now crosses zones: that is in the figure.`,
      precondition: `Nodes with room in ${zone}.`,
      patches: [patch],
    },
    { variant: `${service.namespace}/${service.name}` },
  )
}

const isOf = (end: End, { namespace, workload }: WorkloadPlacement): boolean =>
  end.kind === 'pod' && end.namespace === namespace && end.workloadKind === workload.kind && end.name === workload.name

/** The Service with all endpoints in one other zone with which it exchanges most. */
function largestElsewhere(view: ClusterView, own: readonly Stream[], placement: WorkloadPlacement, home: string) {
  const asked = own.filter(stream => isCrossing(stream) && isOf(stream.key.initiator, placement))
  const found = [...Map.groupBy(asked, ({ key }) => serviceKey(key.serviceNamespace, key.serviceName))]
  return found
    .flatMap(([key, streams]) => {
      const service = view.byService.get(key)
      const [zone = '', ...others] = service?.byZone.keys() ?? []
      const isElsewhere = others.length === 0 && zone !== '' && zone !== home
      if (!isElsewhere || service?.backing === undefined || service.record.selector === undefined) return []
      return [{ service, zone, bytes: total(streams, crossBytes) }]
    })
    .sort((a, b) => b.bytes - a.bytes)[0]
}

function affinityTo({ record, namespace }: ServiceView): object {
  const podAffinityTerm = {
    labelSelector: { matchLabels: record.selector ?? {} },
    namespaces: [namespace],
    topologyKey: 'topology.kubernetes.io/zone',
  }
  return {
    affinity: {
      podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] },
    },
  }
}
