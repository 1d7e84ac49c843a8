import { compareZones, type Zone, zoneLabel } from '@weir/contract/zones.ts'
import type { VpcMap, VpcRecords } from './vpc-map.ts'

/** A zone whose machines reach the internet through a NAT gateway in another. */
interface FarNat {
  readonly gateway: string
  readonly gatewayZone: Zone
  readonly zone: Zone
  readonly subnets: readonly string[]
}

/**
 * Where the way to the internet crosses zones: by route tables, for the subnets that machines are in. Their flows do not
 * show it, because a NAT gateway is invisible to the sender. One whose interface has a flow log is left out.
 */
function farNats(map: VpcMap): FarNat[] {
  const found = new Map<string, FarNat>()
  for (const { subnets, interfaces } of map.vpcs()) {
    const inhabited = new Map<string, string>()
    for (const { owner, subnet, addresses } of interfaces)
      if (owner.kind === 'instance')
        for (const address of addresses) if (!address.includes(':')) inhabited.set(subnet, address)
    for (const { id, vpc, zone } of subnets) {
      const gateway = map.natGatewayFor(inhabited.get(id) ?? '', vpc)
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

/** For whoever reads the coverage: that hop is in no number without the flow logs of the gateway's interface. */
export function natSentences(map: VpcMap): readonly string[] {
  const vpcs = map.vpcs()
  const known = sentencesOf.get(vpcs)
  if (known !== undefined) return known
  const sentences = farNats(map).map(
    ({ gateway, gatewayZone, zone, subnets }) =>
      `${subnets.join(', ')} in ${zoneLabel(zone)}: the internet is reached through ${gateway} in ${zoneLabel(gatewayZone)}, across zones; only flow logs of the gateway's interface tell those bytes`,
  )
  sentencesOf.set(vpcs, sentences)
  return sentences
}
