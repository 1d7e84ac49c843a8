import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** What a request tells about who sent it. */
export interface Visit {
  readonly headers: IncomingHttpHeaders
  /** The other end of the TCP connection. */
  readonly remoteAddress: string
}

export const visitOf = (request: IncomingMessage): Visit => ({
  headers: request.headers,
  remoteAddress: plainAddress(request.socket.remoteAddress ?? ''),
})

/** IPv4 as such, also where it came in on a socket of both families (::ffff:10.0.0.1). */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/** Addresses of proxies, by CIDR. */
export class ProxyAddresses {
  readonly #list = new BlockList()

  /** @throws Error that names the entry which is no CIDR. */
  constructor(cidrs: readonly string[]) {
    for (const cidr of cidrs) {
      const [address = '', bits = '', more] = cidr.split('/')
      const family = isIP(address)
      const most = family === 6 ? 128 : 32
      if (family === 0 || more !== undefined || !/^\d{1,3}$/.test(bits) || Number(bits) > most)
        throw new Error(`${JSON.stringify(cidr)} is no CIDR such as 10.0.0.0/8 or fd00::/8`)
      this.#list.addSubnet(address, Number(bits), family === 6 ? 'ipv6' : 'ipv4')
    }
  }

  has(address: string): boolean {
    const family = isIP(address)
    return family !== 0 && this.#list.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }

  /**
   * The address of whoever asked, for limits. X-Forwarded-For is read from its right end and only as far as a known
   * proxy wrote it: what is further left, anybody may have written.
   */
  clientOf({ headers, remoteAddress }: Visit): string {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',')
    let client = remoteAddress
    while (this.has(client)) {
      const before = plainAddress(forwarded.pop()?.trim() ?? '')
      if (isIP(before) === 0) break
      client = before
    }
    return client
  }
}

/** The value of a cookie; the first of several by that name, as browsers send the most specific first. */
export function cookieOf({ headers }: Visit, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

export const bearerOf = ({ headers }: Visit): string | undefined =>
  /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]

/** Whether the browser speaks TLS to somebody before us. Who claims it falsely only loses their own cookie. */
export const isHttps = ({ headers }: Visit, publicUrl: string): boolean =>
  publicUrl.startsWith('https:') || /^(https|wss)\b/.test(String(headers['x-forwarded-proto'] ?? ''))

/** Whether a form came from a page of ours. Sec-Fetch-Site is also there where Origin is not. */
export function isSameOrigin(visit: Visit, publicUrl: string): boolean {
  const site = visit.headers['sec-fetch-site']
  return (site === undefined || site === 'same-origin' || site === 'none') && hasOwnOrigin(visit, publicUrl)
}

/**
 * Whether no page of another site sent this. Browsers say by themselves where a script or a form is from, and no page can
 * make them lie; who is no browser says nothing and has no cookies to abuse.
 */
export function hasOwnOrigin({ headers }: Visit, publicUrl: string): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false // "null": a sandboxed page
  return new URL(origin).host === host || (publicUrl !== '' && origin === new URL(publicUrl).origin)
}
