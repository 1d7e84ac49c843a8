import { FAR_MAC, NEAR_MAC, NEXT_HOP, nodeAddresses, overlayRange, podAddresses, podRanges } from '../addresses.ts'
import { type Layout, type NodeSpec, nodeOf, type PodSpec, podsBehind } from '../layout.ts'
import { proxyRules } from './proxy-rules.ts'
import { quietRules, truthRules } from './truth-rules.ts'

/** What one namespace is told. `create` runs in all namespaces before `configure` does in any. */
export interface NamespacePlan {
  /** Ends the namespace's name: a node's key, a pod's name, `switch` or `outside`. */
  readonly key: string
  /** Lines for `ip -batch`. */
  readonly create: readonly string[]
  readonly configure: readonly string[]
  readonly sysctls: Readonly<Record<string, string | number>>
  /** Device → features for `ethtool -K`. */
  readonly offloads: Readonly<Record<string, string>>
  /** An nftables script. */
  readonly rules: string
}

/** What a network card does for the sender: off, so that every superpacket is cut before the middle link counts it. */
const SENDER = 'tso off gso off'
/** What the node's kernel does on reception: on, as on a real node, so that conntrack counts superpackets. */
const RECEIVER = 'gro on'
const UPLINK = 'uplink'
const OVERLAY = 'overlay'
/** Outer IPv4 20, UDP 8, VXLAN 8, inner Ethernet 14 (RFC 7348, section 5). */
export const VXLAN_BYTES = 50

const QUIET = { 'net.ipv4.conf.all.rp_filter': 0, 'net.ipv4.conf.default.rp_filter': 0 }
const ROUTER = { ...QUIET, 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 }
/** Room for thousands of short connections a second from one address: all ports, and those in TIME_WAIT again. */
const ENDPOINT = { ...QUIET, 'net.ipv4.ip_local_port_range': '1024 65535', 'net.ipv4.tcp_tw_reuse': 1 }
/** Set before the first connection: the kernel gives counters only to connections made after the switch. */
const NODE = {
  ...ROUTER,
  'net.netfilter.nf_conntrack_acct': 1,
  'net.netfilter.nf_conntrack_events': 1,
  'net.netfilter.nf_conntrack_timestamp': 1,
}

/** A veth from here to `far`'s namespace. Fixed MACs and no link-local address: nothing but IP crosses it. */
const veth = (near: string, farNamespace: string, far: string, mtu: number): string =>
  `link add ${near} address ${NEAR_MAC} mtu ${mtu} type veth ` +
  `peer name ${far} address ${FAR_MAC} mtu ${mtu} netns ${farNamespace}`

const routeAllBy = (device: string): string[] => [
  `neigh replace ${NEXT_HOP.v4} lladdr ${FAR_MAC} dev ${device} nud permanent`,
  `neigh replace ${NEXT_HOP.v6} lladdr ${FAR_MAC} dev ${device} nud permanent`,
  `route replace default via ${NEXT_HOP.v4} dev ${device} onlink`,
  `route replace ::/0 via ${NEXT_HOP.v6} dev ${device} onlink`,
]

const addressOn = (device: string, at: { v4: string; v6?: string }): string[] => [
  `addr add ${at.v4}/32 dev ${device}`,
  ...(at.v6 === undefined ? [] : [`addr add ${at.v6}/128 dev ${device} nodad`]),
]

/** Lines that make a router send one machine's addresses down a device. */
export const reach = (device: string, at: { v4: string; v6?: string }): string[] =>
  [at.v4, ...(at.v6 === undefined ? [] : [at.v6])].flatMap(address => [
    `neigh replace ${address} lladdr ${NEAR_MAC} dev ${device} nud permanent`,
    `route replace ${address} dev ${device}`,
  ])

const bringUp = (device: string): string[] => [`link set ${device} addrgenmode none`, `link set ${device} up`]

/** The interface of the middle switch to a node or to the outside: where the truth is counted. */
export const switchPort = (key: string): string => `sw-${key}`

/** Lines for a pod's own namespace, and for the node it hangs on; a fault that moves a pod runs them again. */
export const podLink = (pod: PodSpec, nodeNamespace: string, mtu: number): string =>
  veth('eth0', nodeNamespace, pod.name, mtu)
export const podRoutes = (at: { v4: string; v6?: string }): string[] => [
  ...bringUp('eth0'),
  ...addressOn('eth0', at),
  ...routeAllBy('eth0'),
]
export const podOffloads = { eth0: SENDER } as const
export const nodeSideOfPod = (pod: PodSpec, at: { v4: string; v6?: string }): string[] => [
  ...bringUp(pod.name),
  ...reach(pod.name, at),
]
export const nodeSideOffloads = (pod: PodSpec): Record<string, string> => ({ [pod.name]: RECEIVER })

