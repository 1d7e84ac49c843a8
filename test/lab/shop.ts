import type { Layout, NodeSpec, PodSpec, ServiceSpec, Workload } from './layout.ts'

/** The middle link's MTU on most networks, and AWS's default inside a VPC (jumbo frames). */
export const MTUS = [1500, 9001] as const

const nodes: readonly NodeSpec[] = ['a', 'b', 'c'].flatMap(letter =>
  [1, 2].map(number => ({
    key: `${letter}${number}`,
    name: `node-${letter}${number}`,
    zone: `lab-1${letter}`,
    number,
  })),
)

function pods(
  namespace: string,
  kind: Workload['kind'],
  name: string,
  port: number,
  on: readonly string[],
  more: Partial<PodSpec> = {},
): PodSpec[] {
  return on.map((node, i) => ({ name: `${name}-${i}`, namespace, workload: { kind, name }, node, port, ...more }))
}

const service = (
  namespace: string,
  name: string,
  number: number,
  port: number,
  targetPort: number,
  nodePort?: number,
): ServiceSpec => ({
  namespace,
  name,
  workload: name,
  number,
  port,
  targetPort,
  ...(nodePort === undefined ? {} : { nodePort }),
})

/** A small shop over three zones: enough of everything that a cluster does to a packet, small enough to read. */
export const shop = (mtu: number): Layout => ({
  cluster: 'lab',
  mtu,
  zones: ['a', 'b', 'c'].map((letter, i) => ({
    name: `lab-1${letter}`,
    id: `lab1-az${i + 1}`,
    region: 'lab-1',
    account: '000000000000',
    number: i + 1,
  })),
  nodes,
  pods: [
    ...pods('shop', 'Deployment', 'web', 8080, ['a1', 'b1', 'c1']),
    ...pods('shop', 'Deployment', 'cart', 8080, ['b1', 'c1']),
    ...pods('shop', 'Deployment', 'checkout', 8080, ['a2', 'b2']),
    ...pods('shop', 'Deployment', 'search', 8080, ['b2', 'c2']),
    ...pods('shop', 'Deployment', 'recommend', 8080, ['c2']),
    ...pods('data', 'StatefulSet', 'postgres', 5432, ['b2']),
    ...pods('data', 'StatefulSet', 'redis', 6379, ['a1']),
    ...pods('data', 'StatefulSet', 'kafka', 9092, ['a2', 'b1', 'c1']),
    ...pods('data', 'CronJob', 'backup', 8080, ['a2']),
    ...pods('platform', 'Deployment', 'metrics', 9090, ['c2']),
    ...pods('platform', 'Deployment', 'registry', 5000, ['a1']),
    ...pods('platform', 'Deployment', 'render', 8080, ['a2', 'c2'], { overlay: true }),
    ...pods(
      'platform',
      'DaemonSet',
      'node-exporter',
      9100,
      nodes.map(n => n.key),
      { hostNetwork: true },
    ),
  ],
  services: [
    service('shop', 'web', 10, 80, 8080, 30080),
    service('shop', 'cart', 11, 80, 8080),
    service('shop', 'checkout', 12, 80, 8080),
    service('shop', 'search', 13, 80, 8080),
    service('shop', 'recommend', 14, 80, 8080),
    service('data', 'postgres', 20, 5432, 5432),
    service('data', 'redis', 21, 6379, 6379),
    service('platform', 'registry', 30, 443, 5000),
  ],
  overlay: { between: ['a2', 'c2'], vni: 42 },
  outside: { v4: '203.0.113.10', v6: '2001:db8:113::10' },
})
