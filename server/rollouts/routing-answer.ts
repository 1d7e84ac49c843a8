import type { ShareExpectation } from '@weir/contract/rollout-queries.ts'
import type { RoutingAnswer, RoutingFamily, RoutingZone } from '@weir/contract/routing-queries.ts'
import { expectShare, routedShare } from './expect.ts'
import type { WatchedRouting } from './hint-watch.ts'
import { takesNew } from './hints/kube-proxy.ts'
import { type RecentTraffic, whyBillDidNotFall } from './reasons/bill.ts'
import { whyNoHints } from './reasons/no-hints.ts'
import { whyDropped } from './reasons/not-followed.ts'
import { type FamilyRouting, type RoutingGround, type ServiceRouting, stateOf } from './service-routing.ts'
import type { ServiceTraffic } from './service-traffic.ts'

/**
 * @param day its traffic of the last 24 hours: where its clients are
 * @param recent of the last hour, as far as the routing was as it is
 */
export function routingAnswer(
  { ground, missingFor, routing }: WatchedRouting,
  day: ServiceTraffic,
  recent: RecentTraffic,
): RoutingAnswer {
  const { asked, headless, internalPolicy, service } = routing
  const expectation = expectationOf(routing, day)
  return {
    cluster: ground.routing.cluster,
    namespace: service.namespace,
    name: service.name,
    asOf: ground.routing.asOf,
    type: service.type,
    headless,
    preference: asked.preference,
    preferenceFrom: asked.from,
    internalTrafficPolicy: internalPolicy,
    externalTrafficPolicy: routing.externalPolicy ?? '',
    families: routing.families.map(family => ({
      addressType: family.addressType,
      readyEndpoints: family.actual.ready,
      state: stateOf(routing, family, missingFor(family.addressType)),
      zones: zonesOf(ground, family),
    })),
    expectation,
    whyNoHints: whyNoHints(ground, routing, missingFor),
    whyDropped: whyDropped(ground, routing),
    whyBillDidNotFall: whyBillDidNotFall(ground, routing, recent, expectation),
  }
}

/** Traffic does not tell families apart: the one with most endpoints stands for both. null without traffic. */
export function expectationOf(
  { families, headless }: ServiceRouting,
  traffic: ServiceTraffic,
): ShareExpectation | null {
  const family = families.reduce<FamilyRouting | undefined>(
    (most, each) => (most !== undefined && most.actual.ready >= each.actual.ready ? most : each),
    undefined,
  )
  if (family === undefined) return null
  return expectShare(routedShare(traffic, headless), family.endpoints, zone => family.reach(zone).chances)
}

function zonesOf(
  ground: RoutingGround,
  { actual, endpoints, predicted, reach, zones }: FamilyRouting,
): RoutingFamily['zones'] {
  const ready = endpoints.filter(takesNew)
  return zones.map((zone): RoutingZone => {
    const { chances, nodes } = reach(zone)
    const used = [...chances.keys()]
    return {
      zone,
      nodes,
      readyEndpoints: ready.filter(endpoint => (endpoint.zone ?? '') === zone).length,
      cpuShare: ground.shares.kind === 'shares' ? (ground.shares.byZone.get(zone) ?? 0) : null,
      predictedHints: predicted.kind === 'hints' ? (predicted.byZone.get(zone) ?? 0) : null,
      actualHints: actual.byZone.get(zone) ?? 0,
      usedEndpoints: used.length,
      usedInOtherZones: used.filter(endpoint => endpoint.zone !== zone).length,
    }
  })
}
