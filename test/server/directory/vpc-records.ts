import { epochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type {
  FlowLogDefinition,
  InterfaceOwner,
  MappedInterface,
  MappedSubnet,
  VpcRecords,
} from '../../../server/directory/vpc-map.ts'

const account = '111122223333'
export const use1a: Zone = { region: 'us-east-1', account, name: 'us-east-1a', id: 'use1-az1' }
export const use1b: Zone = { region: 'us-east-1', account, name: 'us-east-1b', id: 'use1-az2' }

export const mappedSubnet = (vpc: string, id: string, zone: Zone, ...cidrs: string[]): MappedSubnet => ({
  id,
  vpc,
  zone,
  cidrs,
})

export function mappedInterface(
  subnet: MappedSubnet,
  id: string,
  owner: InterfaceOwner,
  addresses: readonly string[],
  prefixes: readonly string[] = [],
): MappedInterface {
  return { id, vpc: subnet.vpc, subnet: subnet.id, zone: subnet.zone, owner, addresses, prefixes }
}

export const flowLog = (resource: string, isActive = true): FlowLogDefinition => ({
  id: `fl-${resource}`,
  resource,
  isActive,
  fields: ['version', 'srcaddr'],
  destinationType: 's3',
  destination: 'arn:aws:s3:::logs',
  maxAggregationSeconds: 60,
})

/** A VPC with nothing in it but what is given. */
export const vpcRecords = (vpc: string, given: Partial<VpcRecords> = {}): VpcRecords => ({
  vpc,
  region: 'us-east-1',
  account,
  readAt: epochMs(0),
  zones: [use1a, use1b],
  subnets: [],
  interfaces: [],
  routeTables: [],
  natGateways: [],
  flowLogs: [],
  ...given,
})
