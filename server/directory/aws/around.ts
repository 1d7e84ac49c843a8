import { type Cidr, inCidr, parseAddress, parseCidr } from '@weir/contract/addresses.ts'
import type { Listed, ListedSubnet } from '../listing.ts'
import { Prefixes } from '../prefixes.ts'
import { vpcKey } from '../vpc-keys.ts'
import type { VpcRecords } from '../vpc-map.ts'

/** What the map lists around one cluster. */
export interface Around {
  /** Subnets and named interfaces, by their keys in the directory. */
  readonly listed: ReadonlyMap<string, Listed>
  /** The VPC that the cluster's nodes are in, where there is no doubt. */
  readonly home: string | undefined
  /** Subnets whose addresses another VPC uses too, so that nobody can tell which is meant. */
  readonly contested: number
}

interface Block {
  readonly cidr: Cidr
  readonly subnet: ListedSubnet & { readonly vpc: string }
}

/**
 * Where VPCs use the same addresses, the cluster's own is meant, because no VPC reaches another that overlaps with it.
 * Where the cluster's is not known, or two others overlap, it is not guessed which.
 */
export function listAround(vpcs: readonly VpcRecords[], nodeAddresses: readonly string[]): Around {
  const home = homeOf(vpcs, nodeAddresses)
  const all = vpcs.flatMap(blocksOf)
  const seen = home === undefined ? all : all.filter(one => !isWithin(one, all, home))
  const blocks = seen.map(one => (one.subnet.vpc !== home && isWithin(one, seen) ? contest(one) : one))
  const listed = new Map<string, Listed>()
  for (const { subnet } of blocks)
    listed.set(vpcKey(`subnet ${subnet.id} ${subnet.cidr}`), { kind: 'subnet', ...subnet })
  const byPrefix = new Prefixes(blocks.map(({ cidr, subnet }) => [cidr, subnet]))
  for (const { vpc, interfaces } of vpcs)
    for (const { id: eni, owner, zone, addresses } of interfaces) {
      // A machine's addresses are its own's and its pods': Kubernetes says which, or they are in a subnet.
      if (owner.kind !== 'thing') continue
      const certain = addresses.filter(address => isCertain(address, vpc, byPrefix))
      if (certain.length === 0) continue
      const { thing, id, name } = owner
      const optional = { ...(name !== undefined && { name }), ...(zone !== undefined && { zone }) }
      listed.set(vpcKey(`interface ${eni}`), { kind: 'interface', id, thing, addresses: certain, ...optional })
    }
  return { listed, home, contested: blocks.filter(({ subnet }) => subnet.contested).length }
}

/** The one VPC in which every node is that any of them has. */
function homeOf(vpcs: readonly VpcRecords[], nodeAddresses: readonly string[]): string | undefined {
  const nodes = new Set(nodeAddresses)
  const found = new Map<string, Set<string>>()
  const anywhere = new Set<string>()
  for (const { vpc, interfaces } of vpcs) {
    const here = new Set<string>()
    for (const { owner, addresses } of interfaces)
      if (owner.kind === 'instance') for (const address of addresses) if (nodes.has(address)) here.add(address)
    found.set(vpc, here)
    for (const address of here) anywhere.add(address)
  }
  const candidates = [...found].filter(([, here]) => anywhere.size > 0 && here.size === anywhere.size)
  return candidates.length === 1 ? candidates[0]?.[0] : undefined
}

const blocksOf = ({ vpc, subnets }: VpcRecords): Block[] =>
  subnets.flatMap(({ id, zone, cidrs }) =>
    cidrs.flatMap(text => {
      const cidr = parseCidr(text)
      return cidr === undefined || zone === undefined ? [] : [{ cidr, subnet: { id, cidr: text, zone, vpc } }]
    }),
  )

/** Whether all its addresses are also those of a subnet of another VPC (of this one, where it is given). */
const isWithin = ({ cidr, subnet }: Block, others: readonly Block[], vpc?: string): boolean =>
  others.some(
    other =>
      other.subnet.vpc !== subnet.vpc &&
      (vpc === undefined || other.subnet.vpc === vpc) &&
      other.cidr.prefix <= cidr.prefix &&
      inCidr(cidr.bytes, other.cidr),
  )

const contest = ({ cidr, subnet }: Block): Block => ({ cidr, subnet: { ...subnet, contested: true } })

/** Whether no other VPC may be meant by this address. Where subnets could not be read, nothing speaks against it. */
function isCertain(address: string, vpc: string, subnets: Prefixes<Block['subnet']>): boolean {
  const bytes = parseAddress(address)
  const found = bytes === undefined ? undefined : subnets.find(bytes, ([first]) => first)
  return found === undefined || (found.vpc === vpc && !found.contested)
}
