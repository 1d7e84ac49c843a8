import { type EpochMs, epochMs, MINUTE_MS, minute, startOf } from '@weir/contract/units.ts'
import type { CountedBatch, Sealed } from '../ingest/feed.ts'
import type { FactColumns, SeriesSums } from '../store/flow-store.ts'
import { SumTable } from './sum-table.ts'

/** The longest live span. */
const KEPT_MS = 15 * MINUTE_MS
/** Windows older than this are merged into whole minutes: 15 minutes then are some 25 buckets, not 90. */
const FINE_MS = 2 * MINUTE_MS
/** A node that is this many windows behind the newest does not hold the others' view back. */
const PATIENCE_WINDOWS = 2

interface Bucket {
  readonly from: number
  readonly to: number
  readonly sums: SumTable
}

/**
 * Recent sums per series by window, for 15 minutes: what the live views read. Bounded: at most some 30 buckets, each with
 * one row for every series that was active in it.
 */
export class LiveWindow {
  /** By `from-to`, in no order. */
  readonly #buckets = new Map<string, Bucket>()
  #windowMs = 0
  /** The newest window end of all. */
  #newest = 0
  /** The newest window end of every node. */
  readonly #reported = new Map<string, number>()
  /** Rises with every change. */
  version = 0

  /** Primary rows of one batch. A catch-up window is about an absence, not about now. */
  counted({ cluster, node, window, facts }: Pick<CountedBatch, 'cluster' | 'node' | 'window' | 'facts'>): void {
    if (window.kind !== 'live') return
    const key = `${cluster}/${node}`
    if (window.to > this.#newest) {
      this.#newest = window.to
      this.#windowMs = window.to - window.from
    }
    this.#reported.set(key, Math.max(this.#reported.get(key) ?? 0, window.to))
    this.#bucket(window.from, window.to).addAll(facts)
    this.#changed()
  }

  /** Promoted rows: known by the minute only. */
  sealed({ facts }: Pick<Sealed, 'facts'>): void {
    for (const columns of facts) this.#addMinutes(columns)
    this.#changed()
  }

  /**
   * Up to here every node that still reports has reported: the end of all spans. So that a span never compares the fresh
   * window of one node with the older one of another. null before the first window.
   */
  get asOf(): EpochMs | null {
    if (this.#reported.size === 0) return null
    const since = this.#newest - PATIENCE_WINDOWS * this.#windowMs
    return epochMs(Math.min(...[...this.#reported.values()].filter(to => to > since)))
  }

  /**
   * Sums over the last `seconds` before asOf. Of a bucket that lies half inside (a minute at the edge of the span) its
   * share by time is taken, in whole bytes.
   */
  sums(seconds: number): SeriesSums {
    const to = this.asOf ?? 0
    const from = to - seconds * 1000
    const total = new SumTable()
    for (const bucket of this.#buckets.values()) {
      const inside = Math.min(bucket.to, to) - Math.max(bucket.from, from)
      if (inside > 0) total.addShare(bucket.sums, inside / (bucket.to - bucket.from))
    }
    return total.sums()
  }

  #bucket(from: number, to: number): SumTable {
    const key = `${from}-${to}`
    const known = this.#buckets.get(key)
    if (known !== undefined) return known.sums
    const sums = new SumTable()
    this.#buckets.set(key, { from, to, sums })
    return sums
  }

  #addMinutes(facts: FactColumns): void {
    for (let row = 0; row < facts.count; row++) {
      const from = startOf(minute(facts.minute[row] ?? 0))
      this.#bucket(from, from + MINUTE_MS).addRow(facts, row)
    }
  }

  #changed(): void {
    this.version++
    const newest = this.#newest
    for (const [node, to] of this.#reported) if (to < newest - KEPT_MS) this.#reported.delete(node)
    for (const [key, bucket] of this.#buckets) {
      if (bucket.to <= newest - KEPT_MS - MINUTE_MS) this.#buckets.delete(key)
      else if (bucket.to < newest - FINE_MS && bucket.to - bucket.from < MINUTE_MS) this.#merge(key, bucket)
    }
  }

  /** Into the minute the window ends in; windows are whole parts of a minute, so none straddles two. */
  #merge(key: string, bucket: Bucket): void {
    const from = Math.floor((bucket.to - 1) / MINUTE_MS) * MINUTE_MS
    this.#buckets.delete(key)
    this.#bucket(from, from + MINUTE_MS).addShare(bucket.sums, 1)
  }
}
