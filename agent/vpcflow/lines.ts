import { type ByteTable, NONE } from './byte-table.ts'
import type { Dictionary } from './dictionary.ts'
import { type FieldName, fieldNames } from './fields.ts'
import type { Fold } from './fold.ts'
import { type Format, isHeader, readHeader } from './format.ts'
import { ReadFault } from './read-fault.ts'
import { ABSENT, actionOf, directionOf, statusOf, UNREADABLE } from './record.ts'

const BLANK = 0x20
const DASH = 0x2d
const ZERO = 0x30
/** A field beyond the format's last, or one that is not read. */
const IGNORED = -1
/** A line longer than this is none of AWS's: 54 fields take 1,500 bytes. */
const LONGEST_LINE = 64 * 1024

const codes = Object.fromEntries(fieldNames.map((name, code) => [name, code])) as {
  readonly [name in FieldName]: number
}

/**
 * Reads lines as bytes and takes them into a fold, without a string per field: numbers are read digit by digit, texts
 * looked up as bytes. Fields are separated by any run of blanks.
 */
export class LineReader {
  readonly #fold: Fold
  readonly #dictionary: Dictionary
  readonly #onFull: () => void
  readonly #onFormat: (format: Format) => void
  #plan: Int8Array | undefined
  /** What begins a line that has not ended yet. */
  #rest: Uint8Array = new Uint8Array(0)
  /** Where the fields of this line stand that are only looked at when something new comes up. */
  readonly #from = new Int32Array(fieldNames.length)
  readonly #to = new Int32Array(fieldNames.length)

  constructor(options: {
    readonly fold: Fold
    readonly dictionary: Dictionary
    /** Given where lines have no header. */
    readonly format: Format | undefined
    /** A batch is due. */
    readonly onFull: () => void
    /** A header came: the lines after it are in this format. */
    readonly onFormat: (format: Format) => void
  }) {
    this.#fold = options.fold
    this.#dictionary = options.dictionary
    this.#onFull = options.onFull
    this.#onFormat = options.onFormat
    if (options.format !== undefined) this.#plan = planOf(options.format)
  }

  /** @throws ReadFault when a header cannot be understood, or there is none. */
  take(chunk: Uint8Array): void {
    let from = 0
    if (this.#rest.length > 0) {
      const end = chunk.indexOf(0x0a)
      if (end < 0) {
        this.#keep(joined(this.#rest, chunk))
        return
      }
      const line = joined(this.#rest, chunk.subarray(0, end))
      this.#line(line, 0, line.length)
      from = end + 1
    }
    for (;;) {
      const end = chunk.indexOf(0x0a, from)
      if (end < 0) break
      this.#line(chunk, from, end)
      from = end + 1
    }
    this.#keep(chunk.slice(from))
  }

  /** The last line may lack its end. */
  end(): void {
    const line = this.#rest
    this.#rest = new Uint8Array(0)
    this.#line(line, 0, line.length)
  }

  #keep(rest: Uint8Array): void {
    if (rest.length > LONGEST_LINE)
      throw new ReadFault('unknown format', `a line is longer than ${LONGEST_LINE} bytes: this is no flow log`)
    this.#rest = rest
  }

  #line(bytes: Uint8Array, begin: number, end: number): void {
    let from = begin
    while (from < end && (bytes[from] as number) <= BLANK) from++
    if (from === end) return
    // A record begins with its version nearly always; only a line that begins with a letter can be a header.
    if ((bytes[from] as number) >= 0x61 && isHeader(firstWord(bytes, from, end))) {
      this.#header(latin1(bytes, from, end))
      return
    }
    const plan = this.#plan
    if (plan === undefined)
      throw new ReadFault(
        'unknown format',
        `no header line, but ${JSON.stringify(latin1(bytes, from, Math.min(end, from + 40)))}`,
      )
    if (this.#fold.isPassingOver) {
      this.#fold.passOver(1)
      return
    }
    if (this.#fold.isFull) this.#onFull()
    if (this.#fields(plan, bytes, from, end)) this.#fold.take()
    else this.#fold.takeUnreadable()
  }

  #header(line: string): void {
    const read = readHeader(line)
    if (!read.ok) throw new ReadFault(read.reason, read.detail)
    this.#plan = planOf(read.format)
    // What the new format lacks must not be found where the old one had it.
    this.#from.fill(0)
    this.#to.fill(0)
    this.#onFormat(read.format)
  }

