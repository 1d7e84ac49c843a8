import { type SkippedReason, skippedReasons } from '@weir/contract/flow-log-wire.ts'
import { NONE } from './byte-table.ts'
import type { Dictionary } from './dictionary.ts'
import { INITIATOR, initiatorOf, responderPort } from './initiator.ts'
import { ABSENT, ACTION, FlowRecord, STATUS, UNREADABLE } from './record.ts'
import { cameBy, firstMinute, LONGEST_RECORD_S, lastMinute } from './spread.ts'
import { Sums } from './sums.ts'

/** Rows of one batch: a megabyte compressed, the most a request may carry, is 80 bytes for each. */
export const ROWS_PER_BATCH = 12_000
/** The most rows one record can make. */
const ROWS_PER_RECORD = LONGEST_RECORD_S / 60 + 2

/** What is above is no sum of one record, and more than the wire takes. */
const MOST = 2 ** 50
/** The year 2100: later is not in seconds, or not a time. */
const LAST_SECOND = 4_102_444_800

const TCP = 6
const UDP = 17
const SCTP = 132

/** What was summed since the last batch. */
export interface Folded {
  readonly sums: Sums
  readonly skipped: { readonly [reason in SkippedReason]?: number }
  /** Of the object's records, the first of this batch and the one after its last. */
  readonly from: number
  readonly to: number
  /** The newest `end` of a record, seconds since the epoch; 0: there was none. */
  readonly newestEnd: number
}

/** Sums records into rows and says when there are enough for a batch. Pure: what it does depends on the records alone. */
export class Fold {
  readonly record = new FlowRecord()
  readonly #dictionary: Dictionary
  readonly #sums = new Sums(ROWS_PER_BATCH)
  #skipped = new Map<SkippedReason, number>()
  #from: number
  #to: number
  #newestEnd = 0

  /** @param committed records that a batch before has taken: those come first and are passed over. */
  constructor(dictionary: Dictionary, committed: number) {
    this.#dictionary = dictionary
    this.#from = committed
    this.#to = 0
  }

  /** Records so far, passed over ones included. */
  get records(): number {
    return this.#to
  }

  get isPassingOver(): boolean {
    return this.#to < this.#from
  }

  /** Whether the next record might not find room: a batch is due. */
  get isFull(): boolean {
    return !this.#sums.hasRoom(ROWS_PER_RECORD)
  }

  passOver(records: number): void {
    this.#to += records
  }

  /** Takes `record` in: into the sums, or counted by the reason why not. */
  take(): void {
    const reason = this.#judge()
    this.#to++
    if (reason !== undefined) this.#skip(reason)
  }

  /** A record that could not even be read so far. */
  takeUnreadable(): void {
    this.#to++
    this.#skip('malformed')
  }

