import type { Workload } from '@weir/contract/peers.ts'
import type { ObjectMaps, OwnedRecord, PodRecord, SpreadRule } from '../directory/kubernetes/objects.ts'
import { workloadOf } from '../directory/kubernetes/owners.ts'
import type { WorkloadPlacement } from './cluster-routing.ts'

/** Pods of one controller: a ReplicaSet, a DaemonSet …. All of them are of one workload. */
interface Group {
  readonly name: string
  readonly pods: Set<string>
  /** As it was looked at last; '' before. */
  workload: string
  placed: Placed | undefined
}

interface Placed {
  readonly namespace: string
  readonly workload: Workload
  readonly podsByNode: ReadonlyMap<string, number>
  readonly newestAt: number
  readonly spread: readonly SpreadRule[]
}

/**
 * Where each workload's pods are, kept as pods come and go: asking costs what changed, not what there is. Kept per pod
 * are two references; pods that have ended or are ending are not kept at all.
 */
export class Placements {
  readonly #groups = new Map<string, Group>()
  readonly #groupOf = new Map<string, Group>()
  /** ReplicaSets and Jobs by kind, namespace and name; and that name by uid. */
  readonly #owned = new Map<string, OwnedRecord>()
  readonly #ownedNames = new Map<string, string>()
  readonly #byWorkload = new Map<string, Set<Group>>()
  readonly #placements = new Map<string, WorkloadPlacement>()
  readonly #staleGroups = new Set<Group>()
  readonly #staleWorkloads = new Set<string>()
  #zoneOf = new Map<string, string>()
  #areNodesStale = true
  #all: readonly WorkloadPlacement[] = []

  nodeChanged(): void {
    this.#areNodesStale = true
  }

