import type { Patch } from '@weir/contract/advice-queries.ts'
import { allocate } from '../../hints/allocation.ts'
import { NEW_KEY, OLD_KEY } from '../../hints/preference.ts'
import { type Candidate, candidate } from '../candidate.ts'
import type { ClusterView, ServiceView } from '../cluster-view.ts'
import { counted, loadInWords, percent } from '../in-words.ts'
import { kubectlPatch } from '../patches.ts'
import { hintedByCpu } from '../sends.ts'
import { crossesBySteering, measuredShare, steer } from '../steering.ts'
import { preferencePatch, zonePreference } from '../zone-preference.ts'

/** Hints that somebody wanted and that are not there: for a word, for a key, or because nobody looked again. */
export const mendHints = (view: ClusterView): Candidate[] =>
  view.services
    .filter(service => crossesBySteering(service))
    .flatMap(service => valueNotUnderstood(view, service) ?? stuckOff(view, service) ?? [])

export const isMendable = (view: ClusterView, service: ServiceView): boolean =>
  idleAnnotation(service) !== undefined || isStuckOff(view, service)

/** An annotation that was meant to switch hints on. One that names another key's value as the reason is the hidden one. */
const idleAnnotation = ({ asked }: ServiceView) =>
  asked.preference === 'none'
    ? asked.idle.find(
        ({ key, reason }) =>
          (key === OLD_KEY || key === NEW_KEY) && (reason === 'value not understood' || reason === 'old key wins'),
      )
    : undefined

function valueNotUnderstood(view: ClusterView, service: ServiceView): Candidate | undefined {
  const idle = idleAnnotation(service)
  if (idle === undefined) return undefined
  const { endpoints, name, namespace, record, steered } = service
  const preference = zonePreference(view)
  const after = steer(steered, preference.hinted(endpoints))
  const why =
    idle.reason === 'old key wins'
      ? `${idle.key}: ${idle.value} is hidden by ${idle.against}`
      : `${idle.key}: ${idle.value} is no value that Kubernetes understands (only Auto is)`
  return mending(service, {
    variant: idle.reason,
    problem: `${why}: ${percent(measuredShare(service))} of what clients exchange with ${namespace}/${name} crosses zones.`,
    after,
    patch: preferencePatch(record, preference),
    precondition: `A ready endpoint in every zone with clients; ${preference.precondition}.`,
  })
}

/** Hints could be allocated and no endpoint has one: the controller does not look again when nodes come back. */
function isStuckOff({ shares }: ClusterView, { asked, endpoints, record }: ServiceView): boolean {
  if (asked.preference !== 'Auto' || !record.hasSelector || shares.kind !== 'shares') return false
  if (endpoints.some(({ forZones, zone }) => forZones.length > 0 || zone === undefined)) return false
  return allocate(shares.byZone, endpoints.length).kind === 'allocated'
}

function stuckOff(view: ClusterView, service: ServiceView): Candidate | undefined {
  if (!isStuckOff(view, service)) return undefined
  const { asked, endpoints, name, namespace, steered } = service
  const annotations = { 'weir/looked-at': new Date(view.asOf).toISOString() }
  return mending(service, {
    variant: 'stuck off',
    problem: `${asked.from} asks for hints, ${counted(endpoints.length, 'endpoint')} would get them, and none has one: ${percent(measuredShare(service))} of what clients exchange with ${namespace}/${name} crosses zones.`,
    after: steer(steered, hintedByCpu(endpoints, view.shares)),
    patch: kubectlPatch('service', namespace, name, 'merge', { metadata: { annotations } }),
    precondition: 'All nodes are ready and in a zone; any change of the Service makes the controller look again.',
  })
}

function mending(
  { name, namespace }: ServiceView,
  {
    variant,
    problem,
    after,
    patch,
    precondition,
  }: {
    readonly variant: string
    readonly problem: string
    readonly after: ReturnType<typeof steer>
    readonly patch: Patch
    readonly precondition: string
  },
): Candidate {
  return candidate(
    {
      remedy: 'mend the hints',
      subject: `${namespace}/${name}`,
      namespace,
      problem,
      moved: after.moved,
      risk:
        loadInWords(after.loadFactor) || 'Hints may be lost again when nodes or replicas change: watch their state.',
      precondition,
      patches: [patch],
    },
    { variant, loadFactor: after.loadFactor },
  )
}
