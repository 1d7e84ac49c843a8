import { type Cidr, parseAddress, parseCidr } from '@weir/contract/addresses.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { Prefixes } from './prefixes.ts'
import type {
  FlowLogDefinition,
  GatewayService,
  InterfaceOwner,
  MappedInterface,
  MappedSubnet,
  NatGateway,
  NatGatewayRecord,
  RouteTableRecord,
  VpcMap,
  VpcRecords,
  WayOut,
} from './vpc-map.ts'

const IPV4_BYTES = 4

/** The map over what was read last: replaced as a whole, so that no answer mixes two reads of a VPC. */
export class VpcIndex implements VpcMap {
  #vpcs: readonly VpcRecords[] = []
  #subnets = new Prefixes<MappedSubnet>([])
  #interfaces = new Prefixes<MappedInterface>([])
  #services = new Prefixes<GatewayService>([])
  readonly #byId = new Map<string, MappedInterface>()
  readonly #ofInstances = new Map<string, MappedInterface[]>()
  /** By subnet id; by VPC id for what its main route table says. */
  readonly #defaultRoutes = new Map<string, RouteTableRecord>()
  readonly #natGateways = new Map<string, { readonly vpc: VpcRecords; readonly record: NatGatewayRecord }>()
  /** Ids of VPCs, subnets, interfaces and NAT gateways with an active flow log. */
  readonly #logged = new Set<string>()
  /** VPCs whose flow logs could be read. */
  readonly #isLoggingKnown = new Set<string>()

  constructor(vpcs: readonly VpcRecords[] = []) {
    this.take(vpcs)
  }

  take(vpcs: readonly VpcRecords[]): void {
    this.#vpcs = vpcs
    for (const index of [this.#byId, this.#ofInstances, this.#defaultRoutes, this.#natGateways]) index.clear()
    for (const set of [this.#logged, this.#isLoggingKnown]) set.clear()
    for (const vpc of vpcs) this.#index(vpc)
    this.#subnets = new Prefixes(vpcs.flatMap(({ subnets }) => subnets.flatMap(one => withCidrs(one.cidrs, one))))
    this.#interfaces = new Prefixes(
      vpcs.flatMap(vpc => vpc.interfaces.flatMap(one => withCidrs([...one.addresses, ...one.prefixes], one))),
    )
    const lists = new Map(vpcs.flatMap(({ prefixLists = [] }) => prefixLists.map(one => [one.id, one])))
    this.#services = new Prefixes([...lists.values()].flatMap(one => withCidrs(one.cidrs, one.service)))
  }

  #index(vpc: VpcRecords): void {
    for (const one of vpc.interfaces) {
      this.#byId.set(one.id, one)
      if (one.owner.kind !== 'instance') continue
      const others = this.#ofInstances.get(one.owner.id) ?? []
      this.#ofInstances.set(one.owner.id, [...others, one])
    }
    for (const table of vpc.routeTables) {
      if (table.isMain) this.#defaultRoutes.set(vpc.vpc, table)
      for (const subnet of table.subnets) this.#defaultRoutes.set(subnet, table)
    }
    for (const record of vpc.natGateways) this.#natGateways.set(record.id, { vpc, record })
    if (vpc.flowLogs !== undefined) this.#isLoggingKnown.add(vpc.vpc)
    for (const { resource, isActive } of vpc.flowLogs ?? []) if (isActive) this.#logged.add(resource)
  }

  vpcOf(address: string): string | undefined {
    return this.subnetOf(address)?.vpc
  }

  subnetOf(address: string, vpc?: string): MappedSubnet | undefined {
    return only(this.#subnets, address, vpc)
  }

  interfaceOf(id: string): MappedInterface | undefined {
    return this.#byId.get(id)
  }

  interfaceAt(address: string, vpc = this.vpcOf(address)): MappedInterface | undefined {
    return vpc === undefined ? undefined : only(this.#interfaces, address, vpc)
  }

  interfacesOf(instance: string): readonly MappedInterface[] {
    return this.#ofInstances.get(instance) ?? []
  }

  thingOf(address: string, vpc?: string): InterfaceOwner | undefined {
    return this.interfaceAt(address, vpc)?.owner
  }

  natGatewayFor(address: string, vpc?: string): NatGateway | undefined {
    if (parseAddress(address)?.length !== IPV4_BYTES) return undefined
    const subnet = this.subnetOf(address, vpc)
    return subnet && this.wayOut(subnet)?.gateway
  }

  wayOut(subnet: MappedSubnet): WayOut | undefined {
    const table = this.#defaultRoutes.get(subnet.id) ?? this.#defaultRoutes.get(subnet.vpc)
    const gateway = this.#natGateways.get(table?.natGateway ?? '')
    if (gateway === undefined) return undefined
    const { record, vpc: home } = gateway
    const zone = zoneOfGateway(home, record, subnet)
    const found = { id: record.id, vpc: home.vpc, addresses: record.addresses, zone }
    return { gateway: found, elsewhere: table?.elsewhere }
  }

  isLogged(interfaceOrAddress: string, vpc?: string): boolean | undefined {
    const one = this.interfaceOf(interfaceOrAddress) ?? this.interfaceAt(interfaceOrAddress, vpc)
    if (one !== undefined) {
      if (!this.#isLoggingKnown.has(one.vpc)) return undefined
      return [one.id, one.subnet, one.vpc].some(id => this.#logged.has(id))
    }
    // A new interface is not listed yet; its subnet is. It may have a flow log of its own.
    const subnet = this.subnetOf(interfaceOrAddress, vpc)
    if (subnet === undefined) return undefined
    return this.#logged.has(subnet.id) || this.#logged.has(subnet.vpc) || undefined
  }

  serviceAt(address: string): GatewayService | undefined {
    const bytes = parseAddress(address)
    return bytes === undefined ? undefined : this.#services.find(bytes, ([service]) => service)
  }

  flowLogs(): readonly FlowLogDefinition[] {
    return this.#vpcs.flatMap(({ flowLogs = [] }) => flowLogs)
  }

  zones(): readonly Zone[] {
    return this.#vpcs.flatMap(({ zones }) => zones)
  }

  vpcs(): readonly VpcRecords[] {
    return this.#vpcs
  }
}

/** A regional gateway takes traffic up in its sender's zone where it is at work there; where else, nobody says. */
function zoneOfGateway(
  home: VpcRecords,
  { subnet, zoneIds }: NatGatewayRecord,
  sender: MappedSubnet,
): Zone | undefined {
  if (subnet !== undefined) return home.subnets.find(({ id }) => id === subnet)?.zone
  return zoneIds.includes(sender.zone?.id ?? '') ? sender.zone : undefined
}

/** The value of the longest prefix, if all that hold the address agree on one VPC. */
function only<T extends { readonly vpc: string }>(
  prefixes: Prefixes<T>,
  address: string,
  vpc: string | undefined,
): T | undefined {
  const bytes = parseAddress(address)
  if (bytes === undefined) return undefined
  if (vpc !== undefined) return prefixes.find(bytes, values => values.find(one => one.vpc === vpc))
  const holders = new Set<string>()
  let found: T | undefined
  prefixes.find(bytes, values => {
    for (const one of values) holders.add(one.vpc)
    found ??= values[0]
    return undefined // every length is looked at: another VPC may hold the address under a shorter prefix
  })
  return holders.size === 1 ? found : undefined
}

function withCidrs<T>(texts: readonly string[], value: T): (readonly [Cidr, T])[] {
  return texts.flatMap(text => {
    const cidr = parseCidr(text)
    return cidr === undefined ? [] : [[cidr, value] as const]
  })
}
