import { type Ec2, Ec2Failure } from './ec2.ts'
import type { Pages } from './pages.ts'

/** EC2 takes so many values of one filter. More nodes tell nothing more. */
const MOST_ADDRESSES = 200

/**
 * The VPCs that the nodes of clusters are in, found by their addresses. Of several that use the same addresses it is the
 * one that has all of a cluster's; a cluster whose nodes are spread over several is in all of them.
 */
export async function discoverVpcs(
  ec2: Ec2,
  pages: Pages,
  clusters: readonly (readonly string[])[],
): Promise<readonly string[] | Ec2Failure> {
  const found = new Set<string>()
  for (const nodes of clusters) {
    const addresses = nodes.filter(address => !address.includes(':')).slice(0, MOST_ADDRESSES)
    if (addresses.length === 0) continue
    const rows = await pages.all('DescribeNetworkInterfaces', page => ec2.interfacesAt(addresses, page))
    if (rows instanceof Ec2Failure) return rows
    const held = new Map<string, Set<string>>()
    const anywhere = new Set<string>()
    for (const { VpcId, Attachment, PrivateIpAddress, PrivateIpAddresses = [] } of rows) {
      if (!VpcId || !Attachment?.InstanceId) continue
      const own = [PrivateIpAddress, ...PrivateIpAddresses.map(one => one.PrivateIpAddress)]
      const here = own.filter(text => text !== undefined && addresses.includes(text))
      held.set(VpcId, new Set([...(held.get(VpcId) ?? []), ...here.flatMap(text => text ?? [])]))
      for (const text of here) if (text !== undefined) anywhere.add(text)
    }
    const whole = [...held].filter(([, here]) => here.size === anywhere.size)
    for (const [vpc] of whole.length === 1 ? whole : held) found.add(vpc)
  }
  return [...found]
}
