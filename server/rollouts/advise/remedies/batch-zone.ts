import { type Candidate, candidate } from '../candidate.ts'
import type { ClusterView } from '../cluster-view.ts'
import { gigabytes, listed } from '../in-words.ts'
import { templatePatch } from '../patches.ts'
import { routable } from '../steering.ts'
import { crossBytes, type Stream, total } from '../stream.ts'
import { type End, workloadsMovedTo } from './moved-workload.ts'

/** Work that comes and goes, whose pods talk to each other: it needs one zone, not three. */
export function batchZone(view: ClusterView): Candidate[] {
  const streams = routable(view.streams)
  const among = streams.filter(({ key }) => isBatch(key.initiator) && isBatch(key.responder))
  const byNamespace = Map.groupBy(among, ({ key }) => key.initiator.namespace)
  return [...byNamespace].flatMap(([namespace, inside]) => forNamespace(view, namespace, inside, streams) ?? [])
}

const isBatch = ({ kind, workloadKind }: End): boolean => kind === 'pod' && workloadKind === 'CronJob'

function forNamespace(
  view: ClusterView,
  namespace: string,
  inside: readonly Stream[],
  all: readonly Stream[],
): Candidate | undefined {
  if (total(inside, crossBytes) === 0) return undefined
  const names = [...new Set(inside.flatMap(({ key }) => [key.initiator.name, key.responder.name]))].sort()
  const isOwn = (end: End) => isBatch(end) && end.namespace === namespace && names.includes(end.name)
  const own = all.filter(({ key }) => isOwn(key.initiator) || isOwn(key.responder))
  const choices = view.zones.map(zone => {
    const moved = workloadsMovedTo(view, own, zone, isOwn)
    return { zone, moved, billed: moved.reduce((sum, { billedAfter }) => sum + billedAfter, 0) }
  })
  const best = choices.sort((a, b) => a.billed - b.billed || (a.zone < b.zone ? -1 : 1))[0]
  if (best === undefined) return undefined
  const { moved, zone } = best
  return candidate(
    {
      remedy: 'node pool in one zone',
      subject: `${namespace}/${listed(names)}`,
      namespace,
      problem: `Pods of ${listed(names)} exchange ${gigabytes(total(inside, crossBytes))} with each other across zones.`,
      moved,
      risk: `A run fails or waits while ${zone} does not work or has no room (of Spot capacity above all).`,
      precondition: `Nodes, or a node pool that makes them, in ${zone}; volumes of the jobs are there as well.`,
      patches: names.flatMap(
        name =>
          templatePatch({ kind: 'CronJob', name }, namespace, {
            nodeSelector: { 'topology.kubernetes.io/zone': zone },
          }) ?? [],
      ),
    },
    { variant: zone },
  )
}
