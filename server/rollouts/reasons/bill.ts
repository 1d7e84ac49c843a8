import type { ShareExpectation } from '@weir/contract/rollout-queries.ts'
import type { RoutingFinding } from '@weir/contract/routing-queries.ts'
import { bytesOf, routedShare } from '../expect.ts'
import type { RoutingGround, ServiceRouting } from '../service-routing.ts'
import type { ServiceTraffic, ZoneFlow } from '../service-traffic.ts'
import { cilium, headless } from './not-followed.ts'
import { counted, lasting, listed, percent } from './words.ts'

/** Traffic since the routing is as it is, at most of an hour. */
export interface RecentTraffic {
  readonly traffic: ServiceTraffic
  readonly lastingMs: number
}

/** Less than this part of a Service's bytes across zones is not what keeps a bill up. */
const WORTH_TELLING = 0.05

/** Observed shares swing: only a difference beyond this one asks for an explanation. */
const UNEXPLAINED = 0.1

/**
 * Why what crosses zones did not fall to what routing can reach: what the traffic itself shows, then what routing does.
 *
 * @param recent while the routing was as it is: what is still so
 */
export function whyBillDidNotFall(
  ground: RoutingGround,
  routing: ServiceRouting,
  { lastingMs, traffic: recent }: RecentTraffic,
  expectation: ShareExpectation | null,
): RoutingFinding[] {
  if (routing.asked.preference === 'none' && routing.families.every(({ actual }) => actual.hinted === 0)) return []
  const crossing = recent.flows.filter(({ crosses }) => crosses)
  const span = `in the last ${lasting(lastingMs)}`
  const findings = [
    ...longLived(recent, crossing, span),
    ...(routing.headless ? [headless] : direct(recent, crossing, span)),
    ...affinity(routing),
    ...emptyZones(routing, expectation),
    ...elsewhere(routing),
  ]
  const { observed } = routedShare(recent, routing.headless)
  const expected = expectation?.expected ?? 1
  const isUnexplained = observed !== null && observed - expected > UNEXPLAINED
  if (isUnexplained && ground.hasCilium) findings.push(cilium(routing))
  else if (isUnexplained && findings.length === 0) findings.push(otherDataPlane(observed, expected))
  return findings
}

function longLived({ flows }: ServiceTraffic, crossing: readonly ZoneFlow[], span: string): RoutingFinding[] {
  const newest = Math.max(0, ...flows.map(({ generation }) => generation))
  const old = crossing.filter(({ generation }) => generation > 0 && generation < newest)
  const share = bytesOf(old) / bytesOf(crossing)
  if (!(share >= WORTH_TELLING)) return []
  return [
    {
      reason: 'long-lived connections',
      sentence: `${percent(share)} of the bytes across zones ${span} are of connections opened before the newest routing: they stay where they are.`,
      remedy: 'Restart the clients, or limit how long connections live (keep-alive, pools, gRPC max connection age).',
    },
  ]
}

function direct({ flows }: ServiceTraffic, crossing: readonly ZoneFlow[], span: string): RoutingFinding[] {
  const straight = crossing.filter(({ dialled }) => dialled === 'direct')
  const share = bytesOf(straight) / bytesOf(crossing)
  if (!(share >= WORTH_TELLING)) return []
  const ofAll = bytesOf(flows.filter(({ dialled }) => dialled === 'direct')) / bytesOf(flows)
  return [
    {
      reason: 'direct to pods',
      sentence: `${percent(share)} of the bytes across zones (${percent(ofAll)} of all) ${span} went straight to addresses of pods: ingress controllers, meshes, headless names and load balancers in ip mode choose for themselves.`,
      remedy: 'Switch on locality in whatever chooses: the mesh, the ingress controller, the client.',
    },
  ]
}

function affinity({ service }: ServiceRouting): RoutingFinding[] {
  if (service.sessionAffinity !== 'ClientIP') return []
  return [
    {
      reason: 'session affinity',
      sentence:
        'sessionAffinity is ClientIP: a client goes back to the endpoint that it had, for 3 h after its last connection unless set otherwise.',
      remedy: 'Remove sessionAffinity where the application does not need it.',
    },
  ]
}

/** Zones that have clients, and no endpoint of their own to send them to. */
function emptyZones({ families }: ServiceRouting, expectation: ShareExpectation | null): RoutingFinding[] {
  const zones = (expectation?.zones ?? []).filter(
    ({ clients, endpoints, zone }) =>
      zone !== '' && clients > 0 && endpoints === 0 && families.some(({ actual }) => !actual.byZone.has(zone)),
  )
  if (zones.length === 0) return []
  const share = zones.reduce((sum, { clients }) => sum + clients, 0)
  return [
    {
      reason: 'zone without endpoint',
      sentence: `${percent(share)} of the traffic comes from ${listed(zones.map(({ zone }) => zone))}, where no endpoint is: all of it crosses.`,
      remedy:
        'Spread the pods over all zones: topologySpreadConstraints with topologyKey topology.kubernetes.io/zone and maxSkew 1.',
    },
  ]
}

function elsewhere({ families }: ServiceRouting): RoutingFinding[] {
  return families.flatMap(({ actual, predicted }) => {
    if (predicted.kind !== 'hints' || predicted.elsewhere === 0 || actual.hinted === 0) return []
    return {
      reason: 'endpoints elsewhere by design' as const,
      sentence: `topology-mode Auto hints ${predicted.elsewhere} of ${counted(actual.ready, 'ready endpoint')} for another zone than their own, to match the CPU of the zones: their traffic crosses.`,
      remedy:
        'Run as many pods in each zone as its nodes have of the CPU, or prefer endpoints by zone alone (spec.trafficDistribution).',
    }
  })
}

const otherDataPlane = (observed: number, expected: number): RoutingFinding => ({
  reason: 'data plane ignores hints',
  sentence: `${percent(observed)} of the bytes cross zones, and ${percent(expected)} would if every connection went by the hints: something else than kube-proxy may choose (a mesh, an ingress, eBPF in place of kube-proxy).`,
  remedy: 'Find out what balances these connections, and switch its own locality on.',
})
