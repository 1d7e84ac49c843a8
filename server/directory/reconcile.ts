import type { ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { Label } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { zoneKey } from '@weir/contract/zones.ts'
import type { Cluster } from './cluster.ts'
import { type Claim, claimsOf, type ListedService, type Listing } from './listing.ts'
import type { JournalRecord } from './records.ts'
import type { ServiceRecord } from './services.ts'
import { subnetKey } from './subnets.ts'

/**
 * How far back a label is opened for an address that nobody is known to have held. A pod talks before the directory
 * has read of it, and the first read of all finds connections under way; nobody else can have been there.
 */
const GRACE_MS = 5 * 60_000

/** History of a Service that is told to agents: no window in a spool is older than so many changes. */
const MOST_GENERATIONS = 100

/** Gives out ids, each once. */
export interface Ids {
  label(): number
  service(): number
}

/**
 * What changes when the world looks like `listing` at `at`. What is not listed any more ends at `endAt`; what is new
 * opens at `at`, or earlier where that takes nothing from a former owner. Pure but for the ids it draws.
 */
export function reconcile(
  cluster: Cluster,
  listing: Listing,
  at: EpochMs,
  endAt: EpochMs,
  ids: Ids,
): readonly JournalRecord[] {
  return [
    ...reconcileLabels(cluster, claimsOf(listing), at, endAt, ids),
    ...reconcileServices(cluster, listing.services, at, endAt, ids),
    ...reconcileSubnets(cluster, listing, at, endAt),
  ]
}

const claimKey = ({ address, port, peer, node, zone }: Omit<Claim, 'ports'>): string =>
  JSON.stringify([address, port ?? 0, peer, node ?? '', zone === undefined ? '' : zoneKey(zone)])

function reconcileLabels(
  cluster: Cluster,
  claims: readonly Claim[],
  at: EpochMs,
  endAt: EpochMs,
  ids: Ids,
): readonly JournalRecord[] {
  const record = (label: Label, ports: Claim['ports']): JournalRecord => ({
    kind: 'label',
    cluster: cluster.name,
    label,
    ports,
  })
  const open = new Map<string, { readonly label: Label; readonly ports: Claim['ports'] }>()
  for (const entry of cluster.entries.values()) if (entry.label.to === null) open.set(claimKey(entry.label), entry)
  const records: JournalRecord[] = []
  const begin: Claim[] = []
  for (const claim of claims) {
    const key = claimKey(claim)
    const held = open.get(key)
    open.delete(key)
    if (held === undefined) begin.push(claim)
    else if (JSON.stringify(held.ports) !== JSON.stringify(claim.ports)) records.push(record(held.label, claim.ports))
  }
  for (const { label, ports } of open.values()) records.push(record({ ...label, to: later(label.from, endAt) }, ports))
  for (const claim of begin) {
    const { address, port, peer, node, zone, ports } = claim
    const optional = { ...(port && { port }), ...(node && { node }), ...(zone && { zone }) }
    const from = beginOf(cluster, claim, at, endAt)
    records.push(record({ id: ids.label(), address, peer, ...optional, from, to: null }, ports))
  }
  return records
}

/** An address that somebody held begins at the moment of the read; one that is new to us may have begun before it. */
function beginOf(cluster: Cluster, { address, since }: Claim, at: EpochMs, endAt: EpochMs): EpochMs {
  if (!cluster.intervals.has(address)) return since ?? epochMs(at - GRACE_MS)
  if (since === undefined) return at
  let free: EpochMs = epochMs(0)
  for (const { label } of cluster.intervals.of(address)) free = later(free, label.to ?? endAt)
  return later(since, free)
}

const later = (a: EpochMs, b: EpochMs): EpochMs => (a > b ? a : b)

function reconcileServices(
  cluster: Cluster,
  listed: readonly ListedService[],
  at: EpochMs,
  endAt: EpochMs,
  ids: Ids,
): readonly JournalRecord[] {
  const record = (service: ServiceRecord): JournalRecord => ({ kind: 'service', cluster: cluster.name, service })
  const records: JournalRecord[] = []
  const gone = new Map(cluster.services.openRecords().map(service => [service.entry.id, service]))
  for (const service of listed) {
    const known = cluster.services.open(service.namespace, service.name)
    if (known === undefined) {
      records.push(record(newService(cluster, service, at, ids)))
      continue
    }
    gone.delete(known.entry.id)
    const next = changedService(known, service, at)
    if (JSON.stringify(next) !== JSON.stringify(known)) records.push(record(next))
  }
  for (const service of gone.values())
    records.push(record({ ...service, entry: { ...service.entry, to: later(service.from, endAt) } }))
  return records
}

function newService(cluster: Cluster, listed: ListedService, at: EpochMs, ids: Ids): ServiceRecord {
  const last = cluster.services.lastGeneration(listed.namespace, listed.name)
  const from = last > 0 ? at : (listed.since ?? epochMs(at - GRACE_MS))
  return serviceRecord(ids.service(), listed, from, [{ generation: last + 1, from }])
}

function changedService(known: ServiceRecord, listed: ListedService, at: EpochMs): ServiceRecord {
  const { id, generations } = known.entry
  const last = generations.at(-1)?.generation ?? 0
  if (known.routing === listed.routing) return serviceRecord(id, listed, known.from, generations)
  const history = [...generations, { generation: last + 1, from: at }].slice(-MOST_GENERATIONS)
  return serviceRecord(id, listed, known.from, history)
}

function serviceRecord(
  id: number,
  { namespace, name, addresses, ports, workloads, routing }: ListedService,
  from: EpochMs,
  generations: ServiceEntry['generations'],
): ServiceRecord {
  const agentsPorts = ports.map(({ port, protocol, nodePort }) => ({ port, protocol, ...(nodePort && { nodePort }) }))
  return {
    entry: { id, namespace, name, addresses, ports: agentsPorts, generations, to: null },
    from,
    ports,
    workloads,
    routing,
  }
}

function reconcileSubnets(cluster: Cluster, listing: Listing, at: EpochMs, endAt: EpochMs): readonly JournalRecord[] {
  const record = (subnet: (JournalRecord & { kind: 'subnet' })['subnet']): JournalRecord => ({
    kind: 'subnet',
    cluster: cluster.name,
    subnet,
  })
  const records: JournalRecord[] = []
  const open = new Map([...cluster.subnets.records()].filter(s => s.to === null).map(s => [subnetKey(s), s]))
  const known = new Set([...cluster.subnets.records()].map(({ cidr }) => cidr))
  for (const { id, cidr, zone } of listing.subnets) {
    if (open.delete(subnetKey({ id, cidr, zone }))) continue
    records.push(record({ id, cidr, zone, from: known.has(cidr) ? at : epochMs(at - GRACE_MS), to: null }))
  }
  for (const subnet of open.values()) records.push(record({ ...subnet, to: later(subnet.from, endAt) }))
  return records
}
