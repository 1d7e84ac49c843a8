import {
  AF_INET,
  CTA_PROTOINFO,
  CTA_PROTOINFO_TCP,
  CTA_PROTOINFO_TCP_STATE,
  CTA_STATUS,
  CTA_TIMEOUT,
  CTA_TUPLE_IP,
  CTA_TUPLE_ORIG,
  CTA_TUPLE_PROTO,
  CTA_TUPLE_REPLY,
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_NEW,
  NFNL_SUBSYS_CTNETLINK,
  NLA_F_NESTED,
  NLM_F_CREATE,
  NLM_F_REQUEST,
} from '../../../agent/netlink/constants.ts'

/** The i-th connection of a table: 250 pods call 40 addresses, on ports that repeat every 65,000. */
export interface Ends {
  readonly source: number
  readonly sourcePort: number
  readonly destination: number
  readonly destinationPort: number
}

export const endsOf = (i: number): Ends => ({
  source: 0x0a01_0002 + (i % 250),
  sourcePort: 1024 + (Math.floor(i / 250) % 64_000),
  destination: 0x0a02_0002 + (i % 40),
  destinationPort: 8080 + Math.floor(i / 16_000_000),
})

const attribute = (type: number, ...payload: Buffer[]): Buffer => {
  const body = Buffer.concat(payload)
  const out = Buffer.alloc((4 + body.length + 3) & ~3)
  out.writeUInt16LE(4 + body.length, 0)
  out.writeUInt16LE(type, 2)
  body.copy(out, 4)
  return out
}
const nest = (type: number, ...children: Buffer[]): Buffer => attribute(type | NLA_F_NESTED, ...children)
const be32 = (value: number): Buffer => Buffer.from(new Uint32Array([value]).buffer).swap32()
const be16 = (value: number): Buffer => Buffer.from(new Uint16Array([value]).buffer).swap16()
const tuple = (type: number, { source, sourcePort, destination, destinationPort }: Ends): Buffer =>
  nest(
    type,
    nest(CTA_TUPLE_IP, attribute(1, be32(source)), attribute(2, be32(destination))),
    nest(
      CTA_TUPLE_PROTO,
      attribute(1, Buffer.of(6)),
      attribute(2, be16(sourcePort)),
      attribute(3, be16(destinationPort)),
    ),
  )

/** CONFIRMED, ASSURED, SEEN_REPLY: enum ip_conntrack_status. */
const ESTABLISHED_STATUS = 0x8 | 0x4 | 0x2
const TCP_CONNTRACK_ESTABLISHED = 3

/** Asks the kernel to make an entry of an established TCP connection that lives for an hour. */
export function createEntry(ends: Ends): Buffer {
  const reply: Ends = {
    source: ends.destination,
    sourcePort: ends.destinationPort,
    destination: ends.source,
    destinationPort: ends.sourcePort,
  }
  return message(
    IPCTNL_MSG_CT_NEW,
    NLM_F_REQUEST | NLM_F_CREATE,
    tuple(CTA_TUPLE_ORIG, ends),
    tuple(CTA_TUPLE_REPLY, reply),
    attribute(CTA_STATUS, be32(ESTABLISHED_STATUS)),
    attribute(CTA_TIMEOUT, be32(3600)),
    nest(
      CTA_PROTOINFO,
      nest(CTA_PROTOINFO_TCP, attribute(CTA_PROTOINFO_TCP_STATE, Buffer.of(TCP_CONNTRACK_ESTABLISHED))),
    ),
  )
}

/** Asks the kernel to end it, which tells every listener of the DESTROY group. */
export const deleteEntry = (ends: Ends): Buffer =>
  message(IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST, tuple(CTA_TUPLE_ORIG, ends))

function message(type: number, flags: number, ...attributes: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.of(AF_INET, 0, 0, 0), ...attributes])
  const header = Buffer.alloc(16)
  header.writeUInt32LE(16 + body.length, 0)
  header.writeUInt16LE((NFNL_SUBSYS_CTNETLINK << 8) | type, 4)
  header.writeUInt16LE(flags, 6)
  return Buffer.concat([header, body])
}
