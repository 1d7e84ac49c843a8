import type { EndpointRecord } from '../../directory/kubernetes/objects.ts'
import { allocate } from '../hints/allocation.ts'
import type { CpuShares } from '../hints/cpu-shares.ts'
import { choose } from '../hints/kube-proxy.ts'
import { transfers } from '../hints/transfers.ts'

/** Things by zone: endpoints, or bytes of clients. */
export type ByZone = ReadonlyMap<string, number>

/**
 * Where the connections that a zone's nodes forward go to: shares by the endpoint's zone ('' is not known), adding up to
 * 1. undefined: nowhere, there is no endpoint.
 */
export type Sends = (clientZone: string) => ByZone | undefined

/** kube-proxy's choice on the nodes of each zone, each endpoint of the chosen as likely as the other. */
export function sendsOf(endpoints: readonly EndpointRecord[]): Sends {
  const known = new Map<string, ByZone | undefined>()
  return zone => {
    if (known.has(zone)) return known.get(zone)
    const node = { name: '', zoneLabel: zone === '' ? undefined : zone }
    const chosen = choose(endpoints, node, { policy: 'Cluster', followsZones: true, followsNodes: false }).endpoints
    const counts = zonesOf(chosen)
    const shares = chosen.length === 0 ? undefined : new Map([...counts].map(([to, n]) => [to, n / chosen.length]))
    known.set(zone, shares)
    return shares
  }
}

/** Whoever keeps to the zone whatever there is: where nothing answers, nothing goes. */
export const toOwnZoneAlone =
  (endpoints: ByZone): Sends =>
  zone =>
    (endpoints.get(zone) ?? 0) > 0 ? new Map([[zone, 1]]) : undefined

export const zonesOf = (endpoints: readonly EndpointRecord[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const { zone = '' } of endpoints) counts.set(zone, (counts.get(zone) ?? 0) + 1)
  return counts
}

/** As the controller hints endpoints under spec.trafficDistribution: each for its own zone. */
export const hintedForOwnZone = (endpoints: readonly EndpointRecord[]): EndpointRecord[] =>
  endpoints.map(endpoint => ({
    ...endpoint,
    forZones: endpoint.zone === undefined ? [] : [endpoint.zone],
    forNodes: [],
  }))

/** Under topology-mode Auto, written anew; without hints where the controller would give none. */
export function hintedByCpu(endpoints: readonly EndpointRecord[], shares: CpuShares): EndpointRecord[] {
  const plain = endpoints.map(endpoint => ({ ...endpoint, forZones: [] as string[], forNodes: [] }))
  if (shares.kind !== 'shares' || plain.some(({ zone }) => zone === undefined)) return plain
  const allocated = allocate(shares.byZone, plain.length)
  if (allocated.kind !== 'allocated') return plain
  const { giving, receiving } = transfers(allocated.byZone, zonesOf(plain))
  const [left, wanted] = [new Map(giving), [...receiving].flatMap(([zone, count]) => Array<string>(count).fill(zone))]
  return plain.map(endpoint => {
    const { zone = '' } = endpoint
    const toGive = left.get(zone) ?? 0
    const receiver = toGive > 0 ? wanted.shift() : undefined
    if (receiver !== undefined) left.set(zone, toGive - 1)
    return { ...endpoint, forZones: [receiver ?? zone] }
  })
}

export const endpointIn = (zone: string, node?: string): EndpointRecord => ({
  addresses: [],
  ready: true,
  serving: true,
  terminating: false,
  pod: undefined,
  node,
  zone,
  forZones: [],
  forNodes: [],
})

/** As even over the zones as it goes; those that had more keep the remainder. */
export function spreadEvenly(count: number, zones: readonly string[], before: ByZone): EndpointRecord[] {
  const order = [...zones].sort((a, b) => (before.get(b) ?? 0) - (before.get(a) ?? 0) || (a < b ? -1 : 1))
  return Array.from({ length: count }, (_, i) => endpointIn(order[i % order.length] ?? ''))
}

/** Of the connections of a zone, the share that leaves it. */
export const shareLeaving = (sends: Sends, zone: string): number => {
  const shares = sends(zone)
  return shares === undefined ? 0 : 1 - (shares.get(zone) ?? 0)
}

/** Load of an endpoint in the busiest zone ÷ load if all were even; null without clients or endpoints. */
export function loadFactor(sends: Sends, clients: ByZone, endpoints: ByZone): number | null {
  const sum = (counts: ByZone) => counts.values().reduce((all, count) => all + count, 0)
  const [all, bytes] = [sum(endpoints), sum(clients)]
  if (all === 0 || bytes === 0) return null
  const loads = [...endpoints].map(([zone, count]) => {
    const load = [...clients].reduce((sent, [from, weight]) => sent + weight * (sends(from)?.get(zone) ?? 0), 0)
    return load / bytes / (count / all)
  })
  return Math.max(...loads)
}
