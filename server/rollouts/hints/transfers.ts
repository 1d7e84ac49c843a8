import type { ZoneAllocation } from './allocation.ts'

/** How many endpoints zones hand on, and get, so that each comes near to what it should have. */
export interface Transfers {
  readonly giving: ReadonlyMap<string, number>
  readonly receiving: ReadonlyMap<string, number>
}

/**
 * getGivingAndReceivingZones of k8s.io/endpointslice/topologycache: one endpoint at a time from the zone that has most
 * too many to the one that lacks most. Among equals Go takes any; here it is the first by name.
 * @param hinted endpoints that each zone has now
 */
export function transfers(
  allocations: ReadonlyMap<string, Pick<ZoneAllocation, 'desired'>>,
  hinted: ReadonlyMap<string, number>,
): Transfers {
  const tooMany = new Map<string, number>()
  const lacks = new Map<string, number>()
  for (const [zone, { desired }] of [...allocations].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const has = hinted.get(zone) ?? 0
    if (has > desired) tooMany.set(zone, has - desired)
    else if (has < desired) lacks.set(zone, desired - has)
  }
  const giving = new Map<string, number>()
  const receiving = new Map<string, number>()
  for (;;) {
    const [giver, surplus] = most(tooMany)
    const [receiver, need] = most(lacks)
    // Not worth it unless one of the two is off by a whole endpoint, and neither by less than half of one.
    if ((surplus < 1 && need < 1) || surplus < 0.5 || need < 0.5) return { giving, receiving }
    add(giving, giver, 1)
    add(tooMany, giver, -1)
    add(receiving, receiver, 1)
    add(lacks, receiver, -1)
  }
}

function most(zones: ReadonlyMap<string, number>): readonly [zone: string, number: number] {
  let found: readonly [string, number] = ['', 0]
  for (const entry of zones) if (entry[1] > found[1]) found = entry
  return found
}

export function add(counts: Map<string, number>, name: string, number: number): void {
  counts.set(name, (counts.get(name) ?? 0) + number)
}
