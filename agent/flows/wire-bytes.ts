/**
 * What the network card sent, estimated from what conntrack counted.
 *
 * Conntrack counts the IP bytes of a packet as the hook sees it. With segmentation offload (GSO, GRO) that is a
 * superpacket of up to 64 KiB with one set of headers, which the card cuts into segments with a set each. Up to 3.5 % of
 * the bytes are missing at MTU 1500, 0.5 % at 9001. Whole packets of at most the MTU are counted as they are.
 *
 *   payload  = bytes − packets × H          H: headers of a segment
 *   segments = ceil(payload ÷ (MTU − H))
 *   wire     = bytes + H × max(0, segments − packets)
 *
 * H = IP header + 20 TCP + 12 timestamp option (net/ipv4/tcp_output.c: on by default). Measured: conntrack's bytes equal
 * the interface's minus the Ethernet header, packet for packet, with offload on and off.
 */

const TCP_WITH_TIMESTAMPS = 32
const IPV4 = 20
const IPV6 = 40
/** Outer UDP 8, VXLAN or Geneve without options 8, inner Ethernet 14; inside, mostly IPv4 TCP. */
const ENCAPSULATION = 8 + 8 + 14

const PROTOCOL_TCP = 6
const PROTOCOL_UDP = 17
/** VXLAN (RFC 7348), Linux's and Cilium's older VXLAN port, Geneve (RFC 8926). */
const tunnelPorts: ReadonlySet<number> = new Set([4789, 8472, 6081])

/**
 * H in bytes for connections of this kind; 0 = counted bytes are wire bytes (datagrams are not cut by the card; UDP
 * segmentation offload is rare and not visible here).
 * @param dialledPort tunnels are told by the outer UDP port: the card cuts the TCP segment inside
 */
export function segmentHeaderBytes(protocol: number, isIpv6: boolean, dialledPort: number): number {
  const ip = isIpv6 ? IPV6 : IPV4
  if (protocol === PROTOCOL_TCP) return ip + TCP_WITH_TIMESTAMPS
  if (protocol === PROTOCOL_UDP && tunnelPorts.has(dialledPort)) return ip + ENCAPSULATION + IPV4 + TCP_WITH_TIMESTAMPS
  return 0
}

/**
 * Wire bytes of one direction of one connection between two looks. Not for sums over connections: the small packets of
 * one would hide the superpackets of another.
 * @param mtu bytes of the largest IP packet the card sends
 */
export function wireBytes(bytes: number, packets: number, headerBytes: number, mtu: number): number {
  if (headerBytes === 0 || bytes <= packets * headerBytes) return bytes
  const segments = Math.ceil((bytes - packets * headerBytes) / (mtu - headerBytes))
  return segments > packets ? bytes + headerBytes * (segments - packets) : bytes
}
