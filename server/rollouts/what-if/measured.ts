import { type ClusterView, clientsByZone, type ServiceView } from '../advise/cluster-view.ts'
import { hintedForOwnZone, sendsOf, shareLeaving } from '../advise/sends.ts'
import { routable } from '../advise/steering.ts'
import { total } from '../advise/stream.ts'
import type { WhatIfInputs } from './what-if.ts'

/** What a Service's own traffic, clients and endpoints say of the inputs; undefined without traffic or endpoints. */
export function measuredInputs(
  view: ClusterView,
  { endpoints, name, namespace, steered }: ServiceView,
  { bytesPerGb, monthsFactor }: { readonly bytesPerGb: number; readonly monthsFactor: number },
): Pick<WhatIfInputs, 'gbPerMonth' | 'zones' | 'anyShare' | 'hintedShare' | 'told'> | undefined {
  const used = routable(steered)
  const bytes = total(used, ({ wireBytes }) => wireBytes)
  if (bytes === 0 || endpoints.length === 0) return undefined
  const clients = clientsByZone(used)
  const share = (hinted: typeof endpoints): number => {
    const sends = sendsOf(hinted)
    return [...clients].reduce((sum, [zone, weight]) => sum + (weight / bytes) * shareLeaving(sends, zone), 0)
  }
  return {
    gbPerMonth: Math.round((bytes * monthsFactor * 10) / bytesPerGb) / 10,
    zones: Math.max(1, view.zones.length),
    anyShare: share(endpoints.map(endpoint => ({ ...endpoint, forZones: [], forNodes: [] }))),
    hintedShare: share(hintedForOwnZone(endpoints)),
    told: [`${namespace}/${name} in ${view.cluster}: volume, clients and ${endpoints.length} endpoints as they are`],
  }
}
