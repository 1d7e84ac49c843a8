import type { Layout, PodSpec, ServiceSpec } from '../layout.ts'
import { shop } from '../shop.ts'

/** Clients on the first node of each zone, endpoints on the second: all they say crosses the switch, where it is counted. */
const on = (namespace: string, name: string, nodes: readonly string[]): PodSpec[] =>
  nodes.map((node, index) => ({
    name: `${name}-${index}`,
    namespace,
    workload: { kind: 'Deployment', name },
    node,
    port: 8080,
  }))

const service = (name: string, number: number, more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  name,
  namespace: 'shop',
  workload: name,
  number,
  port: 80,
  targetPort: 8080,
  ...more,
})

export const CLIENT = 'web'
/** An endpoint in each zone; nothing preferred yet. */
export const CART = 'cart'
/** Four endpoints for three zones, which topology-mode Auto cannot share out. */
export const QUAD = 'quad'

/** The smallest cluster in which a rollout of routing can be seen. */
export const town: Layout = {
  ...shop(1500),
  pods: [
    ...on('shop', CLIENT, ['a1', 'b1', 'c1']),
    ...on('shop', CART, ['a2', 'b2', 'c2']),
    ...on('shop', QUAD, ['a2', 'a2', 'b2', 'c2']),
  ],
  services: [service(CART, 11), service(QUAD, 12, { topologyMode: 'Auto' })],
}
