/**
 * IP addresses as text and as bytes. Canonical text: dotted quad for IPv4, RFC 5952 for IPv6; an IPv4-mapped IPv6
 * address (::ffff:a.b.c.d) is the IPv4 address, as sockets that listen on :: show it.
 */
export interface Cidr {
  readonly bytes: Uint8Array
  readonly prefix: number
}

/** 4 or 16 bytes (4 for an IPv4-mapped address), or undefined when the text is no IP address. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseV4(text)
  const address = parseV6(text)
  return address !== undefined && isMapped(address) ? address.subarray(12) : address
}

/** Canonical text of 4 or 16 bytes. */
export function formatAddress(address: Uint8Array): string {
  if (address.length === 4) return address.join('.')
  if (isMapped(address)) return address.subarray(12).join('.')
  return formatV6(address)
}

/** Canonical text of an address given as text, or undefined when it is none. */
export function canonicalAddress(text: string): string | undefined {
  const parsed = parseAddress(text)
  return parsed === undefined ? undefined : formatAddress(parsed)
}

/** "10.0.0.0/8" → bytes and prefix length; undefined when it is no CIDR. A bare address is a /32 or /128. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, length, more] = text.split('/')
  const parsed = parseAddress(address ?? '')
  if (parsed === undefined || more !== undefined) return undefined
  const longest = parsed.length * 8
  const prefix = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : -1
  return prefix < 0 || prefix > longest ? undefined : { bytes: parsed, prefix }
}

export function inCidr(address: Uint8Array, cidr: Cidr): boolean {
  if (address.length !== cidr.bytes.length) return false
  const whole = cidr.prefix >> 3
  for (let i = 0; i < whole; i++) if (address[i] !== cidr.bytes[i]) return false
  const rest = cidr.prefix & 7
  if (rest === 0) return true
  const mask = 0xff << (8 - rest)
  return ((address[whole] ?? 0) & mask) === ((cidr.bytes[whole] ?? 0) & mask)
}

const ZERO = 48
/** Character code of "." less that of "0". */
const DOT = -2

/** Ranges that are never the public internet (IANA special-purpose registries, RFC 6890, RFC 6598, RFC 4193). */
const privateRanges = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
].map(text => parseCidr(text) as Cidr)

/** Whether the address is of the public internet. Public ranges that a VPC uses inside come up as subnets first. */
export const isPublic = (address: Uint8Array): boolean => !privateRanges.some(range => inCidr(address, range))

/** ::ffff:0:0/96 (RFC 4291 section 2.5.5.2). */
function isMapped(address: Uint8Array): boolean {
  return address[10] === 0xff && address[11] === 0xff && address.subarray(0, 10).every(byte => byte === 0)
}

/** Character by character: the server reads every address it has no label for, and a regular expression costs 10 times that. */
function parseV4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4)
  let part = 0
  let value = -1
  for (let i = 0; i <= text.length; i++) {
    const digit = i === text.length ? DOT : text.charCodeAt(i) - ZERO
    if (digit === DOT) {
      if (value < 0 || part > 3) return undefined
      bytes[part++] = value
      value = -1
    } else {
      if (digit < 0 || digit > 9 || value === 0) return undefined // no leading zeros: some read them as octal
      value = Math.max(value, 0) * 10 + digit
      if (value > 255) return undefined
    }
  }
  return part === 4 ? bytes : undefined
}
function parseV6(text: string): Uint8Array | undefined {
  const [head, tail, more] = text.split('::')
  if (head === undefined || more !== undefined) return undefined
  const front = groups(head, tail === undefined)
  const back = tail === undefined ? [] : groups(tail, true)
  if (front === undefined || back === undefined) return undefined
  const missing = 16 - front.length - back.length
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return Uint8Array.from([...front, ...new Array<number>(missing).fill(0), ...back])
}

/** "2001:db8" → bytes; a dotted quad may stand last, where the address ends. */
function groups(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return []
  const out: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (part.includes('.') && endsAddress && i === parts.length - 1) {
      const quad = parseV4(part)
      if (quad === undefined) return undefined
      out.push(...quad)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const value = Number.parseInt(part, 16)
      out.push(value >> 8, value & 0xff)
    } else return undefined
  }
  return out
}

function formatV6(address: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, i) => ((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0))
  // RFC 5952: the longest run of two or more zero groups is "::"; the first of equals.
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && words[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const hex = (from: number, to: number) =>
    words
      .slice(from, to)
      .map(word => word.toString(16))
      .join(':')
  return best.start < 0 ? hex(0, 8) : `${hex(0, best.start)}::${hex(best.start + best.length, 8)}`
}
