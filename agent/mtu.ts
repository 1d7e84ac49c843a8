import { readFileSync } from 'node:fs'
import { parseRoutesV4, parseRoutesV6 } from './directory/own-addresses.ts'

/** Ethernet's, where the machine does not tell. */
const USUAL_MTU = 1500

/** Largest packet of the interface that the default route leaves by, bytes. */
export function defaultRouteMtu(): number {
  const routes = [...parseRoutesV4(read('/proc/net/route')), ...parseRoutesV6(read('/proc/net/ipv6_route'))]
  const wayOut = routes.find(({ range, onLink }) => range.prefix === 0 && !onLink)
  return wayOut === undefined ? USUAL_MTU : Number(read(`/sys/class/net/${wayOut.interfaceName}/mtu`)) || USUAL_MTU
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
