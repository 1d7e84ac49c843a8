import type { SeriesSums } from '../flow-store.ts'
import type { Layout } from './layout.ts'
import { parsePartition } from './partitions.ts'

/** Bytes of one row of sums: an id and five amounts. */
const ROW_BYTES = 4 + 5 * 8

/**
 * What this may hold by default: 30 days, the hours at both ends of the range, and some, of 30,000 series. Beyond the
 * bound the engine is asked.
 */
export const CLOSED_SUMS_BYTES = 128 * 1024 * 1024

interface Kept {
  readonly sums: SeriesSums
  /** Number of the last question that used it. */
  usedBy: number
}

/** One question: what it used is not given up for the rest of what it uses. */
export interface Question {
  readonly number: number
  /** How often something had been forgotten when its plan was made. */
  readonly forgotten: number
}

/**
 * Sums by series of single closed hours and days (of lanes too), kept as they were read: a closed hour changes only when
 * something late is folded into it, and a question about a month would otherwise ask the engine for 70 of them anew.
 * Bounded in bytes; the longest unused goes first, but never for a question that needs it itself: a question that is larger
 * than the bound would else push out everything just before it is needed, and find nothing the next time.
 */
export class ClosedSums {
  readonly #tables = new Map<string, Map<number, Kept>>()
  readonly #mostBytes: number
  #bytes = 0
  #questions = 0
  #forgotten = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** To be called in the turn in which the tables are planned. */
  ask(): Question {
    return { number: ++this.#questions, forgotten: this.#forgotten }
  }

  /** @param at whole units of the table since the epoch. */
  find(question: Question, table: string, at: number): SeriesSums | undefined {
    const kept = this.#tables.get(table)?.get(at)
    if (kept === undefined) return undefined
    kept.usedBy = question.number
    return kept.sums
  }

  /** Keeps what a question has read, unless something was forgotten since it was planned. @returns whether it is kept. */
  keep(question: Question, table: string, at: number, sums: SeriesSums): boolean {
    if (question.forgotten !== this.#forgotten) return false
    const units = this.#tables.get(table) ?? new Map<number, Kept>()
    if (units.has(at)) return true
    const bytes = bytesOf(sums)
    if (!this.#makeRoom(bytes, question.number)) return false
    this.#tables.set(table, units.set(at, { sums, usedBy: question.number }))
    this.#bytes += bytes
    return true
  }

  /** Right after a COMMIT that added to these units. */
  forget(table: string, at: number): void {
    this.#forgotten++ // also what is being read just now, which may be from before
    const kept = this.#tables.get(table)?.get(at)
    if (kept !== undefined) this.#remove(table, at, kept)
  }

  /** Forgets the tables that are gone. */
  keepOnly(layout: Pick<Layout, 'has'>): void {
    for (const [table, units] of this.#tables) {
      const partition = parsePartition(table)
      if (partition !== undefined && layout.has(partition.kind, partition.at)) continue
      this.#forgotten++
      for (const [at, kept] of units) this.#remove(table, at, kept)
    }
  }

  /** Whether that many bytes fit, after giving up what this question does not use, longest unused first. */
  #makeRoom(bytes: number, question: number): boolean {
    if (this.#bytes + bytes <= this.#mostBytes) return true
    const others = [...this.#tables].flatMap(([table, units]) =>
      Array.from(units, ([at, kept]) => ({ table, at, kept })).filter(({ kept }) => kept.usedBy < question),
    )
    others.sort((a, b) => a.kept.usedBy - b.kept.usedBy)
    for (const { table, at, kept } of others) {
      this.#remove(table, at, kept)
      if (this.#bytes + bytes <= this.#mostBytes) return true
    }
    return false
  }

  #remove(table: string, at: number, { sums }: Kept): void {
    const units = this.#tables.get(table)
    units?.delete(at)
    if (units?.size === 0) this.#tables.delete(table)
    this.#bytes -= bytesOf(sums)
  }
}

/** An empty unit is kept as well, and is not free. */
const bytesOf = ({ count }: SeriesSums): number => 256 + count * ROW_BYTES