  /** False when the line has fewer fields than the format. */
  #fields(plan: Int8Array, bytes: Uint8Array, begin: number, end: number): boolean {
    const { record } = this.#fold
    record.clear()
    const froms = this.#from
    const tos = this.#to
    let at = begin
    for (let place = 0; place < plan.length; place++) {
      while (at < end && (bytes[at] as number) <= BLANK) at++
      if (at === end) return false
      const from = at
      const first = bytes[at] as number
      const code = plan[place] as number
      if (isNumber(code)) {
        let value = 0
        for (; at < end; at++) {
          const digit = (bytes[at] as number) - ZERO
          if (digit < 0 || digit > 9) {
            if ((bytes[at] as number) > BLANK) value = Number.NaN
            else break
          } else value = value * 10 + digit
        }
        if (Number.isNaN(value)) value = first === DASH && at === from + 1 ? ABSENT : UNREADABLE
        this.#number(code, value)
        continue
      }
      while (at < end && (bytes[at] as number) > BLANK) at++
      if (code === IGNORED) continue
      froms[code] = from
      // A dash is nothing: an empty field.
      tos[code] = first === DASH && at === from + 1 ? from : at
    }
    while (at < end && (bytes[at] as number) <= BLANK) at++
    if (at < end) return false // more fields than the format has: a line of another one
    this.#texts(bytes)
    return true
  }

  #number(code: number, value: number): void {
    const { record } = this.#fold
    switch (code) {
      case codes.srcport:
        record.sourcePort = value
        break
      case codes.dstport:
        record.destinationPort = value
        break
      case codes.protocol:
        record.protocol = value
        break
      case codes.packets:
        record.packets = value
        break
      case codes.bytes:
        record.bytes = value
        break
      case codes.start:
        record.start = value
        break
      case codes.end:
        record.end = value
        break
      case codes['tcp-flags']:
        record.tcpFlags = value
        break
      default:
        record.path = value
    }
  }

  /** Texts of the line whose fields were found. A field the format lacks has no length. */
  #texts(bytes: Uint8Array): void {
    const { record } = this.#fold
    const { words } = this.#dictionary
    record.source = this.#address(bytes, codes.srcaddr)
    record.destination = this.#address(bytes, codes.dstaddr)
    record.packetSource = this.#address(bytes, codes['pkt-srcaddr'])
    record.packetDestination = this.#address(bytes, codes['pkt-dstaddr'])
    record.action = actionOf(this.#letter(bytes, codes.action))
    record.status = statusOf(this.#letter(bytes, codes['log-status']))
    record.direction = directionOf(this.#letter(bytes, codes['flow-direction']))
    const id = this.#word(words, bytes, codes['interface-id']) || this.#word(words, bytes, codes['resource-id'])
    const zone = this.#word(words, bytes, codes['az-id'])
    record.interface =
      this.#dictionary.interfaces.find(id, zone) ||
      this.#dictionary.addInterface(id, zone, {
        account: this.#word(words, bytes, codes['account-id']),
        vpc: this.#word(words, bytes, codes['vpc-id']),
        subnet: this.#word(words, bytes, codes['subnet-id']),
        region: this.#word(words, bytes, codes.region),
        type: this.#word(words, bytes, codes['interface-type']),
      })
    const nextId = this.#word(words, bytes, codes['next-hop-interface-id'])
    const nextZone = this.#word(words, bytes, codes['next-hop-az-id'])
    record.nextHop =
      (nextId !== NONE && this.#dictionary.nextHops.find(nextId, nextZone)) ||
      this.#dictionary.nextHop(
        nextId,
        nextZone,
        this.#word(words, bytes, codes['next-hop-vpc-id']),
        this.#word(words, bytes, codes['next-hop-interface-type']),
      )
  }

  #address(bytes: Uint8Array, code: number): number {
    const from = this.#from[code] as number
    const to = this.#to[code] as number
    return from === to ? NONE : this.#dictionary.address(bytes, from, to)
  }

  #word(words: ByteTable, bytes: Uint8Array, code: number): number {
    const from = this.#from[code] as number
    const to = this.#to[code] as number
    return from === to ? NONE : words.intern(bytes, from, to)
  }

  #letter(bytes: Uint8Array, code: number): number {
    const from = this.#from[code] as number
    return from === this.#to[code] ? 0 : (bytes[from] as number)
  }
}

/** Numbers are read while their digits pass by; texts are looked up afterwards. */
const isNumber = (code: number): boolean => code >= codes.srcport && code <= codes['traffic-path']

const planOf = ({ places }: Format): Int8Array =>
  Int8Array.from(places, field => (field === undefined ? IGNORED : codes[field]))

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')

function firstWord(bytes: Uint8Array, from: number, end: number): string {
  let to = from
  while (to < end && (bytes[to] as number) > BLANK) to++
  return latin1(bytes, from, to)
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
