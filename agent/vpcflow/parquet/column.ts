import { ReadFault } from '../read-fault.ts'
import { ABSENT } from '../record.ts'
import type { ChunkBytes } from './chunk-bytes.ts'
import { readHybrid } from './hybrid.ts'
import { ENCODING, PAGE, type PageHeader, readPageHeader, unpacked } from './page.ts'
import { readNumbers, readTexts, type Texts } from './values.ts'

/** A header with statistics is some hundred bytes; one of a megabyte is none. */
const FIRST_PEEK = 4 * 1024
const LONGEST_HEADER = 1024 * 1024

export interface ColumnFacts {
  readonly type: string
  readonly codec: string
  /** 1 where values may be null, else 0. */
  readonly definitionLevels: number
  readonly isText: boolean
}

/**
 * One column of a row group, page by page. Pages are unpacked only when they are looked at: what an interface is like is
 * looked up once per interface, not once per row.
 */
export class Column {
  readonly #bytes: ChunkBytes
  readonly #facts: ColumnFacts
  #dictionaryTexts: Texts | undefined
  #dictionaryNumbers: Float64Array | undefined
  #packed: { readonly header: PageHeader; readonly bytes: Uint8Array } | undefined
  /** Rows of the present page, and the next one. */
  count = 0
  at = 0
  /** Of a number column: its values. */
  numbers: Float64Array = new Float64Array(0)
  /** Of a text column: places in `texts`, -1 for null. */
  places = new Int32Array(0)
  texts: Texts = { bytes: new Uint8Array(0), begins: new Int32Array(0), ends: new Int32Array(0) }
  /** What the reader makes of each of `texts`, for it to fill in; -1: not yet. */
  mapped = new Int32Array(0)

  constructor(bytes: ChunkBytes, facts: ColumnFacts) {
    this.#bytes = bytes
    this.#facts = facts
  }

