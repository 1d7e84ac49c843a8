import { canonicalAddress, formatAddress, parseCidr } from '@weir/contract/addresses.ts'
import type { Zone } from '@weir/contract/zones.ts'
import {
  type FlowLogDefinition,
  gatewayServices,
  type MappedInterface,
  type MappedSubnet,
  type NatGatewayRecord,
  type PrefixListRecord,
  type RouteTableRecord,
} from '../vpc-map.ts'
import { classify } from './classify.ts'
import type {
  Ec2FlowLog,
  Ec2Interface,
  Ec2NatGateway,
  Ec2PrefixList,
  Ec2RouteTable,
  Ec2Subnet,
  Ec2Zone,
} from './ec2.ts'

/** Whose names zones have: those of the credentials the answer was given to, not those of a shared subnet's owner. */
export interface Place {
  readonly region: string
  readonly account?: string
}

/** A row without an id cannot be told from another: it is left out, here and below. */
export function zonesOf(rows: readonly Ec2Zone[], place: Place): Zone[] {
  return rows.flatMap(({ ZoneName, ZoneId }) => zoneFrom(ZoneName, ZoneId, [], place) ?? [])
}

/** Both forms where either is known of a zone of the region. */
function zoneFrom(
  name: string | undefined,
  id: string | undefined,
  zones: readonly Zone[],
  { region, account }: Place,
): Zone | undefined {
  if (!name && !id) return undefined
  const known = zones.find(zone => (id ? zone.id === id : zone.name === name))
  const [zoneName, zoneId] = [name || known?.name, id || known?.id]
  return { region, ...(account && { account }), ...(zoneName && { name: zoneName }), ...(zoneId && { id: zoneId }) }
}

export function subnetsOf(
  rows: readonly Ec2Subnet[],
  vpc: string,
  zones: readonly Zone[],
  place: Place,
): MappedSubnet[] {
  return rows.flatMap(({ SubnetId: id, CidrBlock, Ipv6CidrBlockAssociationSet = [], ...row }) => {
    if (!id) return []
    const cidrs = [CidrBlock, ...Ipv6CidrBlockAssociationSet.map(one => one.Ipv6CidrBlock)].flatMap(canonicalCidr)
    return [{ id, vpc, zone: zoneFrom(row.AvailabilityZone, row.AvailabilityZoneId, zones, place), cidrs }]
  })
}

export interface Interfaces {
  readonly interfaces: readonly MappedInterface[]
  /** Those that no rule of classify.ts fits. */
  readonly unclassified: number
}

/** What is attached to nothing carries no traffic, and is left out. */
export function interfacesOf(
  rows: readonly Ec2Interface[],
  vpc: string,
  subnets: readonly MappedSubnet[],
  zones: readonly Zone[],
  place: Place,
): Interfaces {
  const byId = new Map(subnets.map(subnet => [subnet.id, subnet]))
  const interfaces: MappedInterface[] = []
  let unclassified = 0
  for (const row of rows) {
    const { NetworkInterfaceId: id, SubnetId: subnet = '', Status } = row
    if (!id || Status === 'available') continue
    const { owner, isKnown } = classify(row)
    if (!isKnown) unclassified++
    // A subnet is in one zone. Older answers name the zone of the subnet only.
    const zone = byId.get(subnet)?.zone ?? zoneFrom(row.AvailabilityZone, row.AvailabilityZoneId, zones, place)
    const own = [
      row.PrivateIpAddress,
      ...(row.PrivateIpAddresses ?? []).map(one => one.PrivateIpAddress),
      ...(row.Ipv6Addresses ?? []).map(one => one.Ipv6Address),
    ]
    const addresses = [...new Set(own.flatMap(text => canonicalAddress(text ?? '') ?? []))]
    const prefixes = [
      ...(row.Ipv4Prefixes ?? []).map(one => one.Ipv4Prefix),
      ...(row.Ipv6Prefixes ?? []).map(one => one.Ipv6Prefix),
    ].flatMap(canonicalCidr)
    interfaces.push({ id, vpc, subnet, zone, owner, addresses, prefixes })
  }
  return { interfaces, unclassified }
}

