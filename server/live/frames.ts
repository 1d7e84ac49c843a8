import type { LiveFrame } from '@weir/contract/live-wire.ts'
import type { CoveragePart, TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS, unreachable } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from '../answers/catalogue.ts'
import { matchSeries } from '../answers/filter.ts'
import { foldMatrix } from '../answers/matrix.ts'
import { foldPairs } from '../answers/pairs.ts'
import { checkedRange, provenanceOf, type Surroundings } from '../answers/provenance.ts'
import type { RecentDecisions } from '../answers/recent-decisions.ts'
import { type Scope, shownScope } from '../answers/scope.ts'
import { claimedBySeveral } from '../answers/several.ts'
import { totalsOf } from '../answers/tally.ts'
import { unplacedBytes } from '../answers/unplaced.ts'
import type { SeriesSums } from '../store/flow-store.ts'
import type { FlowRing } from './flow-ring.ts'
import type { CheckedSubscription } from './subscription.ts'
import type { LiveWindow } from './window.ts'

/** A frame without its number, which is the client's own. */
export type Frame = Omit<LiveFrame, 'number'>

export interface FrameSources {
  readonly window: LiveWindow
  readonly flows: FlowRing
  readonly catalogue: SeriesCatalogue
  readonly recent: RecentDecisions
  readonly around: () => Surroundings
  readonly now: () => EpochMs
  /** Labels of the directory's zones: shown even where they are silent. */
  readonly zoneLabels: () => readonly string[]
}

/** Frames are made anew after this long even where nothing came: coverage ages. */
const FRESH_MS = 2_000

/**
 * Makes frames from the same folds as the API. One fold per distinct subscription, scope and state of the data: a hundred
 * browsers of viewers with the same rights on the same view cost one.
 */
export class Frames {
  readonly #from: FrameSources
  #version = ''
  #madeAt = 0
  readonly #sums = new Map<number, SeriesSums>()
  readonly #frames = new Map<string, Frame>()

  constructor(sources: FrameSources) {
    this.#from = sources
  }

  /** Differs exactly when a frame could: new windows, flows or zones. */
  get version(): string {
    const { window, flows, catalogue } = this.#from
    return `${window.version}.${flows.version}.${catalogue.book.version}`
  }

  frame(subscription: CheckedSubscription, scope: Scope): Frame {
    this.#refresh()
    const key = JSON.stringify([subscription, shownScope(scope)])
    const made = this.#frames.get(key) ?? this.#make(subscription, scope)
    this.#frames.set(key, made)
    return made
  }

  /** How much of the last 15 minutes was seen. */
  coverage(): readonly CoveragePart[] {
    const question = { view: 'totals', span: 900, filter: {}, group: 'zone', sort: 'bytes', limit: 1 } as const
    return this.frame(question, 'all').coverage.parts
  }

  #refresh(): void {
    const { version } = this
    const now = this.#from.now()
    if (version !== this.#version) this.#sums.clear()
    else if (now - this.#madeAt < FRESH_MS) return
    this.#version = version
    this.#madeAt = now
    this.#frames.clear()
    this.#from.catalogue.sync()
  }

  #make({ view, span, filter, group, sort, limit }: CheckedSubscription, scope: Scope): Frame {
    const { catalogue, flows, window } = this.#from
    const around = this.#from.around()
    const sums = this.#sumsOf(span)
    const match = matchSeries(catalogue, filter, scope)
    const asOf = window.asOf
    const to = asOf ?? around.now
    const range = { from: epochMs(to - span * 1000), to: epochMs(to) }
    const total = totalsOf([sums], catalogue, match, around.price)
    const base = {
      ...this.#provenance(range, around, sums, match, { total, scope }),
      asOf,
      view,
      at: around.now,
      span,
      total,
    }
    switch (view) {
      case 'totals':
        return base
      case 'pairs':
        return { ...base, pairs: foldPairs(sums, catalogue, match, { group, sort, limit }, around.price).rows }
      case 'zones': {
        const known = scope === 'all' ? this.#from.zoneLabels() : []
        const { zones, cells } = foldMatrix(sums, catalogue, match, around.price, known)
        return { ...base, zones, cells }
      }
      case 'flows':
        return { ...base, flows: flows.recent(scope, span, to, filter, limit).rows }
      default:
        return unreachable(view)
    }
  }

  #sumsOf(span: number): SeriesSums {
    const made = this.#sums.get(span) ?? this.#from.window.sums(span)
    this.#sums.set(span, made)
    return made
  }

  #provenance(
    range: TimeRange,
    around: Surroundings,
    sums: SeriesSums,
    match: Uint8Array | undefined,
    { total, scope }: { readonly total: LiveFrame['total']; readonly scope: Scope },
  ) {
    const { catalogue } = this.#from
    const unplaced = unplacedBytes([sums], catalogue, match).reduce((sum, { bytes }) => sum + bytes, 0)
    const severalServices = claimedBySeveral([sums], catalogue, match)
    // Minutes are decided after they are over: the newest sealed ones tell who reports now.
    const recent = { from: epochMs(Math.floor(range.from / MINUTE_MS - 5) * MINUTE_MS), to: range.to }
    const checked = checkedRange(recent, around)
    const decisions = this.#from.recent.within(checked) ?? []
    const ledger = { checked, decisions, audit: this.#from.recent.audit(checked) }
    return provenanceOf(range, around, { total, placedBytes: total.bytes - unplaced, severalServices, scope }, ledger)
  }
}
