import { type Candidate, candidate } from '../candidate.ts'
import type { ClusterView, ServiceView } from '../cluster-view.ts'
import { loadInWords, percent, perZone } from '../in-words.ts'
import { crossesBySteering, measuredShare, steer } from '../steering.ts'
import { preferencePatch, zonePreference } from '../zone-preference.ts'
import { isMendable } from './mend-hints.ts'

/** Services that send connections to any zone, and could send them to their own. */
export const preferZone = (view: ClusterView): Candidate[] =>
  view.services.filter(crossesBySteering).flatMap(service => forService(view, service))

function forService(view: ClusterView, service: ServiceView): Candidate[] {
  const { asked, byZone, endpoints, name, namespace, record, steered } = service
  if (asked.preference !== 'none' && asked.preference !== 'Auto') return []
  if (isMendable(view, service)) return []
  const preference = zonePreference(view)
  if (preference.value === 'Auto' && asked.preference === 'Auto') return []
  const after = steer(steered, preference.hinted(endpoints))
  const now = asked.preference === 'Auto' ? `${asked.from} moves endpoints to other zones` : 'any zone is as good'
  return [
    candidate(
      {
        remedy: 'prefer the same zone',
        subject: `${namespace}/${name}`,
        namespace,
        problem: `${percent(measuredShare(service))} of what clients exchange with ${namespace}/${name} crosses zones: ${now} (${perZone(byZone)}).`,
        moved: after.moved,
        risk:
          loadInWords(after.loadFactor) || 'Clients of a zone use its endpoints alone: watch the load of each zone.',
        precondition: `A ready endpoint in every zone with clients; ${preference.precondition}.`,
        patches: [preferencePatch(record, preference)],
      },
      { variant: preference.value, loadFactor: after.loadFactor },
    ),
  ]
}
