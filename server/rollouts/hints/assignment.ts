import type { EndpointRecord } from '../../directory/kubernetes/objects.ts'
import type { ZoneAllocation } from './allocation.ts'
import { add, transfers } from './transfers.ts'

/** What the controller makes of slices: how many endpoints each zone is given. Which ones is chance (Go's map order). */
export type Assignment =
  | {
      readonly kind: 'assigned'
      readonly byZone: ReadonlyMap<string, number>
      /** Endpoints that are given to another zone than their own. */
      readonly elsewhere: number
    }
  | { readonly kind: 'endpoint without zone'; readonly endpoint: EndpointRecord }

/** Any object with the endpoints of one slice, as they are hinted now. */
export interface HintedSlice {
  readonly endpoints: readonly EndpointRecord[]
}

/**
 * AddHints of k8s.io/endpointslice/topologycache. Slices whose hints fit are kept as they are; the endpoints of the
 * others start in their own zones, and some are handed on.
 */
export function assignHints(
  slices: readonly HintedSlice[],
  allocations: ReadonlyMap<string, ZoneAllocation>,
): Assignment {
  const byZone = new Map<string, number>()
  const open: EndpointRecord[] = []
  let elsewhere = 0
  for (const slice of slices) {
    const ready = slice.endpoints.filter(isReady)
    const hints = hintsThatFit(ready, byZone, allocations)
    if (hints === undefined) open.push(...ready)
    else {
      for (const [zone, count] of hints) add(byZone, zone, count)
      elsewhere += ready.filter(({ forZones, zone }) => !forZones.includes(zone ?? '')).length
    }
  }
  for (const endpoint of open) {
    if (endpoint.zone === undefined) return { kind: 'endpoint without zone', endpoint }
    add(byZone, endpoint.zone, 1)
  }
  const moved = handOn(open, byZone, allocations)
  return { kind: 'assigned', byZone, elsewhere: elsewhere + moved }
}

/** The controller takes a condition that is not there for false; kube-proxy takes it for true. */
export const isReady = ({ ready }: EndpointRecord): boolean => ready === true

/** A slice's hints by zone; undefined where it must be written anew. */
function hintsThatFit(
  ready: readonly EndpointRecord[],
  have: ReadonlyMap<string, number>,
  allocations: ReadonlyMap<string, ZoneAllocation>,
): ReadonlyMap<string, number> | undefined {
  const hints = new Map<string, number>()
  for (const { forZones } of ready) {
    if (forZones.length === 0) return undefined
    for (const zone of forZones) add(hints, zone, 1)
  }
  for (const [zone, count] of hints) {
    const allocation = allocations.get(zone)
    if (allocation === undefined || (have.get(zone) ?? 0) + count > allocation.maximum) return undefined
  }
  return hints
}

/** Gives endpoints of zones that have too many to zones that lack some; how many. */
function handOn(
  open: readonly EndpointRecord[],
  byZone: Map<string, number>,
  allocations: ReadonlyMap<string, ZoneAllocation>,
): number {
  const { giving, receiving } = transfers(allocations, byZone)
  const toGive = new Map(giving)
  const receivers = Array.from(receiving, ([zone, count]) => Array<string>(count).fill(zone)).flat()
  let moved = 0
  for (const { zone = '' } of open) {
    const receiver = receivers[moved]
    if (receiver === undefined) break
    if ((toGive.get(zone) ?? 0) === 0) continue
    add(toGive, zone, -1)
    add(byZone, zone, -1)
    add(byZone, receiver, 1)
    moved++
  }
  return moved
}
