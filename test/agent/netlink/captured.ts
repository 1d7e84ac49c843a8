import { readFileSync } from 'node:fs'
import { DATAGRAM_BYTES, Frame } from '../../../agent/netlink/frame.ts'

/** What conntrack-tools printed of an entry. */
export interface Printed {
  readonly id: number
  readonly zone: number
  readonly protocol: number
  readonly counted: boolean
  readonly original: PrintedSide
  readonly reply: PrintedSide
}
export interface PrintedSide {
  readonly src: string
  readonly dst: string
  readonly sport: number
  readonly dport: number
  readonly packets: number
  readonly bytes: number
}

interface Captured {
  readonly expect: Printed
  /** Hex of the message in a dump, and in the DESTROY event. */
  readonly entry: string
  readonly ended: string
}

const file = new URL('../../fixtures/conntrack/messages.json', import.meta.url)
/** Messages of a kernel: see test/fixtures/conntrack/README.md. */
export const captured: readonly Captured[] = JSON.parse(readFileSync(file, 'utf8')).entries

export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

/** A frame that holds these messages one after the other, and how many bytes they take. */
export function frameOf(...messages: readonly Uint8Array[]): { frame: Frame; length: number } {
  const frame = new Frame(DATAGRAM_BYTES)
  let length = 0
  for (const message of messages) {
    frame.bytes.set(message, length)
    length += (message.length + 3) & ~3
  }
  return { frame, length }
}
