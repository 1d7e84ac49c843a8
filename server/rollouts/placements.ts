import type { Workload } from '@weir/contract/peers.ts'
import type { ObjectMaps, OwnedRecord, PodRecord, SpreadRule } from '../directory/kubernetes/objects.ts'
import { type FindOwned, workloadOf } from '../directory/kubernetes/owners.ts'
import type { WorkloadPlacement } from './cluster-routing.ts'

/** Pods of one controller: a ReplicaSet, a DaemonSet …. All of them are of one workload. */
interface Group {
  readonly name: string
  /** Nodes by uid. */
  readonly pods: Map<string, string>
  readonly podsByNode: Map<string, number>
  /** The newest one there was: it tells whose they are, and what they ask of the scheduler. */
  newest: Newest
  /** As it was placed last; undefined before, and once it is empty. */
  workload: Workload | undefined
  isGuess: boolean
}

type Newest = Pick<PodRecord, 'namespace' | 'name' | 'node' | 'owner' | 'labels' | 'startedAt'> & {
  readonly spread: readonly SpreadRule[]
}

/**
 * Where each workload's pods are, kept as pods come and go: asking costs what changed, not what there is. Kept per pod
 * are three references; pods that have ended or are ending are not kept at all.
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
    if (record === undefined) {
      // Pods that outlive it keep the workload they had.
      const name = this.#ownedNames.get(uid) ?? ''
      this.#ownedNames.delete(uid)
      if (this.#owned.get(name)?.uid === uid) this.#owned.delete(name)
      return
    }
    const name = ownedName(kind, record.namespace, record.name)
    this.#owned.set(name, record)
    this.#ownedNames.set(uid, name)
    const group = this.#groups.get(name)
    if (group !== undefined) this.#staleGroups.add(group)
  }

  podChanged(uid: string, pod: PodRecord | undefined): void {
    const before = this.#groupOf.get(uid)
    if (before !== undefined) this.#leave(before, uid)
    if (pod === undefined || pod.node === undefined || pod.ended || pod.terminating) {
      this.#groupOf.delete(uid)
      return
    }
    const group = this.#group(pod)
    group.pods.set(uid, pod.node)
    group.podsByNode.set(pod.node, (group.podsByNode.get(pod.node) ?? 0) + 1)
    if ((pod.startedAt ?? 0) >= (group.newest.startedAt ?? 0)) group.newest = newestOf(pod)
    this.#groupOf.set(uid, group)
    this.#staleGroups.add(group)
  }

  /** The workload of a pod, as of the last look. */
  workloadOf(uid: string): Workload | undefined {
    return this.#groupOf.get(uid)?.workload
  }

  current(maps: ObjectMaps): readonly WorkloadPlacement[] {
    if (this.#areNodesStale) this.#readNodes(maps)
    for (const group of this.#staleGroups) this.#look(group)
    this.#staleGroups.clear()
    if (this.#staleWorkloads.size === 0) return this.#all
    for (const key of this.#staleWorkloads) this.#place(key)
    this.#staleWorkloads.clear()
    this.#all = [...this.#placements.values()]
    return this.#all
  }

  #group(pod: PodRecord): Group {
    const name = groupName(pod)
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    const newest = newestOf(pod)
    const made = { name, pods: new Map(), podsByNode: new Map(), newest, workload: undefined, isGuess: true }
    this.#groups.set(name, made)
    return made
  }

  #leave(group: Group, uid: string): void {
    const node = group.pods.get(uid) ?? ''
    const left = (group.podsByNode.get(node) ?? 0) - 1
    if (left > 0) group.podsByNode.set(node, left)
    else group.podsByNode.delete(node)
    group.pods.delete(uid)
    this.#staleGroups.add(group)
  }

  /** A zone of a node is rarely another; when one is, every placement is looked at. */
  #readNodes({ nodes }: ObjectMaps): void {
    const zones = new Map(Array.from(nodes.values(), ({ name, zoneName }) => [name, zoneName ?? '']))
    const isOther =
      zones.size !== this.#zoneOf.size || zones.entries().some(([name, zone]) => this.#zoneOf.get(name) !== zone)
    if (isOther) for (const key of this.#byWorkload.keys()) this.#staleWorkloads.add(key)
    this.#zoneOf = zones
    this.#areNodesStale = false
  }

  /** Finds out whose the pods of a group are. */
  #look(group: Group): void {
    const before = keyOf(group)
    if (group.pods.size === 0) {
      if (this.#groups.get(group.name) === group) this.#groups.delete(group.name)
      group.workload = undefined
    } else if (group.workload === undefined || group.isGuess) this.#name(group)
    const key = keyOf(group)
    if (key !== before) {
      const left = this.#byWorkload.get(before)
      left?.delete(group)
      if (left?.size === 0) this.#byWorkload.delete(before)
      if (key !== '') this.#byWorkload.set(key, (this.#byWorkload.get(key) ?? new Set()).add(group))
    }
    for (const stale of [before, key]) if (stale !== '') this.#staleWorkloads.add(stale)
  }

  #name(group: Group): void {
    const find: FindOwned = (kind, namespace, name) => this.#owned.get(ownedName(kind, namespace, name))
    const { workload, isGuess } = workloadOf(group.newest, find)
    group.workload = workload
    group.isGuess = isGuess
  }

  #place(key: string): void {
    const groups = [...(this.#byWorkload.get(key) ?? [])]
    const [first] = groups
    if (first?.workload === undefined) {
      this.#placements.delete(key)
      return
    }
    const podsByZone = new Map<string, number>()
    const nodes = new Set<string>()
    for (const { podsByNode } of groups)
      for (const [node, pods] of podsByNode) {
        const zone = this.#zoneOf.get(node) ?? ''
        podsByZone.set(zone, (podsByZone.get(zone) ?? 0) + pods)
        nodes.add(node)
      }
    const { namespace } = first.newest
    const { spread } = groups
      .map(({ newest }) => newest)
      .reduce((a, b) => ((b.startedAt ?? 0) > (a.startedAt ?? 0) ? b : a))
    this.#placements.set(key, { namespace, workload: first.workload, podsByZone, nodes, spread })
  }
}

const newestOf = ({ namespace, name, node, owner, labels, startedAt, spread }: PodRecord): Newest => ({
  ...{ namespace, name, node, owner, labels, startedAt, spread },
})

/** Static pods of all nodes are one workload, but their owners are the nodes: each is a group of its own. */
function groupName({ namespace, name, owner }: PodRecord): string {
  return owner === undefined || owner.kind === 'Node'
    ? `Pod ${namespace}/${name}`
    : ownedName(owner.kind, namespace, owner.name)
}

const ownedName = (kind: string, namespace: string, name: string): string => `${kind} ${namespace}/${name}`

const keyOf = ({ newest: { namespace }, workload }: Group): string =>
  workload === undefined ? '' : ownedName(workload.kind, namespace, workload.name)
