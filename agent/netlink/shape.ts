import { walkAttributes } from './attributes.ts'
import {
  AF_INET,
  AF_INET6,
  CTA_COUNTERS_BYTES,
  CTA_COUNTERS_ORIG,
  CTA_COUNTERS_PACKETS,
  CTA_COUNTERS_REPLY,
  CTA_ID,
  CTA_IP_V4_DST,
  CTA_IP_V4_SRC,
  CTA_IP_V6_DST,
  CTA_IP_V6_SRC,
  CTA_PROTO_DST_PORT,
  CTA_PROTO_ICMP_ID,
  CTA_PROTO_ICMPV6_ID,
  CTA_PROTO_NUM,
  CTA_PROTO_SRC_PORT,
  CTA_PROTOINFO,
  CTA_PROTOINFO_TCP,
  CTA_PROTOINFO_TCP_FLAGS_ORIGINAL,
  CTA_PROTOINFO_TCP_STATE,
  CTA_STATUS,
  CTA_TIMESTAMP,
  CTA_TIMESTAMP_START,
  CTA_TUPLE_IP,
  CTA_TUPLE_ORIG,
  CTA_TUPLE_PROTO,
  CTA_TUPLE_REPLY,
  CTA_TUPLE_ZONE,
  CTA_ZONE,
  NFGENMSG_BYTES,
  NLMSG_HEADER_BYTES,
} from './constants.ts'

/** No such attribute in messages of this shape. */
export const ABSENT = -1

/** Where the payloads lie: word offsets from the start of the message, or ABSENT. */
export interface Tuple {
  source: number
  destination: number
  protocol: number
  /** TCP, UDP, SCTP …: be16. ICMP: its id as the source. */
  sourcePort: number
  destinationPort: number
}

/**
 * One layout of a conntrack message. The kernel writes the same attributes in the same order for all entries of a
 * kind, but order and set differ between kernels: so a layout is learned from the first message that has it, and every
 * later message is compared with it, header by header, instead of being walked.
 */
