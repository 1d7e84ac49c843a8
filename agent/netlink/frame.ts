/**
 * Netlink is aligned to 4 bytes, so a datagram can be read as words without copying. Words come in host byte order
 * (little-endian on every machine Node 24 runs Linux on); big-endian fields are compared raw and swapped late.
 */
export class Frame {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly view: DataView

  /** @param capacity bytes, a multiple of 4 */
  constructor(capacity: number) {
    const memory = new ArrayBuffer(capacity)
    this.bytes = new Uint8Array(memory)
    this.words = new Int32Array(memory)
    this.view = new DataView(memory)
  }
}

/** Room for the longest datagram: the kernel builds dumps in 32 KiB (netlink_recvmsg in net/netlink/af_netlink.c). */
export const DATAGRAM_BYTES = 64 * 1024

/** Big-endian 16 bits in the low half of a raw word, such as a port. */
export const port = (raw: number): number => ((raw & 0xff) << 8) | ((raw >>> 8) & 0xff)

/** Big-endian 32 bits of a raw word. */
export const swap32 = (raw: number): number =>
  (((raw & 0xff) << 24) | ((raw & 0xff00) << 8) | ((raw >>> 8) & 0xff00) | (raw >>> 24)) >>> 0

/** Big-endian u64 at a word offset, exact to 2^53: a connection would have to carry 8 PiB to exceed it. */
export function counter(words: Int32Array, at: number): number {
  const high = words[at] ?? 0
  const low = swap32(words[at + 1] ?? 0)
  return high === 0 ? low : swap32(high) * 4294967296 + low
}
