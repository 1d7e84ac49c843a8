import { IPPROTO_DCCP, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE } from '../netlink/constants.ts'
import { port } from '../netlink/frame.ts'
import { ABSENT, type Shape } from '../netlink/shape.ts'
import type { RecordLayout } from './deltas-table.ts'

/*
 * A connection's key. CTA_ID alone is neither unique in space (32 bits: 7 pairs alike in 250,000 live entries) nor in
 * time (a 5-tuple reopened out of TIME_WAIT gets the same id again), so all of both tuples belongs to it.
 * All words are raw as the kernel sent them (big-endian inside).
 *
 *   0 CTA_ID | 1 protocol, zone << 16 | 2 original ports | 3 reply ports | original src, dst | reply src, dst
 *
 * A ports word is source | destination << 16; for ICMP the source is the echo id. An address has 1 or 4 words.
 */
export const KEY_ID = 0
export const KEY_PROTOCOL = 1
export const KEY_ORIGINAL_PORTS = 2
export const KEY_REPLY_PORTS = 3
export const KEY_ADDRESSES = 4

export type AddressWords = 1 | 4

export const keyWords = (addressWords: AddressWords): number => KEY_ADDRESSES + 4 * addressWords

/** Owner's words and doubles of a connection record: see deltas.ts. */
export const connectionLayout = (addressWords: AddressWords): RecordLayout => ({
  keyWords: keyWords(addressWords),
  metaWords: 6,
  numbers: 4,
  hashWords: 1,
})

export function readKey(
  into: Int32Array,
  words: Int32Array,
  base: number,
  shape: Shape,
  addressWords: AddressWords,
): void {
  const { original, reply } = shape
  into[KEY_ID] = words[base + shape.id] ?? 0
  into[KEY_PROTOCOL] = protocolWord(words, base, shape)
  into[KEY_ORIGINAL_PORTS] = ports(words, base, original.sourcePort, original.destinationPort)
  into[KEY_REPLY_PORTS] = ports(words, base, reply.sourcePort, reply.destinationPort)
  for (let i = 0; i < addressWords; i++) {
    const to = KEY_ADDRESSES + i
    into[to] = words[base + original.source + i] ?? 0
    into[to + addressWords] = words[base + original.destination + i] ?? 0
    into[to + 2 * addressWords] = words[base + reply.source + i] ?? 0
    into[to + 3 * addressWords] = words[base + reply.destination + i] ?? 0
  }
}

/** Whether `readKey` would give the key at `at` in `record`. */
export function isKey(
  record: Int32Array,
  at: number,
  words: Int32Array,
  base: number,
  shape: Shape,
  addressWords: AddressWords,
): boolean {
  const { original, reply } = shape
  if (record[at + KEY_ID] !== words[base + shape.id]) return false
  if (record[at + KEY_PROTOCOL] !== protocolWord(words, base, shape)) return false
  if (record[at + KEY_ORIGINAL_PORTS] !== ports(words, base, original.sourcePort, original.destinationPort))
    return false
  if (record[at + KEY_REPLY_PORTS] !== ports(words, base, reply.sourcePort, reply.destinationPort)) return false
  for (let i = 0; i < addressWords; i++) {
    const to = at + KEY_ADDRESSES + i
    if (record[to] !== words[base + original.source + i]) return false
    if (record[to + addressWords] !== words[base + original.destination + i]) return false
    if (record[to + 2 * addressWords] !== words[base + reply.source + i]) return false
    if (record[to + 3 * addressWords] !== words[base + reply.destination + i]) return false
  }
  return true
}

function protocolWord(words: Int32Array, base: number, shape: Shape): number {
  const zone = shape.zone === ABSENT ? 0 : (words[base + shape.zone] ?? 0) & 0xffff
  return ((words[base + shape.original.protocol] ?? 0) & 0xff) | (zone << 16)
}

function ports(words: Int32Array, base: number, source: number, destination: number): number {
  const low = source === ABSENT ? 0 : (words[base + source] ?? 0) & 0xffff
  return destination === ABSENT ? low : low | ((words[base + destination] ?? 0) << 16)
}

export const protocolOf = (protocolWord: number): number => protocolWord & 0xff

export const zoneOf = (protocolWord: number): number => port(protocolWord >>> 16)

export const sourcePort = (portsWord: number): number => port(portsWord)

export const destinationPort = (portsWord: number): number => port(portsWord >>> 16)

/** ICMP ids and GRE keys stand where ports stand, and are none. */
export const hasPorts = (protocol: number): boolean =>
  protocol === IPPROTO_TCP ||
  protocol === IPPROTO_UDP ||
  protocol === IPPROTO_SCTP ||
  protocol === IPPROTO_UDPLITE ||
  protocol === IPPROTO_DCCP

/** 127.0.0.0/8 or ::1 at a word offset; words are raw big-endian, so the first byte is the lowest. */
export function isLoopback(words: Int32Array, at: number, addressWords: AddressWords): boolean {
  if (addressWords === 1) return ((words[at] ?? 0) & 0xff) === 127
  return words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 0x01000000
}
