import {
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
import { isMidStream } from './orient.ts'

/** Four numbers of a connection, in this order: counters since it began, or what is new of them. */
export const BYTES_UP = 0
export const BYTES_DOWN = 1
export const PACKETS_UP = 2
export const PACKETS_DOWN = 3
export const COUNTERS = 4

/** One look at one connection, in a dump or as it ends. Reused for the next look: keep nothing of it. */
export interface Sighting {
  readonly key: Int32Array
  /** Up: the entry's original direction. */
  readonly counters: Float64Array
  /** False: the entry was made while nf_conntrack_acct was off, and never gets counters. */
  hasCounters: boolean
  /** Who answers is on the loopback interface: the bytes never leave the machine. */
  loopback: boolean
  /** Taken off conntrack's path by a flowtable; its counters stand still. */
  offloaded: boolean
  midStream: boolean
  /** The connection had not been closed when its entry was destroyed (a flush), as far as is known. */
  endedAlive: boolean
}

export const newSighting = (addressWords: AddressWords): Sighting => ({
  key: new Int32Array(keyWords(addressWords)),
  counters: new Float64Array(COUNTERS),
  hasCounters: false,
  loopback: false,
  offloaded: false,
  midStream: false,
  endedAlive: false,
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
  into.loopback = isLoopback(key, KEY_ADDRESSES + 2 * addressWords, addressWords)
  into.hasCounters = shape.bytesUp !== ABSENT
  if (into.hasCounters) {
    counters[BYTES_UP] = counter(words, base + shape.bytesUp)
    counters[BYTES_DOWN] = counter(words, base + shape.bytesDown)
    counters[PACKETS_UP] = counter(words, base + shape.packetsUp)
    counters[PACKETS_DOWN] = counter(words, base + shape.packetsDown)
  }
  const status = shape.status === ABSENT ? 0 : swap32(words[base + shape.status] ?? 0)
  into.offloaded = (status & (IPS_OFFLOAD | IPS_HW_OFFLOAD)) !== 0
  into.midStream = shape.tcpFlags !== ABSENT && isMidStream((words[base + shape.tcpFlags] ?? 0) & 0xff)
  into.endedAlive = false
  if (protocolOf(key[KEY_PROTOCOL] ?? 0) !== IPPROTO_TCP) return
  // Kernels before 5.19 leave the state out of a DESTROY: then it may have been alive.
  const state = shape.tcpState === ABSENT ? TCP_CONNTRACK_SYN_RECV : (words[base + shape.tcpState] ?? 0) & 0xff
  into.endedAlive = state >= TCP_CONNTRACK_SYN_RECV && state <= TCP_CONNTRACK_CLOSE_WAIT
}
