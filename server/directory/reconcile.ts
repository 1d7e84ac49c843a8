import type { Label } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { zoneKey } from '@weir/contract/zones.ts'
import type { Cluster } from './cluster.ts'
import type { Entry } from './intervals.ts'
import type { ListedBackends, ListedPod, ListedSubnet } from './listing.ts'
import { graceBefore, later, type Moments } from './moments.ts'
import { serviceRecord } from './reconcile-service.ts'
import { type JournalRecord, labelOf, type WorkloadRecord } from './records.ts'
import { serviceName } from './services.ts'
import { subnetKey } from './subnets.ts'
import type { Claim } from './world.ts'

/** Gives out ids, each once. */
export interface Ids {
  label(): number
  service(): number
}

/**
 * What has to be written down so that the cluster holds what is listed under these keys, and nothing else of theirs.
 * What is gone ends before anything begins. Pure but for the ids it draws.
 */
export function reconcile(cluster: Cluster, keys: Iterable<string>, moments: Moments, ids: Ids): JournalRecord[] {
  const work = new Reconciliation(cluster, moments, ids)
  for (const key of keys) work.look(key)
  return work.records()
}

class Reconciliation {
  readonly #cluster: Cluster
  readonly #moments: Moments
  readonly #ids: Ids
  readonly #ended: JournalRecord[] = []
  readonly #begun: JournalRecord[] = []
  /** By workload: many pods of it may come at once. */
  readonly #chosen = new Map<string, WorkloadRecord>()

  constructor(cluster: Cluster, moments: Moments, ids: Ids) {
    this.#cluster = cluster
    this.#moments = moments
    this.#ids = ids
  }

  records(): JournalRecord[] {
    const cluster = this.#cluster.name
    const chosen = Array.from(this.#chosen.values(), (workload): JournalRecord => {
      return { kind: 'workload', cluster, workload }
    })
    return [...this.#ended, ...this.#begun, ...chosen]
  }

  look(key: string): void {
    const listed = this.#cluster.world.get(key)
    this.#labels(key)
    this.#service(key, listed?.kind === 'service' ? listed : undefined)
    this.#backends(key, listed?.kind === 'backends' ? listed : undefined)
    this.#subnet(key, listed?.kind === 'subnet' ? listed : undefined)
    if (listed?.kind === 'pod') this.#chooseLabels(listed)
  }

  #labels(owner: string): void {
    const open = new Map<string, Entry>()
    for (const entry of this.#cluster.openOf(owner)) open.set(claimKey(entry.label), entry)
    for (const claim of this.#cluster.world.claims(owner)) {
      const key = claimKey(claim)
      const held = open.get(key)
      open.delete(key)
      if (held === undefined) this.#putLabel(owner, this.#newLabel(claim), claim.ports)
      else if (JSON.stringify(held.ports) !== JSON.stringify(claim.ports))
        this.#putLabel(owner, held.label, claim.ports)
    }
    for (const { label, ports } of open.values())
      this.#putLabel(owner, { ...label, to: later(label.from, this.#moments.endAt) }, ports)
  }

  #putLabel(owner: string, label: Label, ports: Claim['ports']): void {
    const into = label.to === null ? this.#begun : this.#ended
    into.push({ kind: 'label', cluster: this.#cluster.name, owner, label, ports })
  }

  #newLabel(claim: Claim): Label {
    const { address, port, peer, node, zone } = claim
    return labelOf({ id: this.#ids.label(), address, port, peer, node, zone, from: this.#beginOf(claim), to: null })
  }

  /** An address that somebody held begins at the moment of the read; one that is new to us may have begun before it. */
  #beginOf({ address, since }: Claim): EpochMs {
    const { intervals } = this.#cluster
    const { at, endAt } = this.#moments
    if (!intervals.has(address)) return since ?? graceBefore(at)
    if (since === undefined) return at
    let free: EpochMs = epochMs(0)
    for (const { label } of intervals.of(address)) free = later(free, label.to ?? endAt)
    return later(since, free)
  }

  #service(owner: string, listed: Parameters<typeof serviceRecord>[2]): void {
    const service = serviceRecord(this.#cluster, owner, listed, this.#moments, this.#ids)
    if (service === undefined) return
    const into = service.entry.to === null ? this.#begun : this.#ended
    into.push({ kind: 'service', cluster: this.#cluster.name, service })
  }

  #backends(owner: string, listed: ListedBackends | undefined): void {
    const { backends, name: cluster } = this.#cluster
    const { at, endAt } = this.#moments
    const wanted = new Set(listed?.addresses)
    const service = listed === undefined ? '' : serviceName(listed.namespace, listed.service)
    const ports = listed?.ports ?? []
    const portsText = JSON.stringify(ports)
    for (const backend of backends.openOf(owner).values()) {
      const isSame = backend.service === service && JSON.stringify(backend.ports) === portsText
      if (isSame && wanted.delete(backend.address)) continue
      this.#ended.push({ kind: 'backend', cluster, backend: { ...backend, to: later(backend.from, endAt) } })
    }
    for (const address of wanted) {
      const from = backends.of(address).length === 0 ? graceBefore(at) : at
      this.#begun.push({ kind: 'backend', cluster, backend: { owner, address, service, ports, from, to: null } })
    }
  }

  #subnet(owner: string, listed: ListedSubnet | undefined): void {
    const { subnets, name: cluster } = this.#cluster
    const { at, endAt } = this.#moments
    const open = subnets.openOf(owner)
    if (open !== undefined && listed !== undefined && subnetKey(open) === subnetKey(listed)) return
    if (open !== undefined)
      this.#ended.push({ kind: 'subnet', cluster, subnet: { ...open, to: later(open.from, endAt) } })
    if (listed === undefined) return
    const { id, cidr, zone, vpc, contested } = listed
    const optional = { ...(vpc !== undefined && { vpc }), ...(contested && { contested }) }
    const from = subnets.knows(cidr) ? at : graceBefore(at)
    this.#begun.push({ kind: 'subnet', cluster, subnet: { owner, id, cidr, zone, ...optional, from, to: null } })
  }

  /** The workload's youngest pod speaks for it: in a roll-out, pods with old and new labels come and go side by side. */
  #chooseLabels({ namespace, workload, labels = {}, since = this.#moments.at }: ListedPod): void {
    const key = `${namespace}/${workload.kind}/${workload.name}`
    const last = this.#chosen.get(key) ?? this.#cluster.workloadLabels.last(namespace, workload)
    if (since < (last?.from ?? 0) || JSON.stringify(last?.labels ?? {}) === JSON.stringify(labels)) return
    this.#chosen.set(key, { namespace, workload, labels, from: since })
  }
}

const claimKey = ({ address, port, peer, node, zone }: Omit<Claim, 'ports'>): string =>
  JSON.stringify([address, port ?? 0, peer, node ?? '', zone === undefined ? '' : zoneKey(zone)])
