import { IP_CT_TCP_FLAG_BE_LIBERAL, IP_CT_TCP_FLAG_WINDOW_SCALE } from '../netlink/constants.ts'
import { type AddressWords, KEY_ADDRESSES, KEY_ORIGINAL_PORTS, KEY_PROTOCOL, KEY_REPLY_PORTS } from './deltas-key.ts'

/**
 * Whether TCP tracking began in mid-stream, by CTA_PROTOINFO_TCP_FLAGS_ORIGINAL: after a flush or an overrun of the
 * table the first packet that comes by makes the entry, in whichever direction it goes, and tcp_new()
 * (net/netfilter/nf_conntrack_proto_tcp.c) sets SACK_PERM and BE_LIBERAL on both ends.
 * Offloads and Open vSwitch set BE_LIBERAL too, on connections whose SYN was seen: those have WINDOW_SCALE, which only a
 * SYN can bring, as every stack of today offers it.
 */
export const isMidStream = (tcpFlags: number): boolean =>
  (tcpFlags & (IP_CT_TCP_FLAG_BE_LIBERAL | IP_CT_TCP_FLAG_WINDOW_SCALE)) === IP_CT_TCP_FLAG_BE_LIBERAL

/** as is: the original direction's source is the initiator. swapped: its destination is. */
export type Orientation = 'as is' | 'swapped'

const WAYS = 4
const WORDS = 4

/**
 * Who opened the TCP connections that vanished while they still lived (a flush): asked when an entry for the same pair
 * of ends comes up in mid-stream. Bounded: a set-associative table in which the oldest of four gives way.
 * A slot: fingerprint (2 words), when (seconds), 1 when the initiator is the end with the larger fingerprint.
 */
export class OrientationMemory {
  readonly #slots: Int32Array
  readonly #sets: number
  readonly #keepSeconds: number

  /** @param capacity connections remembered, a power of two; 16 bytes each. @param keepSeconds how long */
  constructor(capacity = 65536, keepSeconds = 3600) {
    this.#sets = capacity / WAYS
    this.#slots = new Int32Array(capacity * WORDS)
    this.#keepSeconds = keepSeconds
  }

  /** @param at where the connection's key starts in `words` */
  remember(words: Int32Array, at: number, addressWords: AddressWords, orientation: Orientation, nowMs: number): void {
    const original = this.#tuple(words, at, addressWords, false)
    this.#store(original, orientation === 'as is', nowMs)
    // Behind NAT the packets that come by after a flush carry the reply tuple's addresses; its source is the responder.
    const reply = this.#tuple(words, at, addressWords, true)
    if (reply.key1 !== original.key1 || reply.key2 !== original.key2) this.#store(reply, orientation !== 'as is', nowMs)
  }

  recall(words: Int32Array, at: number, addressWords: AddressWords, nowMs: number): Orientation | undefined {
    const tuple = this.#tuple(words, at, addressWords, false)
    const slot = this.#slot(tuple.key1, tuple.key2, nowMs)
    if (slot === undefined) return undefined
    return (this.#slots[slot + 3] === 1) === tuple.sourceIsLarger ? 'as is' : 'swapped'
  }

  #store(tuple: TupleFingerprint, sourceOpened: boolean, nowMs: number): void {
    const { key1, key2 } = tuple
    const at = this.#slot(key1, key2, nowMs) ?? this.#oldest(key1)
    this.#slots[at] = key1
    this.#slots[at + 1] = key2
    this.#slots[at + 2] = Math.floor(nowMs / 1000)
    this.#slots[at + 3] = tuple.sourceIsLarger === sourceOpened ? 1 : 0
  }

  #slot(key1: number, key2: number, nowMs: number): number | undefined {
    const first = this.#set(key1)
    const oldest = Math.floor(nowMs / 1000) - this.#keepSeconds
    for (let at = first; at < first + WAYS * WORDS; at += WORDS)
      if (this.#slots[at] === key1 && this.#slots[at + 1] === key2 && (this.#slots[at + 2] ?? 0) > oldest) return at
    return undefined
  }

  #oldest(key1: number): number {
    let best = this.#set(key1)
    for (let at = best + WORDS, i = 1; i < WAYS; i++, at += WORDS)
      if ((this.#slots[at + 2] ?? 0) < (this.#slots[best + 2] ?? 0)) best = at
    return best
  }

  #set(key1: number): number {
    return ((key1 >>> 0) % this.#sets) * WAYS * WORDS
  }

  #tuple(words: Int32Array, at: number, addressWords: AddressWords, reply: boolean): TupleFingerprint {
    const ports = words[at + (reply ? KEY_REPLY_PORTS : KEY_ORIGINAL_PORTS)] ?? 0
    const source = at + KEY_ADDRESSES + (reply ? 2 * addressWords : 0)
    const salt = words[at + KEY_PROTOCOL] ?? 0
    const a = endFingerprint(words, source, addressWords, ports & 0xffff, salt)
    const b = endFingerprint(words, source + addressWords, addressWords, ports >>> 16, salt)
    // Sums do not depend on the order of the ends.
    return { key1: (a.hash1 + b.hash1) | 0, key2: (a.hash2 + b.hash2) | 0, sourceIsLarger: a.hash1 > b.hash1 }
  }
}

interface TupleFingerprint {
  readonly key1: number
  readonly key2: number
  readonly sourceIsLarger: boolean
}

/** 64 bits of address, port, protocol and zone: two ends alike by chance are too rare to matter. */
function endFingerprint(words: Int32Array, at: number, count: number, port: number, salt: number) {
  let hash1 = Math.imul(salt ^ port, 0x85ebca6b)
  let hash2 = Math.imul(salt + port, 0x27d4eb2f)
  for (let i = 0; i < count; i++) {
    const word = words[at + i] ?? 0
    hash1 = Math.imul(hash1 ^ (hash1 >>> 15) ^ word, 0x2c1b3c6d)
    hash2 = Math.imul(hash2 ^ (hash2 >>> 13) ^ word, 0x297a2d39)
  }
  return { hash1: hash1 ^ (hash1 >>> 16), hash2: hash2 ^ (hash2 >>> 16) }
}
