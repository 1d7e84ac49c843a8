import { zoneLabel } from '@weir/contract/zones.ts'
import type { GatewayService, MappedSubnet, RouteTableRecord, VpcRecords } from '../../../directory/vpc-map.ts'

/** Subnets of one zone whose default route leads to a NAT gateway in another, and what is there to do better. */
export interface FarWay {
  readonly vpc: VpcRecords
  readonly zone: string
  readonly gatewayZone: string
  readonly gateways: readonly string[]
  readonly subnets: readonly MappedSubnet[]
  /** A gateway of the zone itself, if there is one that these subnets could use. */
  readonly own: string | undefined
  /** A subnet of the zone whose default route leads to no NAT gateway: where a new one could stand. */
  readonly open: string | undefined
  /** Services of AWS that all of `subnets` reach by gateway endpoints: not on this way. */
  readonly routed: readonly GatewayService[]
  /** All subnets of the zone with machines in them are among `subnets`. */
  readonly isAll: boolean
}

export const tableOf = ({ routeTables }: VpcRecords, subnet: string): RouteTableRecord | undefined =>
  routeTables.find(({ subnets }) => subnets.includes(subnet)) ?? routeTables.find(({ isMain }) => isMain)

export function farWays(vpc: VpcRecords): FarWay[] {
  const zoneOfSubnet = new Map(vpc.subnets.map(({ id, zone }) => [id, zone === undefined ? '' : zoneLabel(zone)]))
  const zoneOfGateway = new Map(vpc.natGateways.map(({ id, subnet }) => [id, zoneOfSubnet.get(subnet ?? '') ?? '']))
  const inhabited = new Set(vpc.interfaces.filter(({ owner }) => owner.kind !== 'thing').map(({ subnet }) => subnet))
  const gatewayOf = (subnet: string) => tableOf(vpc, subnet)?.natGateway
  const byZone = Map.groupBy(vpc.subnets, ({ id }) => zoneOfSubnet.get(id) ?? '')
  return [...byZone].flatMap(([zone, subnets]): FarWay[] => {
    const far = subnets.filter(({ id }) => {
      const at = zoneOfGateway.get(gatewayOf(id) ?? '') ?? ''
      return at !== '' && at !== zone && inhabited.has(id)
    })
    const gateways = [...new Set(far.flatMap(({ id }) => gatewayOf(id) ?? []))].sort()
    if (zone === '' || far.length === 0) return []
    return [
      {
        vpc,
        zone,
        gatewayZone: zoneOfGateway.get(gateways[0] ?? '') ?? '',
        gateways,
        subnets: far,
        own: [...zoneOfGateway].find(([, at]) => at === zone)?.[0],
        open: subnets.find(({ id }) => gatewayOf(id) === undefined)?.id,
        routed: (vpc.prefixLists ?? []).flatMap(({ id, service }) =>
          far.every(one => tableOf(vpc, one.id)?.prefixLists?.includes(id) === true) ? [service] : [],
        ),
        isAll: subnets.every(one => !inhabited.has(one.id) || far.includes(one)),
      },
    ]
  })
}
