import type { FlowFilter, FlowRow, FlowsAnswer } from '@weir/contract/queries.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import { passes } from '../answers/filter.ts'
import { inScope, type Scope, shownScope } from '../answers/scope.ts'
import type { ZoneBook } from '../answers/zone-book.ts'
import type { CountedBatch } from '../ingest/feed.ts'
import { flowOf, type ServiceSource } from './flow-row.ts'

const KEPT_ROWS = 2_000
const KEPT_MS = 15 * MINUTE_MS

interface Kept {
  readonly source: CountedBatch
  /** Of a batch with more rows than the ring has, the last ones are kept. */
  readonly first: number
  readonly count: number
}

/**
 * Recent hops by address: at most 2,000, in memory only. Every role is in it, so a hop that both of its ends report is
 * there twice, as primary and as witness: look at it, do not sum it.
 * Batches are kept as they came and read when somebody looks: ingest must not pay for a view nobody watches.
 */
export class FlowRing {
  #kept: Kept[] = []
  #rows = 0
  /** Rows that came, by the end of their window, whether kept or not. */
  readonly #came = new Map<number, number>()
  readonly #book: ZoneBook
  readonly #services: ServiceSource
  /** Rises with every change. */
  version = 0

  constructor(book: ZoneBook, services: ServiceSource) {
    this.#book = book
    this.#services = services
  }

  counted(source: CountedBatch): void {
    const { count } = source.batch.rows
    if (count === 0) return
    this.version++
    const held = Math.min(count, KEPT_ROWS)
    this.#kept.push({ source, first: count - held, count: held })
    this.#rows += held
    let spare = 0
    for (
      let one = this.#kept[spare];
      one !== undefined && this.#rows - one.count >= KEPT_ROWS;
      one = this.#kept[spare]
    ) {
      this.#rows -= one.count
      spare++
    }
    if (spare > 0) this.#kept = this.#kept.slice(spare)
    const { to } = source.window
    this.#came.set(to, (this.#came.get(to) ?? 0) + count)
    const newest = Math.max(...this.#came.keys())
    for (const end of this.#came.keys()) if (end <= newest - KEPT_MS) this.#came.delete(end)
  }

  /** Hops of windows that ended in the last `seconds` before `asOf` or later, newest first. */
  recent(scope: Scope, seconds: number, asOf: number, filter: FlowFilter, limit: number): FlowsAnswer {
    const since = asOf - seconds * 1000
    const rows: FlowRow[] = []
    let held = 0
    for (const { source, first, count } of this.#kept.toReversed()) {
      if (source.window.to <= since) continue
      held += count
      for (let row = first + count - 1; row >= first && rows.length < limit; row--) {
        const { flow, texts } = flowOf(source, row, this.#book, this.#services)
        if (inScope(scope, texts.namespace.flat()) && passes(filter, texts)) rows.push(flow)
      }
    }
    const came = [...this.#came].reduce((sum, [to, count]) => (to > since ? sum + count : sum), 0)
    return { scope: shownScope(scope), rows, left: scope === 'all' ? came - held : null }
  }
}
