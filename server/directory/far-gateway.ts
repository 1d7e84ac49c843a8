import { parseAddress, parseCidr } from '@weir/contract/addresses.ts'
import { compareZones, type Zone } from '@weir/contract/zones.ts'
import { Prefixes } from './prefixes.ts'
import type { MappedInterface, VpcMap, VpcRecords } from './vpc-map.ts'

/** The NAT gateway in another zone through which a machine's packets leave for the internet. */
export interface FarGateway {
  readonly id: string
  readonly vpc: string
  readonly zone: Zone
  /** The gateway's interface, by id and address. */
  readonly interface: string
  readonly address: string
  /** Whether what goes to this public IPv4 address takes the default route: gateway endpoints and the like take others. */
  isPassedTo(address: string): boolean
}

const IPV4_BYTES = 4

/** Answers for one read of the map; asked for every row that goes to the internet. */
interface Known {
  readonly byInstance: Map<string, FarGateway | undefined>
}
const knownOf = new WeakMap<readonly VpcRecords[], Known>()

/**
 * The far gateway of the machine that has this IPv4 address, itself or for its pods, if that is certain: packets may leave
 * with the pod's address by its own interface or, after the CNI's masquerading, with the node's by the first one, so all
 * interfaces of the machine must lead to the same gateway, and every other route of their tables must be known.
 */
export function farGatewayOf(map: VpcMap, address: string): FarGateway | undefined {
  if (parseAddress(address)?.length !== IPV4_BYTES) return undefined
  const owner = map.interfaceAt(address)?.owner
  if (owner?.kind !== 'instance') return undefined
  const vpcs = map.vpcs()
  const known = knownOf.get(vpcs) ?? { byInstance: new Map() }
  knownOf.set(vpcs, known)
  if (!known.byInstance.has(owner.id)) known.byInstance.set(owner.id, gatewayOf(map, map.interfacesOf(owner.id)))
  return known.byInstance.get(owner.id)
}

function gatewayOf(map: VpcMap, interfaces: readonly MappedInterface[]): FarGateway | undefined {
  const [first] = interfaces
  const ways = interfaces.map(({ subnet, vpc }) => {
    const found = map.vpcs().find(one => one.vpc === vpc)
    const mapped = found?.subnets.find(({ id }) => id === subnet)
    return mapped && map.wayOut(mapped)
  })
  const gateway = ways[0]?.gateway
  const elsewhere = ways.map(way => (way?.gateway.id === gateway?.id ? way?.elsewhere : undefined))
  if (first?.zone === undefined || gateway?.zone === undefined || elsewhere.includes(undefined)) return undefined
  if (compareZones(first.zone, gateway.zone).crossing !== 'cross-zone') return undefined
  const [address = ''] = gateway.addresses
  const own = map.interfaceAt(address, gateway.vpc)
  if (own === undefined) return undefined
  const exceptions = new Prefixes(
    elsewhere
      .flatMap(cidrs => cidrs ?? [])
      .flatMap(text => {
        const cidr = parseCidr(text)
        return cidr === undefined ? [] : [[cidr, true] as const]
      }),
  )
  return {
    ...{ id: gateway.id, vpc: gateway.vpc, zone: gateway.zone, interface: own.id, address },
    isPassedTo(to) {
      const bytes = parseAddress(to)
      return bytes?.length === IPV4_BYTES && exceptions.find(bytes, () => true) === undefined
    },
  }
}
