import type { EpochMs } from '@weir/contract/units.ts'
import type { VpcRecords } from '../vpc-map.ts'
import { type Ec2, type Ec2Call, Ec2Failure } from './ec2.ts'
import type { Pages } from './pages.ts'
import {
  flowLogsOf,
  interfacesOf,
  natGatewaysOf,
  type Place,
  prefixListsOf,
  routeTablesOf,
  subnetsOf,
  zonesOf,
} from './records.ts'

/** A call that failed, and what the map is without because of it. */
export interface Problem {
  readonly call: Ec2Call
  /** Absent of a call that is made once for all VPCs of a region. */
  readonly vpc?: string
  readonly failure: Ec2Failure
}

export interface MapRead {
  readonly vpcs: readonly VpcRecords[]
  readonly problems: readonly Problem[]
  /** Interfaces that no rule of classify.ts fits. */
  readonly unclassified: number
}

/** What goes missing without a call, in words. */
export const lostWithout: { readonly [call in Ec2Call]: string } = {
  DescribeAvailabilityZones: 'zones known by name only are not compared with zones known by ID',
  DescribeSubnets: 'addresses that are no pod or node are in no known zone',
  DescribeNetworkInterfaces: 'load balancers, databases, endpoints and the like are not told apart',
  DescribeRouteTables: 'which NAT gateway a subnet uses is not known',
  DescribeNatGateways: 'the zones of NAT gateways are not known',
  DescribePrefixLists:
    'the hop to a NAT gateway in another zone is not counted where a subnet has gateway endpoints, and what goes to S3 and DynamoDB is not told from the rest of the internet',
  DescribeFlowLogs: 'which interfaces have flow logs is not known',
}

/**
 * Reads VPCs of one account and region. A part that cannot be read stays as `before` had it (empty where there is
 * nothing), so that one missing right or one bad minute costs nothing else. Never rejects for what EC2 says.
 */
export async function readVpcs(
  ec2: Ec2,
  pages: Pages,
  vpcs: readonly string[],
  place: Place,
  before: ReadonlyMap<string, VpcRecords>,
  now: () => EpochMs,
): Promise<MapRead> {
  const problems: Problem[] = []
  const told = <T>(call: Ec2Call, answer: readonly T[] | Ec2Failure, vpc?: string): readonly T[] | undefined => {
    if (!(answer instanceof Ec2Failure)) return answer
    problems.push({ call, failure: answer, ...(vpc !== undefined && { vpc }) })
    return undefined
  }
  const zoneRows = told('DescribeAvailabilityZones', await pages.all('DescribeAvailabilityZones', ec2.zones))
  const prefixRows = told('DescribePrefixLists', await pages.all('DescribePrefixLists', ec2.prefixLists))
  const flowLogRows = told('DescribeFlowLogs', await pages.all('DescribeFlowLogs', ec2.flowLogs))
  const read: VpcRecords[] = []
  let unclassified = 0
  for (const vpc of vpcs) {
    const of = async <T>(call: Ec2Call, ask: Parameters<typeof pages.all<T>>[1]) =>
      told(call, await pages.all(call, ask), vpc)
    const kept = before.get(vpc)
    const zones = zoneRows === undefined ? (kept?.zones ?? []) : zonesOf(zoneRows, place)
    const subnetRows = await of('DescribeSubnets', page => ec2.subnets(vpc, page))
    const interfaceRows = await of('DescribeNetworkInterfaces', page => ec2.interfaces(vpc, page))
    const routeRows = await of('DescribeRouteTables', page => ec2.routeTables(vpc, page))
    const gatewayRows = await of('DescribeNatGateways', page => ec2.natGateways(vpc, page))
    const subnets = subnetRows === undefined ? (kept?.subnets ?? []) : subnetsOf(subnetRows, vpc, zones, place)
    const found = interfaceRows && interfacesOf(interfaceRows, vpc, subnets, zones, place)
    const interfaces = found?.interfaces ?? kept?.interfaces ?? []
    const natGateways = gatewayRows === undefined ? (kept?.natGateways ?? []) : natGatewaysOf(gatewayRows)
    const resources = new Set([vpc, ...[subnets, interfaces, natGateways].flatMap(all => all.map(({ id }) => id))])
    unclassified += found?.unclassified ?? 0
    const flowLogs = flowLogRows === undefined ? kept?.flowLogs : flowLogsOf(flowLogRows, resources)
    const prefixLists = prefixRows === undefined ? kept?.prefixLists : prefixListsOf(prefixRows)
    const isPlacing = subnetRows !== undefined && interfaceRows !== undefined
    // Nothing at all was ever read: there is nothing to keep, and a map of nothing would place nothing.
    if (kept === undefined && subnetRows === undefined && interfaceRows === undefined) continue
    read.push({
      vpc,
      region: place.region,
      ...(place.account !== undefined && { account: place.account }),
      readAt: isPlacing || kept === undefined ? now() : kept.readAt,
      zones,
      subnets,
      interfaces,
      routeTables: routeRows === undefined ? (kept?.routeTables ?? []) : routeTablesOf(routeRows, prefixRows),
      natGateways,
      ...(flowLogs !== undefined && { flowLogs }),
      ...(prefixLists !== undefined && { prefixLists }),
    })
  }
  return { vpcs: read, problems, unclassified }
}
