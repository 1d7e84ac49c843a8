import {
  AF_INET6,
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_NEW,
  NFGENMSG_BYTES,
  NFNL_SUBSYS_CTNETLINK,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HEADER_BYTES,
} from './constants.ts'
import type { Frame } from './frame.ts'
import { learnShape, type Shape } from './shape.ts'

/** Takes entries as they are decoded. `base` is the word offset of the message; payloads lie at base + shape.… */
export interface EntrySink {
  entry(words: Int32Array, base: number, shape: Shape): void
  /** A connection ended: its last counters. */
  ended(words: Int32Array, base: number, shape: Shape): void
}

/** The datagram was read; more of this dump is to come (or it was no dump). */
export const MORE = 0
/** NLMSG_DONE: the dump is complete. */
export const DONE = 1

/**
 * Shapes kept. A kernel makes a dozen (families × protocols × optional attributes); the bound keeps a flood of odd
 * messages from growing memory, beyond it a message is learned afresh each time.
 */
const SHAPES_MAX = 256

/** Bytes → entries. Bad messages are stepped over and counted, never fatal. */
export class ConntrackDecoder {
  /** Messages that could not be read. */
  malformed = 0
  /** Set when the kernel said that the dump at hand is not complete; the caller clears it. */
  interrupted = false
  readonly #shapes = new Map<number, Shape[]>()
  #shapeCount = 0

  /**
   * Decodes the messages in bytes [from, to) of a frame, `from` a multiple of 4.
   * @param sequence only messages that answer the request of this number; 0 = all (events)
   * @returns MORE, DONE, or -errno from the kernel
   */
  decode(frame: Frame, from: number, to: number, sequence: number, sink: EntrySink): number {
    const words = frame.words
    let at = from
    while (at + NLMSG_HEADER_BYTES <= to) {
      const base = at >> 2
      const length = (words[base] ?? 0) >>> 0
      if (length < NLMSG_HEADER_BYTES || at + length > to) {
        this.malformed++
        return MORE
      }
      const typeAndFlags = words[base + 1] ?? 0
      const type = typeAndFlags & 0xffff
      if (sequence === 0 || words[base + 2] === sequence) {
        if (type >> 8 === NFNL_SUBSYS_CTNETLINK) {
          if (((typeAndFlags >>> 16) & NLM_F_DUMP_INTR) !== 0) this.interrupted = true
          this.#message(frame, at, length, type & 0xff, sink)
        } else if (type === NLMSG_DONE || type === NLMSG_ERROR) {
          // Both carry an i32: 0 or -errno. NLMSG_DONE of an old kernel may come without.
          const status = length >= NLMSG_HEADER_BYTES + 4 ? (words[base + 4] ?? 0) : 0
          return status < 0 ? status : DONE
        }
      }
      at += (length + 3) & ~3
    }
    return MORE
  }

  #message(frame: Frame, at: number, length: number, kind: number, sink: EntrySink): void {
    if (kind !== IPCTNL_MSG_CT_NEW && kind !== IPCTNL_MSG_CT_DELETE) return
    const shape = length < NLMSG_HEADER_BYTES + NFGENMSG_BYTES ? undefined : this.#shape(frame, at, length)
    if (shape === undefined) this.malformed++
    else if (kind === IPCTNL_MSG_CT_NEW) sink.entry(frame.words, at >> 2, shape)
    else sink.ended(frame.words, at >> 2, shape)
  }

  #shape(frame: Frame, at: number, length: number): Shape | undefined {
    const words = frame.words
    const base = at >> 2
    const family = (words[base + 4] ?? 0) & 0xff
    const key = length * 2 + (family === AF_INET6 ? 1 : 0)
    const known = this.#shapes.get(key)
    if (known !== undefined) for (const shape of known) if (matches(shape, words, base, family)) return shape
    const shape = learnShape(frame.view, at, length)
    if (shape === undefined || this.#shapeCount >= SHAPES_MAX) return shape
    this.#shapeCount++
    if (known === undefined) this.#shapes.set(key, [shape])
    else known.push(shape)
    return shape
  }
}

/** Every attribute header stands where it stood when the shape was learned: so does every payload. */
function matches(shape: Shape, words: Int32Array, base: number, family: number): boolean {
  if (shape.family !== family) return false
  const { headerAt, header } = shape
  for (let i = 0; i < headerAt.length; i++) if (words[base + (headerAt[i] ?? 0)] !== header[i]) return false
  return true
}
