import type { Patch, Remedy } from '@weir/contract/advice-queries.ts'
import type { EndpointRecord } from '../../../directory/kubernetes/objects.ts'
import type { WorkloadPlacement } from '../../cluster-routing.ts'
import { allocate, nearestReplicaCount } from '../../hints/allocation.ts'
import { isIn } from '../../hints/kube-version.ts'
import { type Candidate, candidate, type Moved } from '../candidate.ts'
import { type ClusterView, clientsByZone, type ServiceView } from '../cluster-view.ts'
import { counted, listed, loadInWords, percent, perZone } from '../in-words.ts'
import { templatePatch } from '../patches.ts'
import { hintedByCpu, spreadEvenly } from '../sends.ts'
import { crossesBySteering, measuredShare, steer } from '../steering.ts'
import { isCrossing, type Stream, total } from '../stream.ts'
import { preferencePatch, zonePreference } from '../zone-preference.ts'
import { isDns } from './dns-cache.ts'

/** Services whose endpoints are too few, in the wrong number, or in the wrong zones, for clients to find one near. */
export const replicas = (view: ClusterView): Candidate[] =>
  view.services.filter(crossesBySteering).flatMap(service => {
    const { backing, byZone, endpoints } = service
    // EKS sets the replicas of its DNS add-on itself; an endpoint whose zone is not known makes all hints void.
    if (backing === undefined || byZone.has('') || isDns(service)) return []
    const wrongCount = countForHints(view, service, backing)
    if (wrongCount !== undefined) return [wrongCount]
    if (endpoints.length < view.zones.length) return tooFew(view, service, backing) ?? []
    return uneven(view, service, backing) ?? []
  })

/** topology-mode Auto with a number of endpoints that cannot be shared out. */
function countForHints(view: ClusterView, service: ServiceView, backing: WorkloadPlacement): Candidate | undefined {
  const { shares, zones } = view
  const { asked, byZone, endpoints } = service
  if (asked.preference !== 'Auto' || shares.kind !== 'shares') return undefined
  const allocated = allocate(shares.byZone, endpoints.length)
  if (allocated.kind === 'allocated') return undefined
  const count = nearestReplicaCount(shares.byZone, endpoints.length)
  if (count === undefined) return undefined
  const why =
    allocated.kind === 'too few endpoints'
      ? `${counted(endpoints.length, 'endpoint')} for ${allocated.zones} zones`
      : `${counted(endpoints.length, 'endpoint')} cannot be shared out over ${allocated.zones} zones by their CPU without overloading one`
  return scaled(view, service, backing, {
    count,
    remedy: 'change the replica count',
    problem: `${asked.from}, and no hints: ${why}. ${crossing(service)}`,
    after: hintedByCpu(spreadEvenly(count, zones, byZone), shares),
    patches: [],
    extra: [],
  })
}

function tooFew(view: ClusterView, service: ServiceView, backing: WorkloadPlacement): Candidate | undefined {
  const { byZone, endpoints, record, steered } = service
  const without = [...clientsByZone(steered).keys()].filter(zone => !byZone.has(zone)).sort()
  if (without.length === 0) return undefined
  const preference = zonePreference(view)
  const count = view.zones.length
  const isStateful = backing.workload.kind === 'StatefulSet'
  return scaled(view, service, backing, {
    count,
    remedy: isStateful ? 'replica in every zone' : 'change the replica count',
    problem: `${counted(endpoints.length, 'endpoint')} (${perZone(byZone)}) for clients in ${clientsByZone(steered).size} zones; none in ${listed(without)}. ${crossing(service)}`,
    after: preference.hinted(spreadEvenly(count, view.zones, byZone)),
    patches: service.asked.preference.startsWith('Prefer') ? [] : [preferencePatch(record, preference)],
    extra: isStateful ? replication(view, backing, endpoints.length, count) : [],
  })
}

