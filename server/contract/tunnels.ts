const UDP = 17
/** Outer flows of overlays over UDP: VXLAN (IANA 4789, Linux 8472), Geneve, WireGuard (51871: Cilium). */
const ports: ReadonlySet<number> = new Set([4789, 8472, 6081, 51820, 51871])
/** IP in IP, IPv6 in IP, GRE, ESP. */
const protocols: ReadonlySet<number> = new Set([4, 41, 47, 50])

/** Whether a flow between two nodes is the outside of a tunnel: what is inside is seen apart. `port`: the responder's. */
export const isTunnel = (protocol: number, port: number): boolean =>
  protocols.has(protocol) || (protocol === UDP && ports.has(port))
