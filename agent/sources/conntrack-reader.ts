import type { Deltas } from '../flows/deltas.ts'
import { ConntrackDecoder, MORE } from '../netlink/conntrack.ts'
import { type ConntrackSocket, NetlinkError, needsNetAdmin } from '../netlink/conntrack-socket.ts'
import { EAGAIN, EINVAL, ENOBUFS, EPERM } from '../netlink/constants.ts'
import { DATAGRAM_BYTES, Frame } from '../netlink/frame.ts'
import { dumpRequest } from '../netlink/request.ts'
import { EventStage } from './event-stage.ts'

/** Reads one conntrack table into Deltas: dumps, and in between the connections that ended. */
export class ConntrackReader {
  dumpsTotal = 0
  eventsTotal = 0
  overrunsTotal = 0
  /** An overrun dropped events: only a dump tells what is still alive. */
  needsResync = false
  readonly #socket: ConntrackSocket
  readonly #deltas: Deltas
  readonly #decoder = new ConntrackDecoder()
  readonly #dumped = new Frame(DATAGRAM_BYTES)
  readonly #event = new Frame(DATAGRAM_BYTES)
  readonly #stage = new EventStage()
  #listening = false
  #sequence = 0

  constructor(socket: ConntrackSocket, deltas: Deltas) {
    this.#socket = socket
    this.#deltas = deltas
  }

  get malformedTotal(): number {
    return this.#decoder.malformed
  }

  get lostEventsTotal(): number {
    return this.#listening ? this.#socket.eventsLost() : 0
  }

  /**
   * Opens both sockets, events first, so that no end is missed between the two.
   * @returns false when ends of connections cannot be listened to: then dumps alone must do
   * @throws NetlinkError when not even the dump socket can be opened
   */
  open(eventBufferBytes: number): { listening: boolean; dump: number; events: number; why: string } {
    let events = -1
    let why = ''
    try {
      events = this.#socket.openEvents(eventBufferBytes)
      this.#listening = true
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error
      why = error.message
    }
    return { listening: this.#listening, dump: this.#socket.openDump(), events, why }
  }

  /** Hands over the ends of connections that wait in the event socket. */
  drain(): void {
    this.#receiveEvents(length => this.#decode(this.#event, length))
  }

  /**
   * Reads the whole table. Events that arrive meanwhile are kept and handed over after its end: see Connections.
   * @returns undefined when it was read, else why not; then the next dump makes up for it
   * @throws NetlinkError when the kernel will never let us
   */
  dump(): string | undefined {
    this.drain()
    this.needsResync = false
    this.#sequence = (this.#sequence % 0x7fffffff) + 1
    const sent = this.#socket.send(dumpRequest(this.#sequence))
    if (sent === -EAGAIN) return undefined // a recording that has no dump for now
    this.#deltas.beginDump()
    this.#decoder.interrupted = false
    const failed = sent < 0 ? refuse('asking for the table', -sent) : this.#pull()
    this.#stage.replay((frame, from, to) => this.#decoder.decode(frame, from, to, 0, this.#deltas))
    this.drain()
    this.#deltas.endDump(failed === undefined && !this.#decoder.interrupted)
    if (failed !== undefined) this.#socket.openDump()
    else this.dumpsTotal++
    return failed ?? (this.#decoder.interrupted ? 'the table changed under the dump' : undefined)
  }

  close(): void {
    this.#socket.close()
  }

  #pull(): string | undefined {
    for (;;) {
      const length = this.#socket.receiveDump(this.#dumped.bytes)
      if (length < 0) return refuse('reading the table', -length)
      const result = this.#decoder.decode(this.#dumped, 0, length, this.#sequence, this.#deltas)
      if (result < 0) return refuse('reading the table', -result)
      if (result !== MORE) return undefined
      // After each 32 KiB: a dump evicts what has expired as it goes, which can be thousands for one datagram.
      this.#receiveEvents(length => this.#stage.add(this.#event, length))
    }
  }

  #decode(frame: Frame, length: number): boolean {
    this.#decoder.decode(frame, 0, length, 0, this.#deltas)
    return true
  }

  /** @param take false to leave what is left in the kernel for now */
  #receiveEvents(take: (length: number) => boolean): void {
    if (!this.#listening) return
    for (let going = true; going; ) {
      const length = this.#socket.receiveEvent(this.#event.bytes)
      if (length === -EAGAIN) return
      if (length === -ENOBUFS) {
        // Said once, before the events that did fit. The socket goes on; what was dropped is gone.
        this.overrunsTotal++
        this.needsResync = true
      } else if (length < 0) throw new NetlinkError(`reading conntrack events: errno ${-length}`, -length)
      else {
        this.eventsTotal++
        going = take(length)
      }
    }
  }
}

function refuse(what: string, errno: number): string {
  if (errno === EPERM) throw new NetlinkError(needsNetAdmin, errno)
  if (errno === EINVAL)
    throw new NetlinkError(`${what}: the kernel has no ctnetlink; load it with: modprobe nf_conntrack_netlink`, errno)
  return `${what}: errno ${errno}`
}
