import type { FlowFilter, FlowRow, PairGroup, PairRow, PairSort, Provenance, Totals, ZoneCell } from './queries.ts'
import type { EpochMs } from './units.ts'

/** socket.io namespace of the live views. */
export const LIVE_NAMESPACE = '/live'

export const liveViews = ['pairs', 'zones', 'totals', 'flows'] as const
export type LiveView = (typeof liveViews)[number]

/** How far back a live view sums, in seconds. */
export const liveSpans = [10, 60, 300, 900] as const
export type LiveSpan = (typeof liveSpans)[number]

/** One subscription a view and client; a new one for the same view replaces the old. */
export interface Subscription {
  readonly view: LiveView
  readonly span: LiveSpan
  readonly filter: FlowFilter
  readonly group?: PairGroup
  readonly sort?: PairSort
  /** At most 500 pairs or 200 flows. */
  readonly limit?: number
}

/** Sums over the last `span` seconds of what has arrived: primary at once, promoted when sealed. */
export interface LiveFrame extends Provenance {
  readonly view: LiveView
  /** Rises by one a frame and view; a jump tells that frames were merged for a slow client. */
  readonly number: number
  readonly at: EpochMs
  readonly span: LiveSpan
  readonly total: Totals
  readonly pairs?: readonly PairRow[]
  readonly zones?: readonly string[]
  readonly cells?: readonly ZoneCell[]
  readonly flows?: readonly FlowRow[]
}

export interface ServerToClient {
  /** The client calls `taken` when it has drawn the frame; until then it gets no other of that view. */
  frame: (frame: LiveFrame, taken: () => void) => void
  /** What was wrong with a subscription, and what is allowed. */
  refused: (why: { readonly view: string; readonly detail: string }) => void
  /** The viewer may see nothing any more (the session ended, the token was withdrawn): the server then disconnects. */
  ended: (why: { readonly detail: string }) => void
}

export interface ClientToServer {
  subscribe: (subscription: Subscription) => void
  unsubscribe: (view: LiveView) => void
}
