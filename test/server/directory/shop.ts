import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import type { ListedPod } from '../../../server/directory/listing.ts'
import type { Listing, ServiceOfWorkloads } from '../../../server/directory/whole-listing.ts'

/** A small cluster to test with: two nodes in two zones, a pod on each, a hostNetwork pod, one Service. */
export const zoneA: Zone = { name: 'lab-1a', id: 'lab1-az1', region: 'lab-1', account: '000000000000' }
export const zoneB: Zone = { name: 'lab-1b', id: 'lab1-az2', region: 'lab-1', account: '000000000000' }

/** Minutes after a fixed morning. */
export const minutes = (count: number): EpochMs => epochMs(Date.UTC(2026, 0, 15, 8) + count * 60_000)

export function pod(name: string, node: string, address: string, more: Partial<ListedPod> = {}): ListedPod {
  const workload = { kind: 'Deployment', name: name.replace(/-\d+$/, '') }
  const ports = [{ port: 8080, protocol: 6 }]
  return { namespace: 'shop', name, workload, node, addresses: [address], ports, hostNetwork: false, ...more }
}

export function service(name: string, address: string, more: Partial<ServiceOfWorkloads> = {}): ServiceOfWorkloads {
  return {
    namespace: 'shop',
    name,
    addresses: [address],
    ports: [{ port: 80, protocol: 6, targetPort: 8080 }],
    workloads: [{ kind: 'Deployment', name }],
    routing: 'null',
    ...more,
  }
}

export const web = pod('web-0', 'node-a', '10.244.1.10')
export const cart = pod('cart-0', 'node-b', '10.244.2.20')
export const ingress = pod('ingress-0', 'node-a', '', {
  addresses: [],
  hostNetwork: true,
  ports: [{ port: 443, protocol: 6 }],
})
export const cartService = service('cart', '10.96.0.10')

export const shop: Listing = {
  cluster: 'lab',
  nodes: [
    { name: 'node-a', zone: zoneA, addresses: ['10.20.1.1', 'fd20:1::1'] },
    { name: 'node-b', zone: zoneB, addresses: ['10.20.2.1'] },
  ],
  subnets: [
    { id: 'subnet-a', cidr: '10.20.1.0/24', zone: zoneA },
    { id: 'subnet-b', cidr: '10.20.2.0/24', zone: zoneB },
    { id: 'subnet-b-half', cidr: '10.20.2.128/25', zone: zoneA },
    { id: 'subnet-public', cidr: '198.51.100.0/24', zone: zoneB },
  ],
  pods: [web, cart, ingress],
  services: [cartService],
  interfaces: [{ id: 'eni-1', thing: 'load balancer', name: 'front', addresses: ['10.20.1.200'], zone: zoneA }],
}
