/**
 * The counter that knows the truth: on the middle switch, where frames come in from a machine's uplink. Every frame
 * passes exactly one such port, at the size it has on the wire, outside every node and its connection tracking.
 */

/** Names of the sets that count bytes and frames per (source, destination, protocol). */
export const TRUTH_SETS = { v4: 'pairs4', v6: 'pairs6' } as const
export const TRUTH_TABLE = 'truth'

/** The `netdev` family sees a frame before reassembly and routing; its length there is the IP packet's, without Ethernet. */
export function truthRules(ports: readonly string[], mtu: number): string {
  return `
table netdev ${TRUTH_TABLE} {
  set ${TRUTH_SETS.v4} { type ipv4_addr . ipv4_addr . inet_proto; flags dynamic; size 65535; counter; }
  set ${TRUTH_SETS.v6} { type ipv6_addr . ipv6_addr . inet_proto; flags dynamic; size 65535; counter; }
  counter oversize { }
  chain count {
    type filter hook ingress devices = { ${ports.join(', ')} } priority 0;
    meta length > ${mtu} counter name oversize
    meta protocol ip add @${TRUTH_SETS.v4} { ip saddr . ip daddr . meta l4proto }
    meta protocol ip6 add @${TRUTH_SETS.v6} { ip6 saddr . ip6 daddr . meta l4proto }
  }
}
`
}

/** Keeps what the kernel says by itself (multicast listener reports, RFC 3810) off the links that are counted. */
export const quietRules = `
table ip6 quiet {
  chain output { type filter hook output priority filter; ip6 daddr ff02::/16 drop; }
}
`
