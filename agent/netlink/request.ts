import {
  IPCTNL_MSG_CT_GET,
  NFGENMSG_BYTES,
  NFNL_SUBSYS_CTNETLINK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HEADER_BYTES,
} from './constants.ts'

/**
 * Asks for the whole table, both families (AF_UNSPEC). Never IPCTNL_MSG_CT_GET_CTRZERO: an entry that does not fit the
 * datagram at hand has been zeroed before it is left out, and its bytes are gone for everybody.
 *   nlmsghdr: u32 length, u16 type, u16 flags, u32 sequence, u32 port | nfgenmsg: u8 family, u8 version, u16 resource
 */
export function dumpRequest(sequence: number): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER_BYTES + NFGENMSG_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, bytes.length, true)
  view.setUint16(4, (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET, true)
  view.setUint16(6, NLM_F_REQUEST | NLM_F_DUMP, true)
  view.setUint32(8, sequence, true)
  return bytes
}
