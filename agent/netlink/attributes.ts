import { NLA_TYPE_MASK } from './constants.ts'

/** struct nlattr: u16 length (header included, padding not), u16 type; host byte order; payload; padding to 4 bytes. */
const HEADER_BYTES = 4

/**
 * Calls `visit` for each attribute in [from, to): its type without the NLA_F_ flags, the offset of its header and its
 * payload's [start, end). Visits in order, nested attributes not included: walk their payload again.
 * @returns false when an attribute's length does not fit; those before it have been visited.
 */
export function walkAttributes(
  view: DataView,
  from: number,
  to: number,
  visit: (type: number, header: number, start: number, end: number) => boolean,
): boolean {
  let at = from
  while (at + HEADER_BYTES <= to) {
    const length = view.getUint16(at, true)
    if (length < HEADER_BYTES || at + length > to) return false
    if (!visit(view.getUint16(at + 2, true) & NLA_TYPE_MASK, at, at + HEADER_BYTES, at + length)) return false
    at += (length + 3) & ~3
  }
  // Less than a header is left: nothing, or the padding that a sender cut off.
  return at >= to
}
