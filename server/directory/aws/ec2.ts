/**
 * What is read of EC2's answers: the part of the SDK's types that the map is made of, under EC2's own names, so that the
 * SDK stays in client.ts. Everything may be missing.
 */
export interface Ec2Zone {
  readonly ZoneName?: string | undefined
  readonly ZoneId?: string | undefined
}

export interface Ec2Subnet {
  readonly SubnetId?: string | undefined
  readonly AvailabilityZone?: string | undefined
  readonly AvailabilityZoneId?: string | undefined
  readonly CidrBlock?: string | undefined
  readonly Ipv6CidrBlockAssociationSet?: readonly { readonly Ipv6CidrBlock?: string | undefined }[] | undefined
}

export interface Ec2Interface {
  readonly NetworkInterfaceId?: string | undefined
  readonly VpcId?: string | undefined
  readonly SubnetId?: string | undefined
  readonly AvailabilityZone?: string | undefined
  readonly AvailabilityZoneId?: string | undefined
  readonly Description?: string | undefined
  /** The SDK's list of types lacks some and spells others otherwise than the wire: any text. */
  readonly InterfaceType?: string | undefined
  readonly RequesterId?: string | undefined
  readonly RequesterManaged?: boolean | undefined
  readonly Attachment?: { readonly InstanceId?: string | undefined } | undefined
  readonly Status?: string | undefined
  readonly PrivateIpAddress?: string | undefined
  readonly PrivateIpAddresses?: readonly { readonly PrivateIpAddress?: string | undefined }[] | undefined
  readonly Ipv6Addresses?: readonly { readonly Ipv6Address?: string | undefined }[] | undefined
  readonly Ipv4Prefixes?: readonly { readonly Ipv4Prefix?: string | undefined }[] | undefined
  readonly Ipv6Prefixes?: readonly { readonly Ipv6Prefix?: string | undefined }[] | undefined
}

export interface Ec2RouteTable {
  readonly RouteTableId?: string | undefined
  readonly Associations?:
    | readonly { readonly Main?: boolean | undefined; readonly SubnetId?: string | undefined }[]
    | undefined
  readonly Routes?:
    | readonly {
        readonly DestinationCidrBlock?: string | undefined
        readonly DestinationPrefixListId?: string | undefined
        readonly NatGatewayId?: string | undefined
        readonly State?: string | undefined
      }[]
    | undefined
}

/** The addresses of a service of AWS that a gateway endpoint leads to. */
export interface Ec2PrefixList {
  readonly PrefixListId?: string | undefined
  /** com.amazonaws.us-east-1.s3 */
  readonly PrefixListName?: string | undefined
  readonly Cidrs?: readonly string[] | undefined
}

export interface Ec2NatGateway {
  readonly NatGatewayId?: string | undefined
  readonly SubnetId?: string | undefined
  readonly State?: string | undefined
  readonly NatGatewayAddresses?:
    | readonly { readonly PrivateIp?: string | undefined; readonly AvailabilityZoneId?: string | undefined }[]
    | undefined
}

export interface Ec2FlowLog {
  readonly FlowLogId?: string | undefined
  readonly FlowLogStatus?: string | undefined
  readonly DeliverLogsStatus?: string | undefined
  readonly ResourceId?: string | undefined
  readonly TrafficType?: string | undefined
  readonly LogFormat?: string | undefined
  readonly LogDestinationType?: string | undefined
  readonly LogDestination?: string | undefined
  readonly LogGroupName?: string | undefined
  readonly MaxAggregationInterval?: number | undefined
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Of the page that follows. */
  readonly next?: string
}

/** EC2's answers for one account and region, a page at a time. Every call may fail with an `Ec2Failure`. */
export interface Ec2 {
  zones(page: string | undefined): Promise<Page<Ec2Zone>>
  subnets(vpc: string, page: string | undefined): Promise<Page<Ec2Subnet>>
  interfaces(vpc: string, page: string | undefined): Promise<Page<Ec2Interface>>
  /** Those that have one of these private addresses, in whatever VPC. At most 200 addresses. */
  interfacesAt(addresses: readonly string[], page: string | undefined): Promise<Page<Ec2Interface>>
  routeTables(vpc: string, page: string | undefined): Promise<Page<Ec2RouteTable>>
  natGateways(vpc: string, page: string | undefined): Promise<Page<Ec2NatGateway>>
  /** Of the whole region; not those that customers made. */
  prefixLists(page: string | undefined): Promise<Page<Ec2PrefixList>>
  /** Of the whole region: EC2 filters them by one resource, not by a VPC and all that is in it. */
  flowLogs(page: string | undefined): Promise<Page<Ec2FlowLog>>
  region(): Promise<string>
  /** Of the credentials, where they say. */
  account(): Promise<string | undefined>
  close(): void
}

/** The rights that are needed, one for each call. */
export const ec2Calls = [
  'DescribeAvailabilityZones',
  'DescribeSubnets',
  'DescribeNetworkInterfaces',
  'DescribeRouteTables',
  'DescribeNatGateways',
  'DescribePrefixLists',
  'DescribeFlowLogs',
] as const
export type Ec2Call = (typeof ec2Calls)[number]

/** Why a call failed: a closed list. throttled and unreachable pass, the others wait for somebody. */
export const failureKinds = ['throttled', 'unreachable', 'denied', 'credentials', 'refused'] as const
export type FailureKind = (typeof failureKinds)[number]

export class Ec2Failure extends Error {
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
  }
}
