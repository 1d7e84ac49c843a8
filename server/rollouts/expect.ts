import type { ShareExpectation, ZoneLoad } from '@weir/contract/rollout-queries.ts'
import type { EndpointRecord } from '../directory/kubernetes/objects.ts'
import { takesNew } from './hints/kube-proxy.ts'
import { evenly } from './hints/reach.ts'
import { add } from './hints/transfers.ts'
import type { ServiceTraffic, ZoneFlow } from './service-traffic.ts'

/** Loads of endpoints, as a multiple of what each has if all are even, from which on they are worth a word. */
export const HOT = 1.2
export const CRITICAL = 1.5

/** What a zone's clients are sent to: the chance of each endpoint to get a new connection (reach.ts). */
export type Chances = (clientZone: string) => ReadonlyMap<EndpointRecord, number>

/** Connections that the Service's routing decided about, and what they did. */
export interface RoutedShare {
  /** Bytes by the zone in which it was decided: the client's, or that of the node in between. */
  readonly clients: ReadonlyMap<string, number>
  /** Share of these bytes that crosses zones, 0 to 1; null: there are none. */
  readonly observed: number | null
}

/** @param headless its clients dial addresses of pods, and are all there are */
export function routedShare({ flows }: Pick<ServiceTraffic, 'flows'>, headless: boolean): RoutedShare {
  const decided = flows.filter(flow => flow.leg !== 'first' && (headless || flow.dialled !== 'direct'))
  const clients = new Map<string, number>()
  for (const { bytes, clientZone } of decided) add(clients, clientZone, bytes)
  const all = bytesOf(decided)
  return { clients, observed: all === 0 ? null : bytesOf(decided.filter(({ crosses }) => crosses)) / all }
}

export const bytesOf = (flows: readonly ZoneFlow[]): number => flows.reduce((sum, { bytes }) => sum + bytes, 0)

/**
 * What routing can reach with these endpoints and these clients. An endpoint whose zone is not known counts as in
 * another one than every client. null without clients or ready endpoints.
 */
export function expectShare(
  { clients, observed }: RoutedShare,
  endpoints: readonly EndpointRecord[],
  chances: Chances,
): ShareExpectation | null {
  const ready = endpoints.filter(takesNew)
  const total = clients.values().reduce((sum, weight) => sum + weight, 0)
  if (total === 0 || ready.length === 0) return null
  const even = evenly(ready)
  const loads = new Map<EndpointRecord, number>()
  let expected = 0
  let baseline = 0
  for (const [zone, bytes] of clients) {
    const weight = bytes / total
    baseline += weight * crossing(even, zone)
    const sentTo = chances(zone)
    expected += weight * crossing(sentTo, zone)
    for (const [endpoint, chance] of sentTo)
      loads.set(endpoint, (loads.get(endpoint) ?? 0) + ready.length * weight * chance)
  }
  const saving = (share: number): number | null => (baseline === 0 ? null : 1 - share / baseline)
  return {
    baseline,
    expected,
    observed,
    possibleSaving: saving(expected),
    achievedSaving: observed === null ? null : saving(observed),
    zones: zoneLoads(ready, loads, clients, total),
  }
}

const crossing = (sentTo: ReadonlyMap<EndpointRecord, number>, zone: string): number =>
  sentTo.entries().reduce((sum, [endpoint, chance]) => sum + (endpoint.zone === zone ? 0 : chance), 0)

/** An endpoint that nobody is sent to has no load, not none to speak of. */
function zoneLoads(
  ready: readonly EndpointRecord[],
  loads: ReadonlyMap<EndpointRecord, number>,
  clients: ReadonlyMap<string, number>,
  total: number,
): ZoneLoad[] {
  const byZone = Map.groupBy(ready, ({ zone = '' }) => zone)
  return [...new Set([...byZone.keys(), ...clients.keys()])].sort().map(zone => {
    const here = byZone.get(zone) ?? []
    const loadFactor = here.length === 0 ? null : Math.max(...here.map(endpoint => loads.get(endpoint) ?? 0))
    return { zone, clients: (clients.get(zone) ?? 0) / total, endpoints: here.length, loadFactor }
  })
}
