import { type Addresses, type Layout, type NodeSpec, nodeOf, type PodSpec, type ServiceSpec, zoneOf } from './layout.ts'

/** All ranges that belong to the cluster: traffic to anything else leaves through its node's own address. */
export const CLUSTER_RANGES = {
  v4: ['10.20.0.0/16', '10.244.0.0/16', '10.245.0.0/16', '10.96.0.0/16'],
  v6: ['fd20::/16', 'fd10:244::/32', 'fd10:96::/32'],
} as const

/** Pods' ranges, whose traffic to outside is masqueraded. */
export const POD_RANGES = { v4: ['10.244.0.0/16', '10.245.0.0/16'], v6: ['fd10:244::/32'] } as const

/** Next hop on every link: the other side of a veth, whose MAC is fixed, so that no ARP or ND frame is ever sent. */
export const NEXT_HOP = { v4: '169.254.1.1', v6: 'fe80::1' } as const
/** The side that dials in: a pod's eth0, a node's uplink. */
export const NEAR_MAC = '02:00:00:00:00:0a'
/** The side that routes on: a node's interface to a pod, the switch's to a node. */
export const FAR_MAC = '02:00:00:00:00:0b'

/** 11 for the first node of the first zone: third part of its pods' range. */
export const podRangeNumber = (layout: Layout, node: NodeSpec): number => zoneOf(layout, node).number * 10 + node.number

export function nodeAddresses(layout: Layout, node: NodeSpec): Addresses {
  const zone = zoneOf(layout, node).number
  return { v4: `10.20.${zone}.${node.number}`, v6: `fd20:${zone}::${node.number}` }
}

export function subnetRanges(layout: Layout, zoneName: string): Addresses {
  const zone = layout.zones.find(z => z.name === zoneName)
  if (zone === undefined) throw new RangeError(`no zone ${zoneName} in the lab`)
  return { v4: `10.20.${zone.number}.0/24`, v6: `fd20:${zone.number}::/64` }
}

export function podRanges(layout: Layout, node: NodeSpec): Addresses {
  const range = podRangeNumber(layout, node)
  return { v4: `10.244.${range}.0/24`, v6: `fd10:244:${range}::/64` }
}

export const overlayRange = (layout: Layout, node: NodeSpec): string => `10.245.${podRangeNumber(layout, node)}.0/24`

/** A pod keeps its address when a fault moves it: the address comes from its place in the layout. IPv4 only on the overlay. */
export function podAddresses(layout: Layout, pod: PodSpec): { v4: string; v6?: string } {
  const node = nodeOf(layout, pod.node)
  if (pod.hostNetwork === true) return nodeAddresses(layout, node)
  const place = 10 + layout.pods.filter(p => p.node === pod.node && p.hostNetwork !== true).indexOf(pod)
  const range = podRangeNumber(layout, node)
  if (pod.overlay === true) return { v4: `10.245.${range}.${place}` }
  return { v4: `10.244.${range}.${place}`, v6: `fd10:244:${range}::${place}` }
}

export const serviceAddresses = (service: ServiceSpec): Addresses => ({
  v4: `10.96.0.${service.number}`,
  v6: `fd10:96::${service.number}`,
})
