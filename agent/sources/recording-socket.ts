import type { ConntrackSocket } from '../netlink/conntrack-socket.ts'
import { EAGAIN, NLMSG_HEADER_BYTES } from '../netlink/constants.ts'
import { ASKED, DUMPED, ENDED, type RecordedDatagram } from './recording-format.ts'

/** The recording breaks off within a dump. */
const EIO = 5

/**
 * A recording in the place of the kernel: what it holds comes up when its time, moved by a constant, has come. Events
 * before a dump come before it, as they did; a dump for which it is too late, because a newer one is due, is left out.
 */
export class RecordingSocket implements ConntrackSocket {
  readonly #records: readonly RecordedDatagram[]
  readonly #now: () => number
  readonly #shiftMs: number
  /** A dump is due this long before its recorded time: both were asked for at a multiple of the same interval. */
  readonly #earlyMs: number
  #next = 0
  #sequence = 0
  /** ending: its last datagram was given, and the reader looks for events that came meanwhile. */
  #dump: 'none' | 'under way' | 'ending' = 'none'
  /** Events passed over while a dump was looked for or read. */
  readonly #passed: RecordedDatagram[] = []

  /** @param shiftMs added to recorded times @param now wall clock, milliseconds */
  constructor(records: readonly RecordedDatagram[], shiftMs: number, dumpEveryMs: number, now: () => number) {
    this.#records = records
    this.#shiftMs = shiftMs
    this.#earlyMs = dumpEveryMs / 2
    this.#now = now
  }

  /** Nothing is left to come. */
  get atEnd(): boolean {
    return this.#next >= this.#records.length && this.#passed.length === 0
  }

  openDump(): number {
    return -1
  }

  openEvents(): number {
    return -1
  }

  /** -EAGAIN: no dump is due. */
  send(request: Uint8Array): number {
    // The first one is the baseline: all others count from it.
    const dump = this.#sequence === 0 ? this.#firstDump() : this.#newestDueDump()
    if (dump === undefined) return -EAGAIN
    for (; this.#next < dump; this.#next++) this.#passIfEvent(this.#records[this.#next])
    this.#next++
    this.#dump = 'under way'
    this.#sequence = new DataView(request.buffer, request.byteOffset).getUint32(8, true)
    return request.length
  }

  receiveDump(buffer: Uint8Array): number {
    for (;;) {
      const record = this.#records[this.#next]
      if (record === undefined || record.kind === ASKED) return -EIO
      this.#next++
      if (record.kind === DUMPED) {
        if (!this.#moreOfDump()) this.#dump = 'ending'
        buffer.set(record.bytes)
        renumber(buffer, record.bytes.length, this.#sequence)
        return record.bytes.length
      }
      this.#passIfEvent(record)
    }
  }

  receiveEvent(buffer: Uint8Array): number {
    const record = this.#passed.shift() ?? (this.#dump === 'none' ? this.#dueEvent() : undefined)
    // What came after a dump comes after it, however late this machine is: else it would be taken for the baseline's.
    if (record === undefined && this.#dump === 'ending') this.#dump = 'none'
    if (record === undefined) return -EAGAIN
    buffer.set(record.bytes)
    return record.bytes.length
  }

  eventsLost(): number {
    return 0
  }

  close(): void {}

  /** The next event whose time has come; none as long as a dump that comes before it was not asked for. */
  #dueEvent(): RecordedDatagram | undefined {
    const record = this.#records[this.#next]
    if (record?.kind !== ENDED || record.at + this.#shiftMs > this.#now()) return undefined
    this.#next++
    return record
  }

  #moreOfDump(): boolean {
    let at = this.#next
    while (this.#records[at]?.kind === ENDED) at++
    return this.#records[at]?.kind === DUMPED
  }

  #firstDump(): number | undefined {
    const first = this.#records.findIndex(record => record.kind === ASKED)
    return first < 0 ? undefined : first
  }

  #newestDueDump(): number | undefined {
    let newest: number | undefined
    for (let i = this.#next; i < this.#records.length; i++) {
      const record = this.#records[i]
      if (record === undefined || record.at + this.#shiftMs - this.#earlyMs > this.#now()) break
      if (record.kind === ASKED) newest = i
    }
    return newest
  }

  #passIfEvent(record: RecordedDatagram | undefined): void {
    if (record?.kind === ENDED) this.#passed.push(record)
  }
}

/** Answers carry the number of their request: struct nlmsghdr, u32 length at 0, u32 sequence at 8. */
function renumber(buffer: Uint8Array, length: number, sequence: number): void {
  const view = new DataView(buffer.buffer, buffer.byteOffset, length)
  for (let at = 0; at + NLMSG_HEADER_BYTES <= length; ) {
    view.setUint32(at + 8, sequence, true)
    at += Math.max(NLMSG_HEADER_BYTES, (view.getUint32(at, true) + 3) & ~3)
  }
}
