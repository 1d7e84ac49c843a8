import { parseAddress } from '@weir/contract/addresses.ts'
import type { ConntrackSocket } from '../../../agent/netlink/conntrack-socket.ts'
import {
  AF_INET,
  AF_INET6,
  CTA_COUNTERS_BYTES,
  CTA_COUNTERS_ORIG,
  CTA_COUNTERS_PACKETS,
  CTA_COUNTERS_REPLY,
  CTA_ID,
  CTA_STATUS,
  CTA_TUPLE_IP,
  CTA_TUPLE_ORIG,
  CTA_TUPLE_PROTO,
  CTA_TUPLE_REPLY,
  EAGAIN,
  NLA_F_NESTED,
  NLMSG_DONE,
} from '../../../agent/netlink/constants.ts'
import type { Shown } from '../flows/watched.ts'

const attribute = (type: number, ...payload: Uint8Array[]): Uint8Array => {
  const body = Buffer.concat(payload)
  const out = Buffer.alloc((4 + body.length + 3) & ~3)
  out.writeUInt16LE(4 + body.length, 0)
  out.writeUInt16LE(type, 2)
  out.set(body, 4)
  return out
}
const nest = (type: number, ...children: Uint8Array[]): Uint8Array => attribute(type | NLA_F_NESTED, ...children)
const number = (size: 1 | 2 | 4 | 8, value: number): Uint8Array => {
  const out = Buffer.alloc(size)
  if (size === 8) out.writeBigUInt64BE(BigInt(value))
  else out.writeUIntBE(value, 0, size)
  return out
}

/** A message as the kernel writes it: type 0x100 in a dump, 0x102 for an end. */
export function conntrackMessage(shown: Shown, ended: boolean, sequence: number): Uint8Array {
  const from = shown.from ?? '10.0.0.1:40000'
  const to = shown.to ?? '10.0.0.2:80'
  const six = from.includes('[')
  const tuple = (type: number, source: string, destination: string) => {
    const [src, dst] = [end(source), end(destination)]
    const [srcType, dstType] = six ? [3, 4] : [1, 2]
    return nest(
      type,
      nest(CTA_TUPLE_IP, attribute(srcType, src.address), attribute(dstType, dst.address)),
      nest(
        CTA_TUPLE_PROTO,
        attribute(1, number(1, shown.protocol ?? 6)),
        attribute(2, number(2, src.port)),
        attribute(3, number(2, dst.port)),
      ),
    )
  }
  const counters = (type: number, bytes: number, packets: number) =>
    nest(type, attribute(CTA_COUNTERS_PACKETS, number(8, packets)), attribute(CTA_COUNTERS_BYTES, number(8, bytes)))
  const attributes = [
    tuple(CTA_TUPLE_ORIG, from, to),
    tuple(CTA_TUPLE_REPLY, shown.answeredBy ?? to, shown.seenAs ?? from),
    attribute(CTA_STATUS, number(4, 0x8)),
    attribute(CTA_ID, number(4, shown.id ?? 1)),
  ]
  if (shown.counters !== false)
    attributes.push(
      counters(CTA_COUNTERS_ORIG, shown.up ?? 0, shown.packetsUp ?? 0),
      counters(CTA_COUNTERS_REPLY, shown.down ?? 0, shown.packetsDown ?? 0),
    )
  return message(ended ? 0x102 : 0x100, sequence, Buffer.of(six ? AF_INET6 : AF_INET, 0, 0, 0), ...attributes)
}

function message(type: number, sequence: number, ...body: Uint8Array[]): Uint8Array {
  const payload = Buffer.concat(body)
  const header = Buffer.alloc(16)
  header.writeUInt32LE(16 + payload.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt32LE(sequence, 8)
  return Buffer.concat([header, payload])
}

function end(text: string): { address: Uint8Array; port: number } {
  const colon = text.lastIndexOf(':')
  const address = parseAddress(text.slice(0, colon).replace(/[[\]]/g, ''))
  if (address === undefined) throw new Error(`not an end: ${text}`)
  return { address, port: Number(text.slice(colon + 1)) }
}

/** A kernel without a kernel: its table is an array, its answers come one message a datagram. */
export class FakeKernel implements ConntrackSocket {
  table: Shown[] = []
  /** What the event socket gives next: ends, or -errno. */
  readonly events: (Shown | number)[] = []
  /** Called before each datagram of a dump with its number, from 0: what happens to the table meanwhile. */
  meanwhile: (datagram: number) => void = () => {}
  /** Answers of the dump socket in place of the table: -errno. */
  refusal = 0
  joinRefusal: Error | undefined
  lost = 0
  opened = 0
  #answer: Uint8Array[] = []
  #given = 0
  #sequence = 0

  openDump(): number {
    this.opened++
    return 10
  }

  openEvents(): number {
    if (this.joinRefusal !== undefined) throw this.joinRefusal
    this.opened++
    return 11
  }

  send(request: Uint8Array): number {
    this.#sequence = Buffer.from(request).readUInt32LE(8)
    this.#answer = [
      ...this.table.map(shown => conntrackMessage(shown, false, this.#sequence)),
      message(NLMSG_DONE, this.#sequence, number(4, 0)),
    ]
    this.#given = 0
    return request.length
  }

  receiveDump(buffer: Uint8Array): number {
    if (this.refusal !== 0) return this.refusal
    this.meanwhile(this.#given++)
    const datagram = this.#answer.shift()
    if (datagram === undefined) return -EAGAIN
    buffer.set(datagram)
    return datagram.length
  }

  receiveEvent(buffer: Uint8Array): number {
    const next = this.events.shift() ?? -EAGAIN
    if (typeof next === 'number') return next
    const datagram = conntrackMessage(next, true, 0)
    buffer.set(datagram)
    return datagram.length
  }

  eventsLost(): number {
    return this.lost
  }

  close(): void {
    this.opened = 0
  }
}