export interface Shape {
  /** 0, 1, 2 … in the order they were learned, or ABSENT when there are too many to keep. */
  readonly number: number
  readonly length: number
  readonly family: number
  /** In pairs: the word offset of each attribute header on the way, and what must stand there. */
  readonly headers: Int32Array
  readonly original: Readonly<Tuple>
  readonly reply: Readonly<Tuple>
  readonly id: number
  readonly status: number
  readonly zone: number
  /** Word offset of a be64: when the connection was opened. */
  readonly opened: number
  readonly tcpState: number
  readonly tcpFlags: number
  /** Both or neither: word offsets of be64 counters. */
  readonly bytesUp: number
  readonly bytesDown: number
  readonly packetsUp: number
  readonly packetsDown: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Learns the layout of the message of `length` bytes at `at` (a multiple of 4).
 *   nlmsghdr (16) | nfgenmsg (4) | attributes: TUPLE_ORIG TUPLE_REPLY STATUS … ID … COUNTERS_ORIG COUNTERS_REPLY …
 * Attributes and nested attributes it does not know are stepped over: newer kernels add them.
 * @returns undefined when the message is malformed or lacks a tuple or the id.
 */
export function learnShape(view: DataView, at: number, length: number, number: number): Shape | undefined {
  const family = view.getUint8(at + NLMSG_HEADER_BYTES)
  if (family !== AF_INET && family !== AF_INET6) return undefined
  const headers: number[] = []
  const original = noTuple()
  const reply = noTuple()
  const top: Mutable<Pick<Shape, 'id' | 'status' | 'zone' | 'opened' | 'tcpState' | 'tcpFlags'>> = {
    id: ABSENT,
    status: ABSENT,
    zone: ABSENT,
    opened: ABSENT,
    tcpState: ABSENT,
    tcpFlags: ABSENT,
  }
  const up = { bytes: ABSENT, packets: ABSENT }
  const down = { bytes: ABSENT, packets: ABSENT }

  const level = (from: number, to: number, visit: (type: number, start: number, end: number) => boolean): boolean =>
    walkAttributes(view, from, to, (type, header, start, end) => {
      headers.push((header - at) >> 2, view.getInt32(header, true))
      return visit(type, start, end)
    })
  const word = (start: number): number => (start - at) >> 2

  const tuple = (into: Tuple, from: number, to: number): boolean =>
    level(from, to, (type, start, end) => {
      if (type === CTA_TUPLE_IP) return level(start, end, (t, s, e) => address(into, family, t, word(s), e - s))
      if (type === CTA_TUPLE_PROTO) return level(start, end, (t, s, e) => layer4(into, t, word(s), e - s))
      // Zones of one direction only: without a CTA_ZONE the original direction's zone is the entry's.
      if (type !== CTA_TUPLE_ZONE) return true
      if (into === original && top.zone === ABSENT) top.zone = word(start)
      return end - start === 2
    })
  const counters = (into: typeof up, from: number, to: number): boolean =>
    level(from, to, (type, start, end) => {
      if (type === CTA_COUNTERS_BYTES) into.bytes = word(start)
      else if (type === CTA_COUNTERS_PACKETS) into.packets = word(start)
      else return true
      return end - start === 8
    })
  const tcp = (from: number, to: number): boolean =>
    level(from, to, (type, start, end) => {
      if (type === CTA_PROTOINFO_TCP_STATE) top.tcpState = word(start)
      else if (type === CTA_PROTOINFO_TCP_FLAGS_ORIGINAL) top.tcpFlags = word(start)
      return end > start
    })

  const times = (from: number, to: number): boolean =>
    level(from, to, (type, start, end) => {
      if (type !== CTA_TIMESTAMP_START) return true
      top.opened = word(start)
      return end - start === 8
    })

  const whole = level(at + NLMSG_HEADER_BYTES + NFGENMSG_BYTES, at + length, (type, start, end) => {
    switch (type) {
      case CTA_TUPLE_ORIG:
        return tuple(original, start, end)
      case CTA_TUPLE_REPLY:
        return tuple(reply, start, end)
      case CTA_COUNTERS_ORIG:
        return counters(up, start, end)
      case CTA_COUNTERS_REPLY:
        return counters(down, start, end)
      case CTA_PROTOINFO:
        return level(start, end, (t, s, e) => t !== CTA_PROTOINFO_TCP || tcp(s, e))
      case CTA_TIMESTAMP:
        return times(start, end)
      case CTA_ID:
        top.id = word(start)
        return end - start === 4
      case CTA_STATUS:
        top.status = word(start)
        return end - start === 4
      case CTA_ZONE:
        top.zone = word(start)
        return end - start === 2
      default:
        return true
    }
  })
  if (!whole || top.id === ABSENT || !complete(original) || !complete(reply)) return undefined
  const counted = up.bytes !== ABSENT && up.packets !== ABSENT && down.bytes !== ABSENT && down.packets !== ABSENT
  return {
    number,
    length,
    family,
    headers: Int32Array.from(headers),
    original,
    reply,
    ...top,
    bytesUp: counted ? up.bytes : ABSENT,
    bytesDown: counted ? down.bytes : ABSENT,
    packetsUp: counted ? up.packets : ABSENT,
    packetsDown: counted ? down.packets : ABSENT,
  }
}

const noTuple = (): Tuple => ({
  source: ABSENT,
  destination: ABSENT,
  protocol: ABSENT,
  sourcePort: ABSENT,
  destinationPort: ABSENT,
})

const complete = (tuple: Tuple): boolean =>
  tuple.source !== ABSENT && tuple.destination !== ABSENT && tuple.protocol !== ABSENT

function address(into: Tuple, family: number, type: number, word: number, size: number): boolean {
  const v4 = type === CTA_IP_V4_SRC || type === CTA_IP_V4_DST
  const v6 = type === CTA_IP_V6_SRC || type === CTA_IP_V6_DST
  if (!v4 && !v6) return true
  if (type === CTA_IP_V4_SRC || type === CTA_IP_V6_SRC) into.source = word
  else into.destination = word
  return v4 ? family === AF_INET && size === 4 : family === AF_INET6 && size === 16
}

function layer4(into: Tuple, type: number, word: number, size: number): boolean {
  switch (type) {
    case CTA_PROTO_NUM:
      into.protocol = word
      return size === 1
    case CTA_PROTO_SRC_PORT:
    case CTA_PROTO_ICMP_ID:
    case CTA_PROTO_ICMPV6_ID:
      into.sourcePort = word
      return size === 2
    case CTA_PROTO_DST_PORT:
      into.destinationPort = word
      return size === 2
    default:
      return true
  }
}