  ownedChanged(kind: 'ReplicaSet' | 'Job', uid: string, record: OwnedRecord | undefined): void {
    const name = record === undefined ? this.#ownedNames.get(uid) : ownedName(kind, record.namespace, record.name)
    if (name === undefined) return
    if (record !== undefined) {
      this.#owned.set(name, record)
      this.#ownedNames.set(uid, name)
    } else {
      this.#ownedNames.delete(uid)
      if (this.#owned.get(name)?.uid === uid) this.#owned.delete(name)
      // Pods that outlive it keep the workload they had.
      return
    }
    const group = this.#groups.get(name)
    if (group !== undefined) this.#staleGroups.add(group)
  }

  podChanged(uid: string, pod: PodRecord | undefined): void {
    const counts = pod !== undefined && pod.node !== undefined && !pod.ended && !pod.terminating
    const before = this.#groupOf.get(uid)
    const group = counts ? this.#group(groupName(pod)) : undefined
    if (before !== undefined) this.#staleGroups.add(before)
    if (group !== undefined) this.#staleGroups.add(group.pods.has(uid) ? group : this.#join(group, uid))
    if (before === undefined || before === group) return
    before.pods.delete(uid)
    if (group === undefined) this.#groupOf.delete(uid)
  }

  /** The workload of a pod, as of the last look. */
  workloadOf(uid: string): WorkloadPlacement | undefined {
    return this.#placements.get(this.#groupOf.get(uid)?.workload ?? '')
  }

  current(maps: ObjectMaps): readonly WorkloadPlacement[] {
    if (this.#areNodesStale) this.#readNodes(maps)
    for (const group of this.#staleGroups) this.#look(group, maps)
    this.#staleGroups.clear()
    if (this.#staleWorkloads.size === 0) return this.#all
    for (const key of this.#staleWorkloads) this.#place(key)
    this.#staleWorkloads.clear()
    this.#all = [...this.#placements.values()]
    return this.#all
  }

  #group(name: string): Group {
    const group = this.#groups.get(name) ?? { name, pods: new Set(), workload: '', placed: undefined }
    this.#groups.set(name, group)
    return group
  }

  #join(group: Group, uid: string): Group {
    group.pods.add(uid)
    this.#groupOf.set(uid, group)
    return group
  }

  /** A zone of a node is rarely another; when one is, every placement is looked at. */
  #readNodes({ nodes }: ObjectMaps): void {
    const zones = new Map(Array.from(nodes.values(), ({ name, zoneName }) => [name, zoneName ?? '']))
    const differs =
      zones.size !== this.#zoneOf.size || zones.entries().some(([name, zone]) => this.#zoneOf.get(name) !== zone)
    if (differs) for (const key of this.#byWorkload.keys()) this.#staleWorkloads.add(key)
    this.#zoneOf = zones
    this.#areNodesStale = false
  }

  #look(group: Group, maps: ObjectMaps): void {
    const placed = placedOf(group, maps, (kind, namespace, name) => this.#owned.get(ownedName(kind, namespace, name)))
    // A ReplicaSet that is gone before its last pods must not make them a workload of its name.
    const kept =
      placed !== undefined && group.placed !== undefined && placed.isGuess ? group.placed.workload : undefined
    group.placed = placed === undefined ? undefined : { ...placed, workload: kept ?? placed.workload }
    const key = group.placed === undefined ? '' : workloadKey(group.placed.namespace, group.placed.workload)
    if (group.placed === undefined) this.#groups.delete(group.name)
    if (key !== group.workload) {
      const left = this.#byWorkload.get(group.workload)
      left?.delete(group)
      if (left?.size === 0) this.#byWorkload.delete(group.workload)
      this.#staleWorkloads.add(group.workload)
      if (key !== '') this.#byWorkload.set(key, (this.#byWorkload.get(key) ?? new Set()).add(group))
    }
    group.workload = key
    this.#staleWorkloads.add(key)
  }

  #place(key: string): void {
    const placed = [...(this.#byWorkload.get(key) ?? [])].flatMap(group => group.placed ?? [])
    const [first] = placed
    if (first === undefined) {
      this.#placements.delete(key)
      return
    }
    const podsByZone = new Map<string, number>()
    for (const { podsByNode } of placed)
      for (const [node, pods] of podsByNode) {
        const zone = this.#zoneOf.get(node) ?? ''
        podsByZone.set(zone, (podsByZone.get(zone) ?? 0) + pods)
      }
    this.#placements.set(key, {
      namespace: first.namespace,
      workload: first.workload,
      podsByZone,
      nodes: new Set(placed.flatMap(({ podsByNode }) => [...podsByNode.keys()])),
      spread: placed.reduce((newest, one) => (one.newestAt > newest.newestAt ? one : newest)).spread,
    })
  }
}

type Find = Parameters<typeof workloadOf>[1]

function placedOf({ pods }: Group, maps: ObjectMaps, find: Find): (Placed & { readonly isGuess: boolean }) | undefined {
  const podsByNode = new Map<string, number>()
  let newest: PodRecord | undefined
  for (const uid of pods) {
    const pod = maps.pods.get(uid)
    if (pod?.node === undefined) continue
    podsByNode.set(pod.node, (podsByNode.get(pod.node) ?? 0) + 1)
    if (newest === undefined || (pod.startedAt ?? 0) > (newest.startedAt ?? 0)) newest = pod
  }
  if (newest === undefined) return undefined
  const { namespace, startedAt, spread } = newest
  return { namespace, podsByNode, newestAt: startedAt ?? 0, spread, ...workloadOf(newest, find) }
}

/** Static pods of all nodes are one workload, but their owners are the nodes: each is a group of its own. */
function groupName({ namespace, name, owner }: PodRecord): string {
  return owner === undefined || owner.kind === 'Node'
    ? `Pod ${namespace}/${name}`
    : ownedName(owner.kind, namespace, owner.name)
}

const ownedName = (kind: string, namespace: string, name: string): string => `${kind} ${namespace}/${name}`
const workloadKey = (namespace: string, { kind, name }: Workload): string => ownedName(kind, namespace, name)