/** `prefixLists`: undefined while they cannot be read. */
export function routeTablesOf(
  rows: readonly Ec2RouteTable[],
  prefixLists: readonly Ec2PrefixList[] | undefined,
): RouteTableRecord[] {
  const listed = new Map(prefixLists?.map(({ PrefixListId, Cidrs }) => [PrefixListId, Cidrs]))
  return rows.flatMap(({ RouteTableId: id, Associations = [], Routes = [] }) => {
    if (!id) return []
    const route = Routes.find(one => one.DestinationCidrBlock === '0.0.0.0/0' && one.State !== 'blackhole')
    const elsewhere = elsewhereOf(Routes, listed)
    const lists = Routes.flatMap(one => (one.State === 'blackhole' ? [] : (one.DestinationPrefixListId ?? [])))
    return [
      {
        id,
        subnets: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
        isMain: Associations.some(({ Main }) => Main === true),
        ...(route?.NatGatewayId && { natGateway: route.NatGatewayId }),
        ...(elsewhere !== undefined && { elsewhere }),
        ...(lists.length > 0 && { prefixLists: lists }),
      },
    ]
  })
}

/** Undefined where a route leads to a list of addresses that nobody knows. */
function elsewhereOf(
  routes: NonNullable<Ec2RouteTable['Routes']>,
  prefixLists: ReadonlyMap<string | undefined, readonly string[] | undefined>,
): string[] | undefined {
  const cidrs: (string | undefined)[] = []
  for (const { DestinationCidrBlock: cidr, DestinationPrefixListId: list } of routes)
    if (list) {
      const known = prefixLists.get(list)
      if (known === undefined) return undefined
      cidrs.push(...known)
    } else if (cidr !== '0.0.0.0/0') cidrs.push(cidr)
  return cidrs.flatMap(canonicalCidr)
}

/** Of the services that gateway endpoints lead to, whatever else has a list. */
export function prefixListsOf(rows: readonly Ec2PrefixList[]): PrefixListRecord[] {
  return rows.flatMap(({ PrefixListId: id, PrefixListName: name = '', Cidrs = [] }) => {
    const service = gatewayServices.find(one => new RegExp(`^com\\.amazonaws\\.[a-z0-9-]+\\.${one}$`).test(name))
    return id && service !== undefined ? [{ id, service, name, cidrs: Cidrs.flatMap(canonicalCidr) }] : []
  })
}

export function natGatewaysOf(rows: readonly Ec2NatGateway[]): NatGatewayRecord[] {
  return rows.flatMap(({ NatGatewayId: id, SubnetId: subnet, State, NatGatewayAddresses = [] }) => {
    if (!id || State === 'deleted' || State === 'failed') return []
    return [
      {
        id,
        ...(subnet && { subnet }),
        addresses: NatGatewayAddresses.flatMap(({ PrivateIp }) => canonicalAddress(PrivateIp ?? '') ?? []),
        zoneIds: [...new Set(NatGatewayAddresses.flatMap(({ AvailabilityZoneId }) => AvailabilityZoneId ?? []))],
      },
    ]
  })
}

/** `resources`: ids of a VPC and of what is in it. Flow logs of anything else are left out. */
export function flowLogsOf(rows: readonly Ec2FlowLog[], resources: ReadonlySet<string>): FlowLogDefinition[] {
  return rows.flatMap(row => {
    const { FlowLogId: id, ResourceId: resource = '' } = row
    if (!id || !resources.has(resource)) return []
    return [
      {
        id,
        resource,
        isActive: row.FlowLogStatus === 'ACTIVE' && row.DeliverLogsStatus !== 'FAILED' && row.TrafficType !== 'REJECT',
        fields: [...(row.LogFormat ?? '').matchAll(/\$\{([\w-]+)\}/g)].flatMap(([, field]) => field ?? []),
        destinationType: row.LogDestinationType ?? '',
        destination: row.LogDestination ?? row.LogGroupName ?? '',
        maxAggregationSeconds: row.MaxAggregationInterval ?? 600, // EC2's default
      },
    ]
  })
}

function canonicalCidr(text: string | undefined): string[] {
  const cidr = parseCidr(text ?? '')
  return cidr === undefined ? [] : [`${formatAddress(cidr.bytes)}/${cidr.prefix}`]
}
