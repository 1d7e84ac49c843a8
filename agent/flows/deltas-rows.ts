import { epochMs } from '@weir/contract/units.ts'
import { IPPROTO_TCP } from '../netlink/constants.ts'
import type { ConnectionRow } from '../sources/flow-source.ts'
import {
  type AddressWords,
  destinationPort,
  hasPorts,
  isLoopback,
  KEY_ADDRESSES,
  KEY_ORIGINAL_PORTS,
  KEY_PROTOCOL,
  KEY_REPLY_PORTS,
  protocolOf,
  sourcePort,
  zoneOf,
} from './deltas-key.ts'
import { BYTES_DOWN, BYTES_UP, PACKETS_DOWN, PACKETS_UP } from './deltas-sighting.ts'
import { RecordTable } from './deltas-table.ts'
import type { Orientation } from './orient.ts'
import { segmentHeaderBytes, wireBytes } from './wire-bytes.ts'

/*
 * What connections are summed into: the fields of ConnectionRow (sources/flow-source.ts).
 *   key:  0 protocol, 1 << 8 when mid-stream, zone << 16 (raw) | 1 dialled port, responder port << 16 | 2 initiator port |
 *         3 binding | initiator, dialled, responder, seen as (raw addresses)
 *   meta: connections of the table bound to the row | connections opened in the window | segment header bytes | unused
 *   doubles: bytes up, down | wire bytes up, down | packets up, down       (up = to the responder)
 *            when the first of its connections was opened, ms
 */
const ROW_PROTOCOL = 0
const ROW_PORTS = 1
const ROW_INITIATOR_PORT = 2
const ROW_BINDING = 3
const ROW_ADDRESSES = 4
const MID_STREAM_BIT = 1 << 8

const REFERENCES = 0
const OPENED = 1
const SEGMENT_HEADER = 2
const SUMS = 6
const SINCE = 6
const NUMBERS = 7

/** Rows of one window in a form that can be handed to another thread without copying. */
export interface PackedRows {
  readonly addressWords: AddressWords
  readonly count: number
  /** Per row: the key's words, then the connections opened. */
  readonly words: Int32Array<ArrayBuffer>
  /** Per row: the doubles. */
  readonly doubles: Float64Array<ArrayBuffer>
}

/** One packed row. @param text makes an address's text, given the word offset of its first byte in `packed.words` */
export function unpackRow(packed: PackedRows, row: number, text: (word: number) => string): ConnectionRow {
  const n = packed.addressWords
  const keyWords = ROW_ADDRESSES + 4 * n
  const key = row * (keyWords + 1)
  const word = (at: number): number => packed.words[key + at] ?? 0
  const number = (at: number): number => packed.doubles[row * NUMBERS + at] ?? 0
  return {
    protocol: protocolOf(word(ROW_PROTOCOL)),
    conntrackZone: zoneOf(word(ROW_PROTOCOL)),
    initiator: text(key + ROW_ADDRESSES),
    initiatorPort: word(ROW_INITIATOR_PORT),
    dialled: text(key + ROW_ADDRESSES + n),
    dialledPort: word(ROW_PORTS) & 0xffff,
    responder: text(key + ROW_ADDRESSES + 2 * n),
    responderPort: word(ROW_PORTS) >>> 16,
    seenAs: text(key + ROW_ADDRESSES + 3 * n),
    midStream: (word(ROW_PROTOCOL) & MID_STREAM_BIT) !== 0,
    binding: word(ROW_BINDING),
    since: epochMs(number(SINCE)),
    bytesToResponder: number(0),
    bytesToInitiator: number(1),
    wireToResponder: number(2),
    wireToInitiator: number(3),
    packetsToResponder: number(4),
    packetsToInitiator: number(5),
    connections: word(keyWords),
  }
}

export class WindowRows {
  readonly addressWords: AddressWords
  readonly #table: RecordTable
  readonly #mtu: number
  readonly #key: Int32Array

  /** @param mtu bytes of the largest IP packet the node's card sends */
  constructor(addressWords: AddressWords, mtu: number) {
    this.addressWords = addressWords
    this.#mtu = mtu
    const keyWords = ROW_ADDRESSES + 4 * addressWords
    this.#table = new RecordTable({ keyWords, metaWords: 4, numbers: NUMBERS, hashWords: keyWords })
    this.#key = new Int32Array(keyWords)
  }

  get size(): number {
    return this.#table.size
  }