/** Enough endpoints, and not where the clients are. Volumes hold the pods of a StatefulSet where they are. */
function uneven(view: ClusterView, service: ServiceView, backing: WorkloadPlacement): Candidate | undefined {
  const { asked, byZone, endpoints, record } = service
  const counts = view.zones.map(zone => byZone.get(zone) ?? 0)
  if (Math.max(...counts) - Math.min(...counts) < 2 || backing.workload.kind === 'StatefulSet') return undefined
  const preference = zonePreference(view)
  const isSet = asked.preference.startsWith('Prefer') || (asked.preference === 'Auto' && preference.value === 'Auto')
  return scaled(view, service, backing, {
    count: undefined,
    remedy: 'spread the replicas',
    problem: `${counted(endpoints.length, 'endpoint')}, and not where the clients are: ${perZone(byZone)}. ${crossing(service)}`,
    after: preference.hinted(spreadEvenly(endpoints.length, view.zones, byZone)),
    patches: isSet ? [] : [preferencePatch(record, preference)],
    extra: [],
  })
}

const crossing = (service: ServiceView): string =>
  `${percent(measuredShare(service))} of what clients exchange with ${service.namespace}/${service.name} crosses zones.`

interface Scaled {
  /** undefined: as many as there are. */
  readonly count: number | undefined
  readonly remedy: Remedy
  readonly problem: string
  readonly after: readonly EndpointRecord[]
  readonly patches: readonly Patch[]
  readonly extra: readonly Moved[]
}

function scaled(
  view: ClusterView,
  service: ServiceView,
  backing: WorkloadPlacement,
  how: Scaled,
): Candidate | undefined {
  const { namespace, workload } = backing
  const { count, after: endpoints } = how
  const template = { topologySpreadConstraints: [spreadRule(view, service, workload.kind)] }
  const patch = templatePatch(workload, namespace, template, count === undefined ? {} : { replicas: count })
  if (patch === undefined || workload.kind === 'DaemonSet' || service.record.selector === undefined) return undefined
  const after = steer(service.steered, endpoints)
  const more = (count ?? 0) - service.endpoints.length
  const costs =
    count !== undefined && more > 0
      ? `${counted(more, 'more replica')}: their CPU and memory are in no figure here.`
      : ''
  const volume = workload.kind === 'StatefulSet' ? 'What the replicas copy to each other crosses zones.' : ''
  const scaler = count === undefined ? '' : 'An autoscaler must have this number, or a multiple, as its minimum.'
  return candidate(
    {
      remedy: how.remedy,
      subject: `${service.namespace}/${service.name}`,
      namespace: service.namespace,
      problem: how.problem,
      moved: [...after.moved, ...how.extra],
      risk: [loadInWords(after.loadFactor), costs, volume, scaler, 'A pod stays pending where its zone has no room.']
        .filter(text => text !== '')
        .join(' '),
      precondition: `Nodes with room in ${listed(view.zones)}; ${zonePreference(view).precondition}.`,
      patches: [patch, ...how.patches],
    },
    { variant: count === undefined ? '' : `${count}`, loadFactor: after.loadFactor },
  )
}

/** Of the pods that the Service selects, and of one roll-out at a time. */
function spreadRule({ minor }: ClusterView, { record }: ServiceView, kind: string): object {
  const revision = kind === 'StatefulSet' ? 'controller-revision-hash' : 'pod-template-hash'
  return {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: record.selector ?? {} },
    ...(isIn(minor, MATCH_LABEL_KEYS) && kind !== 'Rollout' && { matchLabelKeys: [revision] }),
  }
}

/** topologySpreadConstraints[].matchLabelKeys: beta since 1.27 (KEP-3243). */
const MATCH_LABEL_KEYS = 27

/** What replicas copy among themselves grows with them; each new one is in another zone than the others. */
function replication(
  view: ClusterView,
  { namespace, workload }: WorkloadPlacement,
  before: number,
  count: number,
): Moved[] {
  if (before < 2) return []
  const isOwn = (end: Stream['key']['initiator']) =>
    end.kind === 'pod' &&
    end.namespace === namespace &&
    end.workloadKind === workload.kind &&
    end.name === workload.name
  const among = view.streams.filter(({ key }) => key.leg === 'direct' && isOwn(key.initiator) && isOwn(key.responder))
  const wire = total(among, ({ wireBytes }) => wireBytes)
  const grown = ((count - before) / (before - 1)) * wire
  return among.map(stream => {
    const crossAfter = (isCrossing(stream) ? stream.wireBytes : 0) + grown * (stream.wireBytes / wire)
    return { stream, crossAfter, billedAfter: crossAfter * stream.sides }
  })
}
