import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import {
  type Cidr,
  canonicalAddress,
  formatAddress,
  inCidr,
  parseAddress,
  parseCidr,
} from '@weir/contract/addresses.ts'

/** What the node's network tells about itself: so that flows have a here and a there before the server has answered. */
export interface OwnAddresses {
  readonly node: readonly string[]
  /** On-link routes over virtual interfaces: a pod's own address, or a bridge's range of pods. */
  readonly podRanges: readonly Cidr[]
}

/** kube-proxy in IPVS mode puts every Service address on this dummy: it is here and everywhere. */
const NOT_OURS: ReadonlySet<string> = new Set(['kube-ipvs0'])

/** Reads interfaces and routes anew: a pod's route is there before its label is. */
export function readOwnAddresses(): OwnAddresses {
  const node: string[] = []
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (NOT_OURS.has(name)) continue
    for (const { address } of addresses ?? []) node.push(canonicalAddress(address) ?? address)
  }
  const routes = [
    ...parseRoutesV4(readIfThere('/proc/net/route')),
    ...parseRoutesV6(readIfThere('/proc/net/ipv6_route')),
  ]
  return { node, podRanges: podRanges(routes, leadsToPods) }
}

const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // not Linux, or no IPv6
  }
}

/** Interfaces with pods behind them (veth, bridge) have no device, as cards have; tunnels lead to other nodes. */
function leadsToPods(name: string): boolean {
  const at = `/sys/class/net/${name}`
  const ethernet = readIfThere(`${at}/type`).trim() === '1' // ARPHRD_ETHER; IPIP, SIT and GRE have others
  const tunnel = /^DEVTYPE=(vxlan|geneve|wireguard|gretap)$/m.test(readIfThere(`${at}/uevent`))
  return ethernet && !tunnel && !existsSync(`${at}/device`)
}

export interface Route {
  readonly range: Cidr
  readonly onLink: boolean
  readonly interfaceName: string
}

/** The ranges that pods of this node live in: on-link, over an interface that leads to pods and is not the way out. */
export function podRanges(routes: readonly Route[], toPods: (interfaceName: string) => boolean): readonly Cidr[] {
  const waysOut = new Set(routes.filter(route => !route.onLink).map(route => route.interfaceName))
  return routes
    .filter(({ onLink, interfaceName, range }) => onLink && range.prefix > 0 && !waysOut.has(interfaceName))
    .filter(({ interfaceName, range }) => interfaceName !== 'lo' && !isLinkLocal(range) && toPods(interfaceName))
    .map(({ range }) => range)
}

/** fe80::/10 and ff00::/8 are on every interface. */
const isLinkLocal = ({ bytes }: Cidr): boolean =>
  bytes.length === 16 && (bytes[0] === 0xff || (bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80))

export const inRanges = (address: string, ranges: readonly Cidr[]): boolean => {
  if (ranges.length === 0) return false
  const bytes = parseAddress(address)
  return bytes !== undefined && ranges.some(range => inCidr(bytes, range))
}

/** /proc/net/route: Iface Destination Gateway Flags RefCnt Use Metric Mask …; addresses in hex, host byte order. */
export function parseRoutesV4(text: string): readonly Route[] {
  return text.split('\n').flatMap(line => {
    const [interfaceName, destination, gateway, , , , , mask] = line.split(/\s+/)
    if (interfaceName === undefined || !/^[0-9A-F]{8}$/.test(destination ?? '') || mask === undefined) return []
    const address = Buffer.from(destination ?? '', 'hex').reverse()
    const prefix = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length
    const range = parseCidr(`${formatAddress(address)}/${prefix}`)
    return range === undefined ? [] : [{ range, onLink: gateway === '00000000', interfaceName }]
  })
}

/** /proc/net/ipv6_route: destination prefix source prefix nexthop metric refcnt use flags iface; all in hex. */
export function parseRoutesV6(text: string): readonly Route[] {
  return text.split('\n').flatMap(line => {
    const [destination = '', prefix = '', , , nextHop = '', , , , flags = '', interfaceName] = line.trim().split(/\s+/)
    if (interfaceName === undefined || destination.length !== 32 || isReject(flags)) return []
    const range = parseCidr(`${formatAddress(Buffer.from(destination, 'hex'))}/${Number.parseInt(prefix, 16)}`)
    return range === undefined ? [] : [{ range, onLink: /^0{32}$/.test(nextHop), interfaceName }]
  })
}

/** RTF_REJECT 0x0200, include/uapi/linux/ipv6_route.h. */
const isReject = (flags: string): boolean => (Number.parseInt(flags, 16) & 0x0200) !== 0