  /**
   * The row for the connection whose key starts at `at` in `words`, with one reference more.
   * @param orientation undefined: in mid-stream and not known
   * @param sinceMs when it was opened
   */
  bind(words: Int32Array, at: number, orientation: Orientation | undefined, binding: number, sinceMs: number): number {
    this.#rowKey(words, at, orientation, binding)
    const table = this.#table
    let row = table.find(this.#key)
    if (row < 0) {
      row = table.insert(this.#key)
      const protocol = (this.#key[ROW_PROTOCOL] ?? 0) & 0xff
      const dialledPort = (this.#key[ROW_PORTS] ?? 0) & 0xffff
      const header = segmentHeaderBytes(protocol, this.addressWords === 4, dialledPort)
      table.words[table.meta(row) + SEGMENT_HEADER] = header
      table.doubles[table.numbers(row) + SINCE] = sinceMs
    }
    const since = table.numbers(row) + SINCE
    table.doubles[since] = Math.min(table.doubles[since] ?? 0, sinceMs)
    this.#change(row, REFERENCES, 1)
    return row
  }

  /** The row goes away with the window when nothing is bound to it any more. */
  release(row: number): void {
    this.#change(row, REFERENCES, -1)
  }

  /** One connection more was first seen in this window. */
  opened(row: number): void {
    this.#change(row, OPENED, 1)
  }

  /** New bytes and packets of one connection. @param swapped its original direction is the responder's */
  add(row: number, news: Float64Array, swapped: boolean): void {
    const { words, doubles } = this.#table
    const header = words[this.#table.meta(row) + SEGMENT_HEADER] ?? 0
    const bytesUp = (swapped ? news[BYTES_DOWN] : news[BYTES_UP]) ?? 0
    const bytesDown = (swapped ? news[BYTES_UP] : news[BYTES_DOWN]) ?? 0
    const packetsUp = (swapped ? news[PACKETS_DOWN] : news[PACKETS_UP]) ?? 0
    const packetsDown = (swapped ? news[PACKETS_UP] : news[PACKETS_DOWN]) ?? 0
    const at = this.#table.numbers(row)
    doubles[at] = (doubles[at] ?? 0) + bytesUp
    doubles[at + 1] = (doubles[at + 1] ?? 0) + bytesDown
    doubles[at + 2] = (doubles[at + 2] ?? 0) + wireBytes(bytesUp, packetsUp, header, this.#mtu)
    doubles[at + 3] = (doubles[at + 3] ?? 0) + wireBytes(bytesDown, packetsDown, header, this.#mtu)
    doubles[at + 4] = (doubles[at + 4] ?? 0) + packetsUp
    doubles[at + 5] = (doubles[at + 5] ?? 0) + packetsDown
  }

  /** Takes the rows in which something happened, and begins the next window. */
  take(): PackedRows {
    const table = this.#table
    const count = this.#changed()
    const { keyWords } = table.layout
    const words = new Int32Array(count * (keyWords + 1))
    const doubles = new Float64Array(count * NUMBERS)
    let n = 0
    for (let row = 0; row < table.top; row++) {
      if (!table.isLive(row)) continue
      const from = row * table.stride
      const meta = table.meta(row)
      if (this.#hasNews(row)) {
        words.set(table.words.subarray(from, from + keyWords), n * (keyWords + 1))
        words[n * (keyWords + 1) + keyWords] = table.words[meta + OPENED] ?? 0
        const numbers = table.numbers(row)
        doubles.set(table.doubles.subarray(numbers, numbers + NUMBERS), n * NUMBERS)
        table.doubles.fill(0, numbers, numbers + SUMS)
        table.words[meta + OPENED] = 0
        n++
      }
      if (table.words[meta + REFERENCES] === 0) table.remove(row)
    }
    return { addressWords: this.addressWords, count, words, doubles }
  }

  #changed(): number {
    let count = 0
    for (let row = 0; row < this.#table.top; row++) if (this.#table.isLive(row) && this.#hasNews(row)) count++
    return count
  }

  #hasNews(row: number): boolean {
    const { words, doubles } = this.#table
    const at = this.#table.numbers(row)
    return doubles[at] !== 0 || doubles[at + 1] !== 0 || words[this.#table.meta(row) + OPENED] !== 0
  }

  #change(row: number, what: number, by: number): void {
    const { words } = this.#table
    const at = this.#table.meta(row) + what
    words[at] = (words[at] ?? 0) + by
  }

  /** original and reply, or, swapped, reply and original as though the connection had been seen from its start. */
  #rowKey(words: Int32Array, at: number, orientation: Orientation | undefined, binding: number): void {
    const key = this.#key
    const n = this.addressWords
    const swapped = orientation === 'swapped'
    const protocolWord = words[at + KEY_PROTOCOL] ?? 0
    const protocol = protocolOf(protocolWord)
    const first = words[at + (swapped ? KEY_REPLY_PORTS : KEY_ORIGINAL_PORTS)] ?? 0
    const second = words[at + (swapped ? KEY_ORIGINAL_PORTS : KEY_REPLY_PORTS)] ?? 0
    const ported = hasPorts(protocol)
    const open = protocol === IPPROTO_TCP && orientation === undefined
    key[ROW_PROTOCOL] = protocolWord | (open ? MID_STREAM_BIT : 0)
    key[ROW_PORTS] = ported ? destinationPort(first) | (sourcePort(second) << 16) : 0
    key[ROW_INITIATOR_PORT] = open ? sourcePort(first) : 0
    key[ROW_BINDING] = binding
    const original = at + KEY_ADDRESSES + (swapped ? 2 * n : 0)
    const reply = at + KEY_ADDRESSES + (swapped ? 0 : 2 * n)
    // A process of the node that dials localhost:nodePort leaves the node under the node's own address.
    const initiator = isLoopback(words, original, n) ? reply + n : original
    for (let i = 0; i < n; i++) {
      key[ROW_ADDRESSES + i] = words[initiator + i] ?? 0
      key[ROW_ADDRESSES + n + i] = words[original + n + i] ?? 0
      key[ROW_ADDRESSES + 2 * n + i] = words[reply + i] ?? 0
      key[ROW_ADDRESSES + 3 * n + i] = words[reply + n + i] ?? 0
    }
  }
}
