import type { RoutingChange } from '@weir/contract/rollout-queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { inScope, type Scope } from '../../answers/scope.ts'
import type { ServiceName, ServiceTraffic, TrafficOfServices } from '../service-traffic.ts'
import { nameOf } from './ranges.ts'

/** Of a change that may have moved more Services than this, the largest are read: the others weigh little beside them. */
const MOST_SERVICES = 50
const DAY_MS = 86_400_000

/** The Services of a change that a viewer may see; undefined where the change is not theirs to know of. */
export function servicesInScope(change: RoutingChange, scope: Scope): readonly ServiceName[] | undefined {
  const { cluster, services, subject } = change
  const seen = services.filter(({ namespace }) => inScope(scope, [namespace]))
  const isTheirs = seen.length > 0 || scope === 'all' || (subject.kind !== 'cluster' && scope.has(subject.namespace))
  return isTheirs ? seen.map(({ namespace, name }) => ({ cluster, namespace, name })) : undefined
}

/** Those that are read: all of them, or those with the most traffic on the days around the change. */
export async function largestOf(
  services: readonly ServiceName[],
  at: EpochMs,
  traffic: Pick<TrafficOfServices, 'all'>,
): Promise<readonly ServiceName[]> {
  if (services.length <= MOST_SERVICES) return services
  const around = await traffic.all({ from: epochMs(at - DAY_MS), to: epochMs(at + DAY_MS) })
  const keyOf = (service: ServiceName) => `${service.cluster}/${nameOf(service)}`
  const bytes = new Map(around.map(one => [keyOf(one), bytesOf(one)]))
  const sizeOf = (service: ServiceName) => bytes.get(keyOf(service)) ?? 0
  return services.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, MOST_SERVICES)
}

export const bytesOf = ({ flows }: ServiceTraffic): number => flows.reduce((sum, flow) => sum + flow.bytes, 0)
