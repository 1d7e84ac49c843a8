import { nodeAddresses, podAddresses } from '../addresses.ts'
import { type Layout, nodeOf, podOf } from '../layout.ts'
import { targetOf } from '../traffic/background.ts'
import type { Order } from '../traffic/orders.ts'

/** One way through the cluster, as the lab makes it, as the wire shows it and as Weir names it. */
export interface Path {
  readonly name: string
  /** As in Conversation. */
  readonly from: string
  readonly to: string
  /** Payload of the whole path; the requests share it. */
  readonly up: number
  readonly down: number
  readonly requests: number
  /** The requests are spread over this long. */
  readonly seconds: number
  readonly kind: 'exchange' | 'connections' | 'datagrams'
  /** Opens every connection from this port again. */
  readonly localPort?: number
  /** The machines of each hop: the ends' names as below. More than one name: the backends a Service chooses among. */
  readonly hops: readonly { readonly near: string; readonly far: readonly string[] }[]
  readonly family: 'v4' | 'v6'
  /** Names of the pairs that Weir's rows have it under. */
  readonly pairs: readonly PairName[]
  /**
   * Bar of its own. Where the answer of a connection is a few segments, handshake and acknowledgements outnumber them:
   * no count of bytes and packets can tell how many were bundled. The bar is then what bundling hides at most.
   */
  readonly within?: number
  /** Where a wrong name would put it: its bytes count, its name is a complaint. */
  readonly misnamed?: PairName
}

/** `reversed`: the row's initiator is at the path's far end. */
export type PairName = readonly [initiator: string, responder: string, reversed?: 'reversed']

export const MB = 1_000_000

/** Bytes go mostly one way, both ways of doing so, as in life; up and down are measured apart. */
export const path = (
  name: string,
  from: string,
  to: string,
  hops: Path['hops'],
  pairs: Path['pairs'],
  more: Partial<Path> = {},
): Path => ({
  name,
  from,
  to,
  up: 2 * MB,
  down: 40 * MB,
  requests: 20,
  seconds: 12,
  kind: 'exchange',
  hops,
  family: 'v4',
  pairs,
  ...more,
})

/** Every path has its own pair of names and its own pair of addresses, so that all can run in the same minute. */
export const paths: readonly Path[] = [
  path('ClusterIP', 'web-0', 'service:postgres', [{ near: 'web-0', far: ['postgres-0'] }], [['web', 'postgres']]),
  path(
    'ClusterIP, several backends, a connection per request',
    'web-2',
    'service:checkout',
    [{ near: 'web-2', far: ['checkout-0', 'checkout-1'] }],
    [['web', 'checkout']],
    { kind: 'connections', requests: 200 },
  ),
  path(
    'a connection per answer of 4 KB (bar: 3.5 %)',
    'search-0',
    'service:redis',
    [{ near: 'search-0', far: ['redis-0'] }],
    [['search', 'redis']],
    { kind: 'connections', requests: 1000, up: 400_000, down: 4 * MB, within: 0.035 },
  ),
  path('ClusterIP, UDP', 'cart-1', 'service:redis', [{ near: 'cart-1', far: ['redis-0'] }], [['cart', 'redis']], {
    kind: 'datagrams',
    up: 1 * MB,
    down: 1 * MB,
    requests: 1000,
  }),
  path(
    'NodePort, both hops',
    'outside',
    'node-port:b2:web',
    [
      { near: 'outside', far: ['b2'] },
      { near: 'b2', far: ['web-0', 'web-1', 'web-2'] },
    ],
    [['internet', 'web']],
  ),
  path(
    'direct pod IP, upload',
    'kafka-0',
    'pod:kafka-1',
    [{ near: 'kafka-0', far: ['kafka-1'] }],
    [['kafka', 'kafka']],
    { up: 40 * MB, down: 1 * MB },
  ),
  path(
    'host network',
    'metrics-0',
    'pod:node-exporter-2',
    [{ near: 'metrics-0', far: ['b1'] }],
    [['metrics', 'node-exporter']],
    { misnamed: ['metrics', 'node-b1'] },
  ),
  path('node process', 'b2', 'service:registry', [{ near: 'b2', far: ['registry-0'] }], [['node-b2', 'registry']]),
  path('outside client', 'outside', 'pod:cart-1', [{ near: 'outside', far: ['cart-1'] }], [['internet', 'cart']]),
  path('SNAT to outside, upload', 'backup-0', 'outside', [{ near: 'a2', far: ['outside'] }], [['backup', 'internet']], {
    up: 40 * MB,
    down: 1 * MB,
  }),
  path(
    'ClusterIP, IPv6',
    'web-1',
    'service6:search',
    [{ near: 'web-1', far: ['search-0', 'search-1'] }],
    [['web', 'search']],
    { family: 'v6' },
  ),
  path(
    'overlay (VXLAN): inner and overhead',
    'render-0',
    'pod:render-1',
    [{ near: 'a2', far: ['c2'] }],
    [
      ['render', 'render'],
      ['node-a2', 'node-c2'],
      ['node-c2', 'node-a2', 'reversed'],
    ],
  ),
]

/** What the endpoint at the path's beginning is told. */
export function orderOf(layout: Layout, { to, up, down, requests, seconds, kind, localPort }: Path): Order {
  const target = { ...targetOf(layout, to), up: Math.floor(up / requests), down: Math.floor(down / requests) }
  const everyMs = (seconds * 1000) / requests
  if (kind !== 'connections') return { kind, ...target, times: requests, everyMs }
  const from = localPort === undefined ? {} : { localPort }
  return { kind, ...target, times: requests, perSecond: requests / seconds, ...from }
}

/** The address that the wire shows for a pod, a node's key or `outside`. */
export function addressOf(layout: Layout, name: string, family: 'v4' | 'v6'): string {
  if (name === 'outside') return layout.outside[family]
  const isNode = layout.nodes.some(n => n.key === name)
  const at: { v4: string; v6?: string } = isNode
    ? nodeAddresses(layout, nodeOf(layout, name))
    : podAddresses(layout, podOf(layout, name))
  const address = at[family]
  if (address === undefined) throw new RangeError(`${name} has no IP${family} address`)
  return address
}