/** @param name gives a namespace's full name for its key. */
export function labPlan(layout: Layout, name: (key: string) => string): NamespacePlan[] {
  return [
    switchPlan(layout),
    outsidePlan(layout, name),
    ...layout.nodes.map(node => nodePlan(layout, node, name)),
    ...layout.nodes.flatMap(node => podsBehind(layout, node)).map(pod => podPlan(layout, pod, name)),
  ]
}

/** Lines that bring up the switch's port to a node, and the routes to what is behind it. */
export function switchRoutes(layout: Layout, node: NodeSpec): string[] {
  const port = switchPort(node.key)
  const at = nodeAddresses(layout, node)
  const pods = podRanges(layout, node)
  return [
    ...bringUp(port),
    ...reach(port, at),
    `route replace ${pods.v4} via ${at.v4} dev ${port} onlink`,
    `route replace ${pods.v6} via ${at.v6} dev ${port} onlink`,
  ]
}

function switchPlan(layout: Layout): NamespacePlan {
  const ports = [...layout.nodes.map(n => n.key), 'outside'].map(switchPort)
  const outside = switchPort('outside')
  return {
    key: 'switch',
    create: [],
    configure: [
      'link set lo up',
      // Without any address a kernel takes no gateway for a valid one.
      ...addressOn('lo', NEXT_HOP),
      ...layout.nodes.flatMap(node => switchRoutes(layout, node)),
      ...bringUp(outside),
      ...reach(outside, layout.outside),
    ],
    sysctls: ROUTER,
    // A veth bundles on reception only what its other end could not have sent as one: veth_skb_is_eligible_for_gro(),
    // drivers/net/veth.c. So the switch must not offer segmentation, or the nodes would see single frames.
    offloads: Object.fromEntries(ports.map(port => [port, SENDER])),
    rules: truthRules(ports, layout.mtu),
  }
}

function outsidePlan(layout: Layout, name: (key: string) => string): NamespacePlan {
  return {
    key: 'outside',
    create: [veth('eth0', name('switch'), switchPort('outside'), layout.mtu)],
    configure: ['link set lo up', ...podRoutes(layout.outside)],
    sysctls: ENDPOINT,
    offloads: podOffloads,
    rules: quietRules,
  }
}

function podPlan(layout: Layout, pod: PodSpec, name: (key: string) => string): NamespacePlan {
  const mtu = pod.overlay === true ? layout.mtu - VXLAN_BYTES : layout.mtu
  return {
    key: pod.name,
    create: [podLink(pod, name(pod.node), mtu)],
    configure: ['link set lo up', ...podRoutes(podAddresses(layout, pod))],
    sysctls: ENDPOINT,
    offloads: podOffloads,
    rules: '',
  }
}

function nodePlan(layout: Layout, node: NodeSpec, name: (key: string) => string): NamespacePlan {
  const pods = podsBehind(layout, node)
  return {
    key: node.key,
    create: [veth(UPLINK, name('switch'), switchPort(node.key), layout.mtu)],
    configure: [
      'link set lo up',
      ...bringUp(UPLINK),
      ...addressOn(UPLINK, nodeAddresses(layout, node)),
      ...routeAllBy(UPLINK),
      ...overlayLines(layout, node),
      ...pods.flatMap(pod => nodeSideOfPod(pod, podAddresses(layout, pod))),
    ],
    sysctls: { ...ENDPOINT, ...NODE },
    offloads: Object.assign({ [UPLINK]: `${SENDER} ${RECEIVER}` }, ...pods.map(nodeSideOffloads)),
    rules: proxyRules(layout, node) + quietRules,
  }
}

/** A flannel-like overlay between two nodes: fixed neighbours, the other node's inner range behind the tunnel. */
function overlayLines(layout: Layout, node: NodeSpec): string[] {
  const otherKey = layout.overlay.between.find(key => key !== node.key)
  if (otherKey === undefined || !layout.overlay.between.includes(node.key)) return []
  const other = nodeOf(layout, otherKey)
  const local = nodeAddresses(layout, node).v4
  const remote = nodeAddresses(layout, other).v4
  // Two MACs: a VXLAN device takes a frame from its own for a loop, and drops it.
  const [own, its] = layout.overlay.between[0] === node.key ? [NEAR_MAC, FAR_MAC] : [FAR_MAC, NEAR_MAC]
  return [
    `link add ${OVERLAY} address ${own} mtu ${layout.mtu - VXLAN_BYTES} type vxlan ` +
      `id ${layout.overlay.vni} dstport 4789 local ${local} remote ${remote} nolearning`,
    ...bringUp(OVERLAY),
    `neigh replace ${NEXT_HOP.v4} lladdr ${its} dev ${OVERLAY} nud permanent`,
    `route replace ${overlayRange(layout, other)} via ${NEXT_HOP.v4} dev ${OVERLAY} onlink src ${local}`,
  ]
}
