/** How much more than its even share an endpoint may get: overloadThreshold in topologycache.go, a constant there. */
export const OVERLOAD_THRESHOLD = 0.2

/** How many of a Service's endpoints a zone's clients are given. */
export interface ZoneAllocation {
  /** Fewer would be overloaded by more than the threshold. */
  readonly minimum: number
  /** By the zone's share of CPU; not whole, at least the minimum. */
  readonly desired: number
  /** More would leave another zone without its minimum. */
  readonly maximum: number
}

export type Allocations =
  | { readonly kind: 'allocated'; readonly byZone: ReadonlyMap<string, ZoneAllocation> }
  | { readonly kind: 'too few endpoints' | 'overload threshold'; readonly endpoints: number; readonly zones: number }

/**
 * getAllocations of k8s.io/endpointslice/topologycache.
 * @param shares zones' shares of CPU, which add up to 1 (cpu-shares.ts)
 * @param endpoints ready ones, of one address family
 */
export function allocate(shares: ReadonlyMap<string, number>, endpoints: number): Allocations {
  const zones = shares.size
  if (zones > endpoints) return { kind: 'too few endpoints', endpoints, zones }
  const wanted = Array.from(shares, ([zone, share]) => {
    const desired = share * endpoints
    const minimum = Math.ceil(desired * (1 / (1 + OVERLOAD_THRESHOLD)))
    return { zone, minimum, desired: Math.max(desired, minimum) }
  })
  const spare = endpoints - wanted.reduce((sum, { minimum }) => sum + minimum, 0)
  if (spare < 0) return { kind: 'overload threshold', endpoints, zones }
  return {
    kind: 'allocated',
    byZone: new Map(wanted.map(({ zone, minimum, desired }) => [zone, { minimum, desired, maximum: minimum + spare }])),
  }
}

/** Beyond this, an advice to run more replicas is none. */
const MOST_REPLICAS = 1_000

/** The numbers of ready endpoints next to this one that get hints; this one itself is left out. */
export function replicaCountsNear(
  shares: ReadonlyMap<string, number>,
  endpoints: number,
): { readonly below: number | undefined; readonly above: number | undefined } {
  const works = (count: number): boolean => allocate(shares, count).kind === 'allocated'
  const step = (by: 1 | -1): number | undefined => {
    for (let count = endpoints + by; count > 0 && count <= MOST_REPLICAS; count += by) if (works(count)) return count
    return undefined
  }
  return { below: step(-1), above: step(1) }
}

/** The number of ready endpoints nearest to this one that gets hints; the larger of two as near. */
export function nearestReplicaCount(shares: ReadonlyMap<string, number>, endpoints: number): number | undefined {
  if (allocate(shares, endpoints).kind === 'allocated') return endpoints
  const { above, below } = replicaCountsNear(shares, endpoints)
  if (above === undefined || below === undefined) return above ?? below
  return endpoints - below < above - endpoints ? below : above
}
