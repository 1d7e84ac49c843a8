import type { LiveFrame } from '@weir/contract/live-wire.ts'
import type { PairRow, PairsAnswer, Provenance, Totals, ZoneCell, ZonesAnswer } from '@weir/contract/queries.ts'
import type { View } from '../../address.ts'
import type { FeedError } from '../../feed/feed.ts'
import { type SpanWords, spanWords } from '../../words/spans.ts'

/** Sums of some time, whether they came live or were asked for. */
export interface Sums extends Provenance {
  readonly total: Totals
  /** What the sums are over: shorter than the span just after a start. */
  readonly spanMs: number
  readonly words: SpanWords
}

export interface PairSums extends Sums {
  readonly rows: readonly PairRow[]
}

export interface ZoneSums extends Sums {
  readonly zones: readonly string[]
  readonly cells: readonly ZoneCell[]
}

/** What the pages about traffic show: of now, or of a range. */
export interface Traffic {
  readonly isLive: boolean
  readonly zones: ZoneSums | undefined
  readonly pairs: PairSums | undefined
  /** What is shown answers an older question. */
  readonly awaited: { readonly zones: boolean; readonly pairs: boolean }
  readonly error: FeedError | undefined
  readonly retry: () => void
}

const lengthOf = ({ range }: Provenance): number => Math.max(0, range.to - range.from)

export const liveZones = (frame: LiveFrame, view: View): ZoneSums => ({
  ...frame,
  zones: frame.zones ?? [],
  cells: frame.cells ?? [],
  spanMs: lengthOf(frame) || frame.span * 1000,
  words: spanWords({ ...view, span: frame.span }),
})

export const livePairs = (frame: LiveFrame, view: View): PairSums => ({
  ...frame,
  rows: frame.pairs ?? [],
  spanMs: lengthOf(frame) || frame.span * 1000,
  words: spanWords({ ...view, span: frame.span }),
})

export const pastZones = (answer: ZonesAnswer, view: View): ZoneSums => ({
  ...answer,
  spanMs: lengthOf(answer),
  words: spanWords(view),
})

export const pastPairs = (answer: PairsAnswer, view: View): PairSums => ({
  ...answer,
  spanMs: lengthOf(answer),
  words: spanWords(view),
})
