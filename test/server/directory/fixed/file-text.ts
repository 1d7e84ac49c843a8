import type { Zone } from '@weir/contract/zones.ts'
import type { Listing } from '../../../../server/directory/whole-listing.ts'

const protocolName: { readonly [number: number]: string } = { 6: 'tcp', 17: 'udp', 132: 'sctp' }

/** A listing as the text of a directory file, in JSON. */
export function fileText(listing: Listing): string {
  const zones = new Map<string | undefined, Zone>()
  for (const { zone } of [...listing.nodes, ...listing.subnets, ...listing.interfaces])
    if (zone !== undefined) zones.set(zone.name, zone)
  return JSON.stringify(
    {
      cluster: listing.cluster,
      zones: [...zones.values()],
      nodes: listing.nodes.map(node => ({ ...node, zone: node.zone?.name })),
      subnets: listing.subnets.map(subnet => ({ ...subnet, zone: subnet.zone.name })),
      pods: listing.pods.map(pod => ({ ...pod, ports: named(pod.ports) })),
      services: listing.services.map(service => ({
        ...service,
        ports: named(service.ports),
        routing: JSON.parse(service.routing),
      })),
      aws: listing.interfaces.map(each => ({ ...each, zone: each.zone?.name })),
    },
    undefined,
    1,
  )
}

const named = (ports: readonly { readonly protocol: number }[]) =>
  ports.map(port => ({ ...port, protocol: protocolName[port.protocol] }))
