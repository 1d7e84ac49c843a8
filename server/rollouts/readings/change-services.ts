import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { ServiceName, ServiceTraffic, TrafficOfServices } from '../service-traffic.ts'
import { nameOf } from './ranges.ts'

/** Of a change that may have moved more Services than this, the largest are read: the others weigh little beside them. */
const MOST_SERVICES = 50
const DAY_MS = 86_400_000

/** A change's Services by their full names. */
export const servicesOf = ({ cluster, services }: RoutingChange): readonly ServiceName[] =>
  services.map(({ namespace, name }) => ({ cluster, namespace, name }))

/** Those that are read: all of them, or those with the most traffic on the days around the change. */
export async function largestOf(
  change: RoutingChange,
  traffic: Pick<TrafficOfServices, 'all'>,
): Promise<readonly ServiceName[]> {
  const { at } = change
  const services = servicesOf(change)
  if (services.length <= MOST_SERVICES) return services
  const around = await traffic.all({ from: epochMs(at - DAY_MS), to: epochMs(at + DAY_MS) })
  const keyOf = (service: ServiceName) => `${service.cluster}/${nameOf(service)}`
  const bytes = new Map(around.map(one => [keyOf(one), bytesOf(one)]))
  const sizeOf = (service: ServiceName) => bytes.get(keyOf(service)) ?? 0
  return services.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, MOST_SERVICES)
}

export const bytesOf = ({ flows }: ServiceTraffic): number => flows.reduce((sum, flow) => sum + flow.bytes, 0)