  #skip(reason: SkippedReason): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1)
  }

  /** What has come together; read it before anything else is taken, then `emptied`. */
  folded(): Folded {
    const skipped: { [reason in SkippedReason]?: number } = {}
    for (const reason of skippedReasons) {
      const count = this.#skipped.get(reason)
      if (count !== undefined) skipped[reason] = count
    }
    return { sums: this.#sums, skipped, from: this.#from, to: this.#to, newestEnd: this.#newestEnd }
  }

  emptied(): void {
    this.#sums.clear()
    this.#skipped = new Map()
    this.#from = this.#to
  }

  #judge(): SkippedReason | undefined {
    const { record } = this
    if (record.status === STATUS.noData) return 'no data'
    if (record.status === STATUS.skipped) return 'skipped by AWS'
    if (record.action === ACTION.reject) return 'rejected'
    const isEmpty = record.source === NONE && record.packetSource === NONE
    if (record.bytes === ABSENT && isEmpty) return 'no addresses'
    if (!isReadable(record)) return 'malformed'
    const source = record.source || record.packetSource
    const destination = record.destination || record.packetDestination
    if (source === NONE || destination === NONE) return 'no addresses'
    const packetSource = record.packetSource || source
    const packetDestination = record.packetDestination || destination
    const dictionary = this.#dictionary
    const areAddresses =
      dictionary.isAddress(source) &&
      dictionary.isAddress(destination) &&
      dictionary.isAddress(packetSource) &&
      dictionary.isAddress(packetDestination)
    if (!areAddresses) return 'malformed'
    if (record.end > this.#newestEnd) this.#newestEnd = record.end
    this.#add(source, destination, packetSource, packetDestination)
    return undefined
  }

  #add(source: number, destination: number, packetSource: number, packetDestination: number): void {
    const { bytes, start, end, tcpFlags, sourcePort, destinationPort, direction } = this.record
    const packets = Math.max(this.record.packets, 0)
    const protocol = Math.max(this.record.protocol, 0)
    const hasPorts = protocol === TCP || protocol === UDP || protocol === SCTP || this.record.protocol === ABSENT
    const initiator = hasPorts
      ? initiatorOf(protocol === TCP ? tcpFlags : ABSENT, sourcePort, destinationPort)
      : INITIATOR.unknown
    const port = hasPorts ? responderPort(initiator, sourcePort, destinationPort) : 0
    const small = pack(direction, initiator, protocol, port)
    const path = Math.max(this.record.path, 0)
    const sums = this.#sums
    const logged = this.record.interface
    const hop = (this.record.nextHop << 8) | path
    const stable = sums.hash(logged, source, destination, packetSource, packetDestination, small, hop)
    const last = lastMinute(start, end)
    let bytesBefore = 0
    let packetsBefore = 0
    const first = firstMinute(start)
    for (let minute = first; minute <= last; minute++) {
      const bytesBy = minute === last ? bytes : cameBy(bytes, start, end, minute)
      const packetsBy = minute === last ? packets : cameBy(packets, start, end, minute)
      if (minute === first || bytesBy > bytesBefore || packetsBy > packetsBefore) {
        const row = sums.row(stable, minute, logged, source, destination, packetSource, packetDestination, small, hop)
        sums.bytes[row] = (sums.bytes[row] as number) + bytesBy - bytesBefore
        sums.packets[row] = (sums.packets[row] as number) + packetsBy - packetsBefore
        if (minute === first) sums.flows[row] = (sums.flows[row] as number) + 1
      }
      bytesBefore = bytesBy
      packetsBefore = packetsBy
    }
  }
}

/** Whether all numbers are there that must be, and lie where they can. */
const isReadable = ({
  bytes,
  packets,
  start,
  end,
  sourcePort,
  destinationPort,
  protocol,
  tcpFlags,
  path,
}: FlowRecord) =>
  bytes >= 0 &&
  bytes <= MOST &&
  packets > UNREADABLE &&
  packets <= MOST &&
  start >= 0 &&
  end >= start &&
  end - start <= LONGEST_RECORD_S &&
  end <= LAST_SECOND &&
  sourcePort > UNREADABLE &&
  sourcePort <= 65_535 &&
  destinationPort > UNREADABLE &&
  destinationPort <= 65_535 &&
  protocol > UNREADABLE &&
  protocol <= 255 &&
  tcpFlags > UNREADABLE &&
  path > UNREADABLE &&
  path <= 255

/** Small numbers in one; `unpack` has them again. */
const pack = (direction: number, initiator: number, protocol: number, port: number): number =>
  direction | (initiator << 2) | (protocol << 4) | (port << 12)
export const unpack = {
  direction: (small: number): number => small & 3,
  initiator: (small: number): number => (small >>> 2) & 3,
  protocol: (small: number): number => (small >>> 4) & 255,
  port: (small: number): number => small >>> 12,
  path: (hop: number): number => hop & 255,
  nextHop: (hop: number): number => hop >>> 8,
} as const
