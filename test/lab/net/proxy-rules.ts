import { CLUSTER_RANGES, nodeAddresses, POD_RANGES, podAddresses, serviceAddresses } from '../addresses.ts'
import { hintedZones } from '../hints.ts'
import { backendsOf, type Layout, type NodeSpec, type PodSpec, type ServiceSpec } from '../layout.ts'

/** kube-proxy's own bit for "masquerade this": --iptables-masquerade-bit 14. */
const MASQUERADE_MARK = '0x4000'

/**
 * The nftables script of a node: what kube-proxy and the network plugin do to a packet, for both families.
 * ClusterIP by DNAT for pods and for the node's own processes, NodePort by DNAT and masquerade
 * (externalTrafficPolicy: Cluster), masquerade of a pod that reaches itself through its Service and of pods that
 * leave the cluster. The nat chains are also what switches connection tracking on in this namespace.
 */
export function proxyRules(layout: Layout, node: NodeSpec): string {
  const services = layout.services.flatMap(service => serviceRules(layout, node, service))
  const self4 = layout.pods.filter(p => p.hostNetwork !== true).map(p => podAddresses(layout, p).v4)
  return `
table inet proxy {
  set itself { type ipv4_addr . ipv4_addr; elements = { ${self4.map(a => `${a} . ${a}`).join(', ')} } }
  chain services {
${services.map(rule => `    ${rule}`).join('\n')}
  }
  chain prerouting { type nat hook prerouting priority dstnat; jump services; }
  chain output { type nat hook output priority -100; jump services; }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    meta mark & ${MASQUERADE_MARK} == ${MASQUERADE_MARK} masquerade
    ip saddr . ip daddr @itself masquerade
    ip saddr { ${POD_RANGES.v4.join(', ')} } ip daddr != { ${CLUSTER_RANGES.v4.join(', ')} } masquerade
    ip6 saddr { ${POD_RANGES.v6.join(', ')} } ip6 daddr != { ${CLUSTER_RANGES.v6.join(', ')} } masquerade
  }
  # The management link is the lab's, not the cluster's: agents must not find their own reports in what they measure.
  chain management-in { type filter hook prerouting priority raw; iifname "${MANAGEMENT}" notrack; }
  chain management-out { type filter hook output priority raw; oifname "${MANAGEMENT}" notrack; }
}
`
}

/** The node's end of the link to the lab's own machine, where the server runs. */
export const MANAGEMENT = 'mgmt'

function serviceRules(layout: Layout, node: NodeSpec, service: ServiceSpec): string[] {
  const backends = backendsFor(layout, node, service)
  const at = serviceAddresses(service)
  const own = nodeAddresses(layout, node)
  const v4 = backends.map(p => podAddresses(layout, p).v4)
  const v6 = backends.flatMap(p => podAddresses(layout, p).v6 ?? [])
  return (['tcp', 'udp'] as const).flatMap(protocol => [
    `ip daddr ${at.v4} ${protocol} dport ${service.port} ${balance('ip', v4, service.targetPort)}`,
    `ip6 daddr ${at.v6} ${protocol} dport ${service.port} ${balance('ip6', v6, service.targetPort)}`,
    ...(service.nodePort === undefined
      ? []
      : [
          `ip daddr ${own.v4} ${protocol} dport ${service.nodePort} meta mark set ${MASQUERADE_MARK} ` +
            balance('ip', v4, service.targetPort),
          `ip6 daddr ${own.v6} ${protocol} dport ${service.nodePort} meta mark set ${MASQUERADE_MARK} ` +
            balance('ip6', v6, service.targetPort),
        ]),
  ])
}

/** The backends that a node's proxy chooses among: those hinted for its zone, where all are hinted and some for it. */
export function backendsFor(layout: Layout, node: NodeSpec, service: ServiceSpec): PodSpec[] {
  const all = backendsOf(layout, service)
  const zones = hintedZones(layout, service)
  const near = all.filter(pod => zones?.get(pod.name) === node.zone)
  return near.length > 0 ? near : all
}

function balance(family: 'ip' | 'ip6', backends: readonly string[], port: number): string {
  if (backends.length === 0) return 'reject'
  const choices = backends.map((address, i) => `${i} : ${address} . ${port}`)
  return `dnat ${family} to numgen random mod ${backends.length} map { ${choices.join(', ')} }`
}
