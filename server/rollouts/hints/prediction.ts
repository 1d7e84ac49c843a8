import type { Preference } from '@weir/contract/routing-queries.ts'
import type { EndpointRecord, ServiceRecord, SliceRecord } from '../../directory/kubernetes/objects.ts'
import { type Allocations, allocate } from './allocation.ts'
import { assignHints, isReady } from './assignment.ts'
import type { CpuShares } from './cpu-shares.ts'
import { add } from './transfers.ts'

/** What the EndpointSlice controller would hint for now, were it to look at the Service. */
export type Prediction =
  | {
      readonly kind: 'hints'
      /** Endpoints by the zone they are for. */
      readonly byZone: ReadonlyMap<string, number>
      /** Of them, in another zone than the one they are for. */
      readonly elsewhere: number
      /** Ready endpoints that get none, because their zone is not known: then kube-proxy follows no hint at all. */
      readonly without: readonly EndpointRecord[]
      readonly forNodes: boolean
    }
  | { readonly kind: 'none'; readonly why: NoHints }

export type NoHints =
  | { readonly kind: 'no preference' | 'no selector' | 'external name' | 'no ready endpoint' }
  | Exclude<Allocations, { readonly kind: 'allocated' }>
  | Exclude<CpuShares, { readonly kind: 'shares' }>
  | { readonly kind: 'endpoint without zone'; readonly endpoint: EndpointRecord }

const CONTROLLER = 'endpointslice-controller.k8s.io'

/** Slices of the built-in controller: it gives hints to no others, and counts no others. */
export const ownSlices = (slices: readonly SliceRecord[]): SliceRecord[] =>
  slices.filter(({ managedBy }) => managedBy === CONTROLLER).sort((a, b) => (a.name < b.name ? -1 : 1))

/**
 * @param preference in force
 * @param slices of one address family
 */
export function predictHints(
  { hasSelector, type }: Pick<ServiceRecord, 'hasSelector' | 'type'>,
  preference: Preference,
  slices: readonly SliceRecord[],
  shares: CpuShares,
): Prediction {
  if (type === 'ExternalName') return noHints({ kind: 'external name' })
  if (!hasSelector) return noHints({ kind: 'no selector' })
  switch (preference) {
    case 'none':
      return noHints({ kind: 'no preference' })
    case 'Auto':
      return byCpu(ownSlices(slices), shares)
    case 'PreferClose':
    case 'PreferSameZone':
    case 'PreferSameNode':
      return ownZones(ownSlices(slices), preference === 'PreferSameNode')
  }
}

const noHints = (why: NoHints): Prediction => ({ kind: 'none', why })

function byCpu(slices: readonly SliceRecord[], shares: CpuShares): Prediction {
  if (shares.kind !== 'shares') return noHints(shares)
  const endpoints = slices.reduce((sum, slice) => sum + slice.endpoints.filter(isReady).length, 0)
  const allocations = allocate(shares.byZone, endpoints)
  if (allocations.kind !== 'allocated') return noHints(allocations)
  const assignment = assignHints(slices, allocations.byZone)
  if (assignment.kind !== 'assigned') return noHints(assignment)
  return { ...assignment, kind: 'hints', without: [], forNodes: false }
}

/** ReconcileHints of k8s.io/endpointslice/trafficdist: each ready endpoint for the zone, and the node, that it is in. */
function ownZones(slices: readonly SliceRecord[], forNodes: boolean): Prediction {
  const ready = slices.flatMap(({ endpoints }) => endpoints.filter(isReady))
  if (ready.length === 0) return noHints({ kind: 'no ready endpoint' })
  const byZone = new Map<string, number>()
  for (const { zone } of ready) if (zone !== undefined) add(byZone, zone, 1)
  return { kind: 'hints', byZone, elsewhere: 0, without: ready.filter(({ zone }) => zone === undefined), forNodes }
}
