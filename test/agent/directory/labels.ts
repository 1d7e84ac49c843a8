import type { DirectoryUpdate, ServiceEntry } from '@weir/contract/directory-wire.ts'
import type { Label } from '@weir/contract/peers.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'

/** Seconds after the moment the tests begin at. */
export const at = (seconds: number): EpochMs => epochMs(Date.UTC(2026, 10, 21) + seconds * 1000)

export const podLabel = (id: number, address: string, change: Partial<Label> = {}): Label => ({
  id,
  address,
  peer: {
    kind: 'pod',
    namespace: 'shop',
    name: `pod-${id}`,
    workload: { kind: 'Deployment', name: 'web' },
    hostNetwork: false,
  },
  node: 'node-a',
  from: at(-3600),
  to: null,
  ...change,
})

export const nodeLabel = (id: number, address: string, name: string): Label => ({
  id,
  address,
  peer: { kind: 'node', name },
  node: name,
  from: at(-3600),
  to: null,
})

export const serviceEntry = (id: number, change: Partial<ServiceEntry> = {}): ServiceEntry => ({
  id,
  namespace: 'shop',
  name: `service-${id}`,
  addresses: [`10.96.0.${id}`],
  ports: [{ port: 80, protocol: 6, nodePort: 30_000 + id }],
  generations: [{ generation: 1, from: at(-3600) }],
  to: null,
  ...change,
})

export const update = (change: Partial<DirectoryUpdate> = {}): DirectoryUpdate => ({
  cursor: '1',
  reset: false,
  watermark: at(0),
  labels: [],
  nodeAddresses: [],
  declaredPorts: [],
  services: [],
  subnets: [],
  ...change,
})
