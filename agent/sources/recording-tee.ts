import { closeSync, openSync, writeSync } from 'node:fs'
import type { ConntrackSocket } from '../netlink/conntrack-socket.ts'
import { ASKED, DUMPED, ENDED, encodeHeader, encodeRecord } from './recording-format.ts'

/** A socket that also writes all it gives to a file: see recording-format.ts. */
export class RecordingTee implements ConntrackSocket {
  readonly #socket: ConntrackSocket
  readonly #file: number

  constructor(socket: ConntrackSocket, path: string, dumpEveryMs: number) {
    this.#socket = socket
    this.#file = openSync(path, 'w')
    writeSync(this.#file, encodeHeader({ dumpEveryMs }))
  }

  openDump(): number {
    return this.#socket.openDump()
  }

  openEvents(bufferBytes: number): number {
    return this.#socket.openEvents(bufferBytes)
  }

  send(request: Uint8Array): number {
    this.#keep(ASKED, new Uint8Array())
    return this.#socket.send(request)
  }

  receiveDump(buffer: Uint8Array): number {
    return this.#tee(DUMPED, buffer, this.#socket.receiveDump(buffer))
  }

  receiveEvent(buffer: Uint8Array): number {
    return this.#tee(ENDED, buffer, this.#socket.receiveEvent(buffer))
  }

  eventsLost(): number {
    return this.#socket.eventsLost()
  }

  close(): void {
    this.#socket.close()
    closeSync(this.#file)
  }

  #tee(kind: number, buffer: Uint8Array, length: number): number {
    if (length > 0) this.#keep(kind, buffer.subarray(0, length))
    return length
  }

  #keep(kind: number, datagram: Uint8Array): void {
    writeSync(this.#file, encodeRecord(Date.now(), kind, datagram))
  }
}
