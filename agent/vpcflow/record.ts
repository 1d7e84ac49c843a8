/** `action`, `log-status` and `flow-direction` as numbers. */
export const ACTION = { unknown: 0, accept: 1, reject: 2 } as const
export const STATUS = { unknown: 0, ok: 1, noData: 2, skipped: 3 } as const
/** Positions in `directions` (contract/flow-log-wire.ts). */
export const DIRECTION = { unknown: 0, egress: 1, ingress: 2 } as const

/** A number that is not given (`-`, an empty cell, no such column). */
export const ABSENT = -1
/** A number that is no whole number from 0 up: the record cannot be read. */
export const UNREADABLE = -2

/**
 * One record, used again for every line and row: texts are numbers of a Dictionary, 0 where there is none, and numbers
 * are ABSENT or UNREADABLE where they are not there.
 */
export class FlowRecord {
  /** Numbers of a Dictionary's interfaces, addresses and next hops. */
  interface = 0
  source = 0
  destination = 0
  packetSource = 0
  packetDestination = 0
  nextHop = 0
  sourcePort = ABSENT
  destinationPort = ABSENT
  protocol = ABSENT
  packets = ABSENT
  bytes = ABSENT
  /** Seconds since the epoch: the first and the last packet. */
  start = ABSENT
  end = ABSENT
  tcpFlags = ABSENT
  path = ABSENT
  action = 0
  status = 0
  direction = 0

  clear(): void {
    this.interface = 0
    this.source = 0
    this.destination = 0
    this.packetSource = 0
    this.packetDestination = 0
    this.nextHop = 0
    this.sourcePort = ABSENT
    this.destinationPort = ABSENT
    this.protocol = ABSENT
    this.packets = ABSENT
    this.bytes = ABSENT
    this.start = ABSENT
    this.end = ABSENT
    this.tcpFlags = ABSENT
    this.path = ABSENT
    this.action = 0
    this.status = 0
    this.direction = 0
  }
}

const A = 65
const R = 82
const E = 69
const I = 73
const LETTERS_LOWER = 0x20

/** `OK`, `NODATA`, `SKIPDATA`: told by the first letter. */
export const statusOf = (letter: number): number =>
  letter === 79 ? STATUS.ok : letter === 78 ? STATUS.noData : letter === 83 ? STATUS.skipped : STATUS.unknown
/** `ACCEPT`, `REJECT`. */
export const actionOf = (letter: number): number =>
  letter === A ? ACTION.accept : letter === R ? ACTION.reject : ACTION.unknown
/** `egress`, `ingress`. */
export const directionOf = (letter: number): number =>
  (letter & ~LETTERS_LOWER) === E
    ? DIRECTION.egress
    : (letter & ~LETTERS_LOWER) === I
      ? DIRECTION.ingress
      : DIRECTION.unknown
