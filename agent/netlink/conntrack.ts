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
import { ABSENT, learnShape, type Shape } from './shape.ts'

/** Takes entries as they are decoded. `base` is the word offset of the message; payloads lie at base + shape.… */
export interface EntrySink {
  /**
   * Asked first, in dumps: is the message of `length` bytes at `base` the entry that was to be expected, laid out as it
   * was in the dump before? Then it is taken. Must be sure: nothing but the message's length has been looked at.
   */
  expected(words: Int32Array, base: number, length: number): boolean
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
  /** Most messages look like the one before. */
  #last: Shape | undefined

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
    if (kind === IPCTNL_MSG_CT_NEW && sink.expected(frame.words, at >> 2, length)) return
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
    if (this.#last !== undefined && matches(this.#last, words, base, length, family)) return this.#last
    const key = length * 2 + (family === AF_INET6 ? 1 : 0)
    const known = this.#shapes.get(key)
    let shape = known?.find(candidate => matches(candidate, words, base, length, family))
    if (shape === undefined) {
      const isKept = this.#shapeCount < SHAPES_MAX
      shape = learnShape(frame.view, at, length, isKept ? this.#shapeCount : ABSENT)
      if (shape === undefined || !isKept) return shape
      this.#shapeCount++
      if (known === undefined) this.#shapes.set(key, [shape])
      else known.push(shape)
    }
    this.#last = shape
    return shape
  }
}

/** Every attribute header stands where it stood when the shape was learned: so does every payload. */
function matches(shape: Shape, words: Int32Array, base: number, length: number, family: number): boolean {
  if (shape.length !== length || shape.family !== family) return false
  const { headers } = shape
  let differs = 0
  for (let i = 0; i < headers.length; i += 2) differs |= (words[base + (headers[i] ?? 0)] ?? 0) ^ (headers[i + 1] ?? 0)
  return differs === 0
}
