import { nodeAddresses, podAddresses, serviceAddresses } from '../addresses.ts'
import type { Lab } from '../lab.ts'
import { type Layout, nodeOf, podOf, type ServiceSpec, serviceOf } from '../layout.ts'
import type { Endpoints } from './endpoints.ts'
import type { Order } from './orders.ts'

/** One steady conversation of the shop. */
export interface Conversation {
  /** Name of a pod, key of a node (a process of it), or `outside`. */
  readonly from: string
  /** `service:<name>`, `service6:<name>` (IPv6), `pod:<name>`, `node-port:<node>:<service>`, or `outside`. */
  readonly to: string
  /** Payload per request and how often: `up` towards the one asked. */
  readonly up: number
  readonly down: number
  readonly everyMs: number
  readonly protocol?: 'udp'
  /** Opens a connection per request instead of keeping one. */
  readonly shortLived?: boolean
}

/** Port of the machine outside. */
export const OUTSIDE_PORT = 443

const KB = 1000

/** A shop at work: chatty and quiet pairs, most of them across zones, 5 to 10 MB/s in all. */
export const shopTraffic: readonly Conversation[] = [
  { from: 'outside', to: 'node-port:a1:web', up: 2 * KB, down: 60 * KB, everyMs: 100 },
  { from: 'outside', to: 'node-port:b1:web', up: 2 * KB, down: 40 * KB, everyMs: 150, shortLived: true },
  { from: 'web-0', to: 'service:cart', up: 4 * KB, down: 20 * KB, everyMs: 50 },
  { from: 'web-1', to: 'service:cart', up: 4 * KB, down: 20 * KB, everyMs: 80, shortLived: true },
  { from: 'web-2', to: 'service6:cart', up: 4 * KB, down: 20 * KB, everyMs: 120 },
  { from: 'web-0', to: 'service:search', up: 1 * KB, down: 90 * KB, everyMs: 100, shortLived: true },
  { from: 'web-1', to: 'service6:search', up: 1 * KB, down: 90 * KB, everyMs: 130 },
  { from: 'web-2', to: 'service:search', up: 1 * KB, down: 70 * KB, everyMs: 200 },
  { from: 'cart-0', to: 'service:redis', up: 3 * KB, down: 9 * KB, everyMs: 20 },
  { from: 'cart-1', to: 'service:redis', up: 3 * KB, down: 9 * KB, everyMs: 25 },
  { from: 'checkout-0', to: 'service:postgres', up: 5 * KB, down: 60 * KB, everyMs: 100 },
  { from: 'checkout-1', to: 'service:postgres', up: 5 * KB, down: 60 * KB, everyMs: 100 },
  { from: 'cart-0', to: 'service:checkout', up: 8 * KB, down: 3 * KB, everyMs: 150, shortLived: true },
  { from: 'search-0', to: 'service:recommend', up: 2 * KB, down: 30 * KB, everyMs: 100 },
  { from: 'checkout-0', to: 'pod:kafka-1', up: 120 * KB, down: 1 * KB, everyMs: 200 },
  { from: 'kafka-0', to: 'pod:kafka-1', up: 100 * KB, down: 1 * KB, everyMs: 150 },
  { from: 'kafka-1', to: 'pod:kafka-2', up: 100 * KB, down: 1 * KB, everyMs: 150 },
  { from: 'metrics-0', to: 'pod:node-exporter-0', up: 300, down: 50 * KB, everyMs: 1000, shortLived: true },
  { from: 'metrics-0', to: 'pod:node-exporter-2', up: 300, down: 50 * KB, everyMs: 1000, shortLived: true },
  { from: 'backup-0', to: 'outside', up: 200 * KB, down: 200, everyMs: 400 },
  { from: 'b2', to: 'service:registry', up: 500, down: 150 * KB, everyMs: 700 },
  { from: 'render-0', to: 'pod:render-1', up: 20 * KB, down: 80 * KB, everyMs: 200 },
  { from: 'web-1', to: 'service:redis', up: 60, down: 400, everyMs: 20, protocol: 'udp' },
]

/** Makes every pod, node and the outside that is talked to listen. */
export async function listenFor(lab: Lab, endpoints: Endpoints): Promise<void> {
  const { layout } = lab
  const hostPods = layout.pods.filter(p => p.hostNetwork === true)
  await Promise.all([
    endpoints.listen('outside', [OUTSIDE_PORT]),
    ...layout.pods.filter(p => p.hostNetwork !== true).map(p => endpoints.listen(p.name, [p.port])),
    ...hostPods.map(p => endpoints.listen(p.node, [p.port])),
  ])
}

/** Starts conversations that go on, and dial again after a fault, until the lab ends. */
export function startConversations(lab: Lab, endpoints: Endpoints, list: readonly Conversation[]): void {
  for (const conversation of list) endpoints.start(conversation.from, orderFor(lab.layout, conversation))
}

export function orderFor(layout: Layout, { to, up, down, everyMs, protocol, shortLived }: Conversation): Order {
  const target = { ...targetOf(layout, to), up, down }
  if (protocol === 'udp') return { kind: 'datagrams', ...target, times: null, everyMs }
  if (shortLived === true) return { kind: 'connections', ...target, times: null, perSecond: 1000 / everyMs }
  return { kind: 'exchange', ...target, times: null, everyMs }
}

/** Where to dial. @throws RangeError for a target that is none of the forms, or names nothing of the layout. */
export function targetOf(layout: Layout, to: string): { host: string; ports: number[] } {
  const [form, name = '', service = ''] = to.split(':')
  switch (form) {
    case 'service':
      return { host: serviceAddresses(serviceOf(layout, name)).v4, ports: [serviceOf(layout, name).port] }
    case 'service6':
      return { host: serviceAddresses(serviceOf(layout, name)).v6, ports: [serviceOf(layout, name).port] }
    case 'pod':
      return { host: podAddresses(layout, podOf(layout, name)).v4, ports: [podOf(layout, name).port] }
    case 'node-port':
      return { host: nodeAddresses(layout, nodeOf(layout, name)).v4, ports: [nodePortOf(serviceOf(layout, service))] }
    case 'outside':
      return { host: layout.outside.v4, ports: [OUTSIDE_PORT] }
    default:
      throw new RangeError(`not a target: ${to}`)
  }
}

function nodePortOf(service: ServiceSpec): number {
  if (service.nodePort === undefined) throw new RangeError(`${service.name} has no nodePort`)
  return service.nodePort
}
