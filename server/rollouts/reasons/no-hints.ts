import type { RoutingFinding } from '@weir/contract/routing-queries.ts'
import { STUCK_AFTER_MS } from '../hints/actual.ts'
import { OVERLOAD_THRESHOLD, replicaCountsNear } from '../hints/allocation.ts'
import type { NoHints } from '../hints/prediction.ts'
import { type FamilyRouting, type RoutingGround, type ServiceRouting, stateOf } from '../service-routing.ts'
import { idleFinding, insteadOfAuto } from './settings.ts'
import { byZoneInWords, counted, lasting, listed, nodesNamed, percent } from './words.ts'

/** How long hints of a family of addresses are missing, in ms. */
export type MissingFor = (addressType: string) => number

/** Why there are no hints. Empty where nobody asked for any, and where there are some. */
export function whyNoHints(ground: RoutingGround, routing: ServiceRouting, missingFor: MissingFor): RoutingFinding[] {
  const findings = routing.asked.idle.map(setting => idleFinding(setting, ground))
  for (const family of routing.families) {
    const found = ofFamily(ground, routing, family, missingFor(family.addressType))
    if (found === undefined || findings.some(({ sentence }) => sentence === found.sentence)) continue
    findings.push(found)
  }
  if (routing.families.length === 0 && routing.service.type === 'ExternalName') findings.push(externalName)
  return findings
}

function ofFamily(
  ground: RoutingGround,
  routing: ServiceRouting,
  family: FamilyRouting,
  missingForMs: number,
): RoutingFinding | undefined {
  const { predicted } = family
  if (predicted.kind === 'none') return predictedNone(ground, predicted.why)
  if (predicted.byZone.size === 0) return withoutZone(predicted.without.flatMap(({ addresses }) => addresses))
  const state = stateOf(routing, family, missingForMs)
  if (state !== 'stuck off') return state === 'missing' ? notSet(predicted.byZone, missingForMs) : undefined
  return {
    reason: 'stuck off',
    sentence:
      `Hints could be set (${byZoneInWords([...predicted.byZone.keys()].sort(), predicted.byZone)}) and are missing ` +
      `for ${lasting(missingForMs)}: once it removed them, the controller does not look at a Service again when only nodes change.`,
    remedy: `Change any annotation of the Service, or restart one of its pods.${insteadOfAuto(ground)}`,
  }
}

/** Of the field, which nothing stands in the way of: nobody knows why, only who should have. */
function notSet(byZone: ReadonlyMap<string, number>, missingForMs: number): RoutingFinding | undefined {
  if (missingForMs < STUCK_AFTER_MS) return undefined
  return {
    reason: 'stuck off',
    sentence:
      `Hints should be set (${byZoneInWords([...byZone.keys()].sort(), byZone)}) and are missing for ` +
      `${lasting(missingForMs)}: whatever writes the EndpointSlices does not set them.`,
    remedy:
      'See that the EndpointSlice controller (kube-controller-manager) runs, and that nothing else writes its slices.',
  }
}

const externalName: RoutingFinding = {
  reason: 'external name',
  sentence: 'The Service is a name in DNS: there are no endpoints to choose among.',
  remedy: '',
}

const withoutZone = (addresses: readonly string[]): RoutingFinding => ({
  reason: 'endpoint without zone',
  sentence: `The zone of ${counted(addresses.length, 'ready endpoint')} is not known (${listed(addresses)}): without it there is no hint, and one without a hint is enough for nodes to use none.`,
  remedy: 'Give the node it runs on the label topology.kubernetes.io/zone, and restart the pod.',
})

function predictedNone(ground: RoutingGround, why: NoHints): RoutingFinding | undefined {
  switch (why.kind) {
    case 'no preference':
    case 'no ready endpoint':
      return undefined
    case 'external name':
      return externalName
    case 'no selector':
      return {
        reason: 'no selector',
        sentence:
          'The Service has no selector: the controller leaves its EndpointSlices, and their hints, to whoever writes them.',
        remedy: 'Have whatever writes the slices set hints.forZones of every endpoint.',
      }
    case 'too few endpoints':
      return {
        reason: why.kind,
        sentence: `${counted(why.endpoints, 'ready endpoint')} for ${why.zones} zones with nodes: topology-mode Auto needs one a zone at least.`,
        remedy: `${replicas(ground, why.endpoints)}${insteadOfAuto(ground)}`,
      }
    case 'overload threshold':
      return {
        reason: why.kind,
        sentence: `${why.endpoints} ready endpoints cannot be shared out among ${why.zones} zones (${cpuInWords(ground)} of the CPU) so that none gets more than ${percent(OVERLOAD_THRESHOLD)} too much.`,
        remedy: `${replicas(ground, why.endpoints)}${insteadOfAuto(ground)}`,
      }
    case 'node without zone or CPU':
      return {
        reason: why.kind,
        sentence: `${nodesNamed(ground, why.nodes)} ${why.nodes.length === 1 ? 'is ready and has' : 'are ready and have'} no label topology.kubernetes.io/zone or no allocatable CPU: one such node takes the hints of every Service with topology-mode Auto.`,
        remedy: `Label it, or take it out of the cluster.${insteadOfAuto(ground)}`,
      }
    case 'nodes in one zone only':
      return {
        reason: why.kind,
        sentence:
          why.zone === undefined ? 'No node is ready.' : `All ready nodes are in ${why.zone}: nothing can cross zones.`,
        remedy: '',
      }
    case 'endpoint without zone':
      return withoutZone(why.endpoint.addresses)
  }
}

const cpuInWords = ({ shares }: RoutingGround): string =>
  shares.kind !== 'shares' ? '' : listed([...shares.byZone].sort().map(([zone, share]) => `${zone} ${percent(share)}`))

function replicas({ shares }: RoutingGround, endpoints: number): string {
  if (shares.kind !== 'shares') return ''
  const { above, below } = replicaCountsNear(shares.byZone, endpoints)
  const counts = [below, above].filter(count => count !== undefined)
  return counts.length === 0 ? '' : `Run ${counts.join(' or ')} replicas: with so many there are hints.`
}
