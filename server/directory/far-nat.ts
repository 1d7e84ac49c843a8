import { compareZones, type Zone, zoneLabel } from '@weir/contract/zones.ts'
import { farGatewayOf } from './far-gateway.ts'
import type { VpcMap, VpcRecords } from './vpc-map.ts'

/** A zone whose machines reach the internet through a NAT gateway in another. */
interface FarNat {
  readonly gateway: string
  readonly gatewayZone: Zone
  readonly zone: Zone
  readonly subnets: readonly string[]
}

/**
 * Where the way to the internet crosses zones and nobody can tell its bytes: by route tables, for the subnets that machines
 * are in. Left out are gateways whose interface has a flow log, and machines whose routes are certain: those hops count.
 */
function untoldNats(map: VpcMap): FarNat[] {
  const found = new Map<string, FarNat>()
  for (const { subnets, interfaces } of map.vpcs()) {
    const uncertain = new Set<string>()
    for (const { owner, subnet, addresses } of interfaces) {
      const address = addresses.find(one => !one.includes(':'))
      if (owner.kind !== 'instance' || address === undefined) continue
      if (farGatewayOf(map, address) === undefined) uncertain.add(subnet)
    }
    for (const subnet of subnets.filter(({ id }) => uncertain.has(id))) {
      const { id, zone } = subnet
      const gateway = map.wayOut(subnet)?.gateway
      if (zone === undefined || gateway?.zone === undefined) continue
      // Its own records count there: server/ingest/flow-logs.
      if (gateway.addresses.some(address => map.isLogged(address, gateway.vpc))) continue
      if (compareZones(zone, gateway.zone).crossing !== 'cross-zone') continue
      const key = `${gateway.id} ${zoneLabel(zone)}`
      const others = found.get(key)?.subnets ?? []
      found.set(key, { gateway: gateway.id, gatewayZone: gateway.zone, zone, subnets: [...others, id] })
    }
  }
  return [...found.values()]
}

const sentencesOf = new WeakMap<readonly VpcRecords[], readonly string[]>()

/** For whoever reads the coverage: those hops are in no number without the flow logs of the gateway's interface. */
export function natSentences(map: VpcMap): readonly string[] {
  const vpcs = map.vpcs()
  const known = sentencesOf.get(vpcs)
  if (known !== undefined) return known
  const sentences = untoldNats(map).map(
    ({ gateway, gatewayZone, zone, subnets }) =>
      `${subnets.join(', ')} in ${zoneLabel(zone)}: the internet is reached through ${gateway} in ${zoneLabel(gatewayZone)}, across zones; what takes that way cannot be told from routes there, only from flow logs of the gateway's interface`,
  )
  sentencesOf.set(vpcs, sentences)
  return sentences
}
