import {
  CTA_COUNTERS_BYTES,
  IPPROTO_TCP,
  IPS_HW_OFFLOAD,
  IPS_OFFLOAD,
  TCP_CONNTRACK_CLOSE_WAIT,
  TCP_CONNTRACK_SYN_RECV,
} from '../netlink/constants.ts'
import { counter, swap32 } from '../netlink/frame.ts'
import { ABSENT, type Shape } from '../netlink/shape.ts'
import {
  type AddressWords,
  isLoopback,
  KEY_ADDRESSES,
  KEY_PROTOCOL,
  keyWords,
  protocolOf,
  readKey,
} from './deltas-key.ts'

/** Four numbers of a connection, in this order: counters since it began, or what is new of them. */
export const BYTES_UP = 0
export const BYTES_DOWN = 1
export const PACKETS_UP = 2
export const PACKETS_DOWN = 3
export const COUNTERS = 4

export const TCP_STATE_UNTOLD = 0
const NS_PER_MS = 1e6

/** One look at one connection, in a dump or as it ends. Reused for the next look: keep nothing of it. */
export interface Sighting {
  readonly key: Int32Array
  /** Up: the entry's original direction. */
  readonly counters: Float64Array
  /** Number of the message's shape, or ABSENT. */
  shape: number
  /** False: the entry was made while nf_conntrack_acct was off, and never gets counters. */
  hasCounters: boolean
  /** Who answers is on the loopback interface: the bytes never leave the machine. */
  loopback: boolean
  /** Taken off conntrack's path by a flowtable; its counters stand still. */
  offloaded: boolean
  /** CTA_PROTOINFO_TCP_FLAGS_ORIGINAL: see isMidStream. 0 where the kernel does not tell. */
  tcpFlags: number
  /** TCP_CONNTRACK_… as it is, or was when the entry was destroyed; TCP_STATE_UNTOLD where the kernel does not tell. */
  tcpState: number
  /** When it was opened, wall clock ms (CTA_TIMESTAMP_START); 0 where the kernel does not tell. */
  openedMs: number
}

export const newSighting = (addressWords: AddressWords): Sighting => ({
  key: new Int32Array(keyWords(addressWords)),
  counters: new Float64Array(COUNTERS),
  shape: ABSENT,
  hasCounters: false,
  loopback: false,
  offloaded: false,
  tcpFlags: 0,
  tcpState: TCP_STATE_UNTOLD,
  openedMs: 0,
})

/** Reads the message whose payloads lie at base + shape.… into `into`. */
export function readSighting(
  into: Sighting,
  words: Int32Array,
  base: number,
  shape: Shape,
  addressWords: AddressWords,
): void {
  const { key, counters } = into
  readKey(key, words, base, shape, addressWords)
  into.shape = shape.number
  into.loopback = isLoopback(key, KEY_ADDRESSES + 2 * addressWords, addressWords)
  into.hasCounters = readCounters(counters, words, base, shape)
  into.offloaded = isOffloaded(words, base, shape)
  into.tcpFlags = shape.tcpFlags === ABSENT ? 0 : (words[base + shape.tcpFlags] ?? 0) & 0xff
  into.tcpState = shape.tcpState === ABSENT ? TCP_STATE_UNTOLD : (words[base + shape.tcpState] ?? 0) & 0xff
  into.openedMs = shape.opened === ABSENT ? 0 : counter(words, base + shape.opened) / NS_PER_MS
}

/** struct nlattr of CTA_COUNTERS_BYTES: u16 length 12, u16 type. */
const BYTES_HEADER = 12 | (CTA_COUNTERS_BYTES << 16)

/** @returns false when the entry has no counters */
export function readCounters(into: Float64Array, words: Int32Array, base: number, shape: Shape): boolean {
  const { bytesUp, bytesDown, packetsUp, packetsDown } = shape
  if (bytesUp === ABSENT) return false
  if (words[base + bytesUp - 1] !== BYTES_HEADER || words[base + bytesDown - 1] !== BYTES_HEADER) return false
  into[BYTES_UP] = counter(words, base + bytesUp)
  into[BYTES_DOWN] = counter(words, base + bytesDown)
  into[PACKETS_UP] = counter(words, base + packetsUp)
  into[PACKETS_DOWN] = counter(words, base + packetsDown)
  return true
}

/** CTA_STATUS is big-endian. */
const OFFLOADED_RAW = swap32(IPS_OFFLOAD | IPS_HW_OFFLOAD)

export function isOffloaded(words: Int32Array, base: number, shape: Shape): boolean {
  return shape.status !== ABSENT && ((words[base + shape.status] ?? 0) & OFFLOADED_RAW) !== 0
}

/**
 * A TCP connection that had not been closed when its entry was destroyed (a flush), as far as is known: kernels before
 * 5.19 leave the state out of a DESTROY.
 */
export function endedAlive({ key, tcpState }: Sighting): boolean {
  if (protocolOf(key[KEY_PROTOCOL] ?? 0) !== IPPROTO_TCP) return false
  return tcpState === TCP_STATE_UNTOLD || (tcpState >= TCP_CONNTRACK_SYN_RECV && tcpState <= TCP_CONNTRACK_CLOSE_WAIT)
}
