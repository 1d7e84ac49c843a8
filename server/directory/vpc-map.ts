import type { AwsThing } from '@weir/contract/peers.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'

/**
 * What EC2 says of the VPCs, as of the last read: no history. Addresses are canonical text. Two VPCs may use the same
 * addresses: without `vpc`, an address that several of them hold is answered as if none did.
 */
export interface VpcMap {
  /** The VPC that has a subnet with this address. */
  vpcOf(address: string): string | undefined
  subnetOf(address: string, vpc?: string): MappedSubnet | undefined
  interfaceOf(id: string): MappedInterface | undefined
  /** The interface that has this address, as one of its own or within a delegated prefix. */
  interfaceAt(address: string, vpc?: string): MappedInterface | undefined
  /** All interfaces of an EC2 machine. */
  interfacesOf(instance: string): readonly MappedInterface[]
  /** What the interface with this address belongs to. */
  thingOf(address: string, vpc?: string): InterfaceOwner | undefined
  /**
   * The NAT gateway through which an IPv4 address reaches the internet: where the default route of its subnet (of the
   * VPC's main route table where the subnet has none of its own) leads to one.
   */
  natGatewayFor(address: string, vpc?: string): NatGateway | undefined
  /** How a subnet's IPv4 packets reach the internet, where that is through a NAT gateway. */
  wayOut(subnet: MappedSubnet): WayOut | undefined
  /**
   * Whether an active flow log writes down accepted traffic of this interface (by id or by address). Undefined where that
   * is not known: outside of the mapped VPCs, while the flow logs could not be read, of an interface that is too new.
   */
  isLogged(interfaceOrAddress: string, vpc?: string): boolean | undefined
  /** The service of AWS in the map's regions that has this public address, of those that have a gateway endpoint. */
  serviceAt(address: string): GatewayService | undefined
  /** All of the VPCs that are mapped. */
  flowLogs(): readonly FlowLogDefinition[]
  /** Zones with both their forms, of all accounts that were read. */
  zones(): readonly Zone[]
  /** The VPCs that are mapped now. */
  vpcs(): readonly VpcRecords[]
}

/**
 * What a network interface is there for. instance: an EC2 machine, whose pods may have its addresses. pod: an interface
 * of one pod's own, where pods have security groups. thing: what AWS runs on its customers' behalf.
 */
export type InterfaceOwner =
  | { readonly kind: 'instance'; readonly id: string }
  | { readonly kind: 'pod' }
  | { readonly kind: 'thing'; readonly thing: AwsThing; readonly id: string; readonly name?: string }

export interface MappedSubnet {
  readonly id: string
  readonly vpc: string
  readonly zone: Zone | undefined
  readonly cidrs: readonly string[]
}

export interface MappedInterface {
  readonly id: string
  readonly vpc: string
  readonly subnet: string
  readonly zone: Zone | undefined
  readonly owner: InterfaceOwner
  /** Private ones, the primary first. */
  readonly addresses: readonly string[]
  /** Delegated prefixes: the addresses of pods, as a rule. CIDRs. */
  readonly prefixes: readonly string[]
}

/** `addresses`: private ones, in the VPC. `zone`: of a regional one, where it handles that address's traffic. */
export interface NatGateway {
  readonly id: string
  readonly vpc: string
  readonly zone: Zone | undefined
  readonly addresses: readonly string[]
}

/** A default route to a NAT gateway. */
export interface WayOut {
  readonly gateway: NatGateway
  /** Destinations of the route table's other routes, gateway endpoints among them; undefined: not all are known. */
  readonly elsewhere: readonly string[] | undefined
}

/** DescribeFlowLogs, as it said. */
export interface FlowLogDefinition {
  readonly id: string
  /** A VPC, a subnet, an interface, a regional NAT gateway or a transit gateway. */
  readonly resource: string
  /** ACTIVE, delivered, and not of rejected traffic alone. */
  readonly isActive: boolean
  /** The format's fields in their order: version, account-id … */
  readonly fields: readonly string[]
  readonly destinationType: string
  readonly destination: string
  readonly maxAggregationSeconds: number
}

/** Everything that was read of one VPC. Plain records: what the disk keeps between runs. */
export interface VpcRecords {
  readonly vpc: string
  readonly region: string
  /** Of the credentials it was read with; absent where they do not say. */
  readonly account?: string
  /** When the last of its calls was answered. */
  readonly readAt: EpochMs
  readonly zones: readonly Zone[]
  readonly subnets: readonly MappedSubnet[]
  readonly interfaces: readonly MappedInterface[]
  readonly routeTables: readonly RouteTableRecord[]
  readonly natGateways: readonly NatGatewayRecord[]
  /** Absent while they could never be read. */
  readonly flowLogs?: readonly FlowLogDefinition[]
  /** Of the region; absent while they could never be read. */
  readonly prefixLists?: readonly PrefixListRecord[]
}

/** Services that a gateway endpoint can lead to, as EC2 names them: a closed list. */
export const gatewayServices = ['s3', 'dynamodb'] as const
export type GatewayService = (typeof gatewayServices)[number]

/** Where a service is reached: what routes to a gateway endpoint name. */
export interface PrefixListRecord {
  readonly id: string
  readonly service: GatewayService
  /** As it is called: com.amazonaws.us-east-1.s3. */
  readonly name: string
  readonly cidrs: readonly string[]
}

export interface RouteTableRecord {
  readonly id: string
  /** Subnets that name it. All others of the VPC use the main one. */
  readonly subnets: readonly string[]
  readonly isMain: boolean
  /** Where 0.0.0.0/0 leads to, if that is a NAT gateway. */
  readonly natGateway?: string
  /** Where all other routes lead to: CIDRs, those of prefix lists among them. Absent while not all of them are known. */
  readonly elsewhere?: readonly string[]
  /** Ids of prefix lists that have a route of their own here: to a gateway endpoint. */
  readonly prefixLists?: readonly string[]
}

export interface NatGatewayRecord {
  readonly id: string
  /** Absent of a regional one. */
  readonly subnet?: string
  readonly addresses: readonly string[]
  /** Zone IDs in which a regional one is at work. */
  readonly zoneIds: readonly string[]
}