  /** Sees to it that there are rows in the present page. @throws ReadFault when the column has no more. */
  async fill(): Promise<void> {
    while (this.at === this.count) {
      if (this.#bytes.left <= 0) throw new ReadFault('corrupt', 'a column ends before its row group does')
      const header = await this.#header()
      const bytes = await this.#bytes.take(header.compressedBytes)
      if (header.kind === PAGE.dictionary) this.#takeDictionary(header, bytes)
      else if (header.kind === PAGE.data || header.kind === PAGE.dataV2) {
        this.#packed = { header, bytes }
        this.count = header.count
        this.at = 0
      }
    }
  }

  /** Unpacks the present page; before that nothing is in `numbers` and `places`. */
  open(): void {
    if (this.#packed === undefined) return
    const { header, bytes } = this.#packed
    this.#packed = undefined
    this.#takeData(header, bytes)
  }

  async #header(): Promise<PageHeader> {
    for (let length = FIRST_PEEK; ; length *= 4) {
      const read = readPageHeader(await this.#bytes.peek(length))
      if (read !== undefined) {
        this.#bytes.skip(read.length)
        return read.header
      }
      if (length >= LONGEST_HEADER || length >= this.#bytes.left)
        throw new ReadFault('corrupt', 'a page without a header that can be read')
    }
  }

  #takeDictionary({ plainBytes, count }: PageHeader, packed: Uint8Array): void {
    const { codec, type, isText } = this.#facts
    const bytes = unpacked(packed, codec, plainBytes)
    if (isText) {
      this.#dictionaryTexts = readTexts(bytes, 0, type, ENCODING.plain, count)
      this.texts = this.#dictionaryTexts
      this.mapped = new Int32Array(count).fill(-1)
    } else this.#dictionaryNumbers = readNumbers(bytes, 0, type, ENCODING.plain, count)
  }

  #takeData(header: PageHeader, packed: Uint8Array): void {
    const { count, encoding } = header
    const { bytes, from, levels } = this.#levels(header, packed)
    let present = count
    if (levels !== undefined) for (let i = 0; i < count; i++) present -= 1 - (levels[i] as number)
    const isFromDictionary = encoding === ENCODING.plainDictionary || encoding === ENCODING.rleDictionary
    if (isFromDictionary) this.#takePlaces(bytes, from, present)
    else if (this.#facts.isText) {
      this.texts = readTexts(bytes, from, this.#facts.type, encoding, present)
      this.mapped = new Int32Array(present).fill(-1)
      this.places = Int32Array.from({ length: present }, (_, i) => i)
    } else this.numbers = readNumbers(bytes, from, this.#facts.type, encoding, present)
    if (levels !== undefined && present < count) this.#spread(levels, count)
  }

  #takePlaces(bytes: Uint8Array, from: number, present: number): void {
    const places = new Int32Array(present)
    const found = readHybrid(bytes, from + 1, bytes.length, bytes[from] ?? 0, places)
    const texts = this.#dictionaryTexts
    const numbers = this.#dictionaryNumbers
    const size = texts?.begins.length ?? numbers?.length ?? 0
    let highest = -1
    for (let i = 0; i < present; i++) if ((places[i] as number) > highest) highest = places[i] as number
    if (found < present || highest >= size)
      throw new ReadFault('corrupt', `a page names values that its dictionary of ${size} has not got`)
    if (texts !== undefined) {
      // A writer may have fallen back to plain pages in between.
      if (this.texts !== texts) {
        this.texts = texts
        this.mapped = new Int32Array(size).fill(-1)
      }
      this.places = places
    } else if (numbers !== undefined) {
      this.numbers = new Float64Array(present)
      for (let i = 0; i < present; i++) this.numbers[i] = numbers[places[i] as number] as number
    }
  }

  /** Levels of the page and where its values begin; undefined: none is null. */
  #levels(
    { count, levelBytes, plainBytes }: PageHeader,
    packed: Uint8Array,
  ): { readonly bytes: Uint8Array; readonly from: number; readonly levels: Int32Array | undefined } {
    const { codec, definitionLevels } = this.#facts
    if (levelBytes !== undefined) {
      const { repetition, definition, areValuesPacked } = levelBytes
      const begin = repetition + definition
      const values = packed.subarray(begin)
      const bytes = areValuesPacked && values.length > 0 ? unpacked(values, codec, plainBytes - begin) : values
      if (definitionLevels === 0) return { bytes, from: 0, levels: undefined }
      const levels = new Int32Array(count)
      readHybrid(packed, repetition, begin, 1, levels)
      return { bytes, from: 0, levels }
    }
    const bytes = unpacked(packed, codec, plainBytes)
    if (definitionLevels === 0) return { bytes, from: 0, levels: undefined }
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
    if (isOneRun(bytes, 4, count)) return { bytes, from: 4 + length, levels: undefined }
    const levels = new Int32Array(count)
    if (readHybrid(bytes, 4, 4 + length, 1, levels) < count) throw new ReadFault('corrupt', 'a page lacks levels')
    return { bytes, from: 4 + length, levels }
  }

  /** Puts nulls where they were. */
  #spread(levels: Int32Array, count: number): void {
    if (this.#facts.isText) {
      const places = new Int32Array(count)
      for (let i = 0, next = 0; i < count; i++) places[i] = levels[i] === 1 ? (this.places[next++] as number) : -1
      this.places = places
      return
    }
    const numbers = new Float64Array(count)
    for (let i = 0, next = 0; i < count; i++) numbers[i] = levels[i] === 1 ? (this.numbers[next++] as number) : ABSENT
    this.numbers = numbers
  }
}

/** Whether levels are one run of `count` ones: no value is null, as in most columns. */
function isOneRun(bytes: Uint8Array, from: number, count: number): boolean {
  let head = 0
  let at = from
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++] ?? 0
    head |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return (head & 1) === 0 && head >>> 1 >= count && bytes[at] === 1
}
