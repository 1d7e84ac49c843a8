import type { LiveFrame, Subscription } from '@weir/contract/live-wire.ts'
import type { FlowFilter, SeriesAnswer, SeriesGroup, TimeRange, ViewerAnswer } from '@weir/contract/queries.ts'

/** Where the page's answers come from: a server (live.ts), or the browser itself (demo.ts). */
export interface Feed {
  /** Begins to listen; nothing arrives before a subscription. Ends when the returned function is called. */
  open(listener: FeedListener): () => void
  /** Asks for a view; a new question for the same view replaces the old one, also over a reconnection. */
  subscribe(subscription: Subscription): void
  /** @throws FeedError with a sentence for people. */
  series(question: SeriesQuestion, signal: AbortSignal): Promise<SeriesAnswer>
}

export interface FeedListener {
  onFrame(frame: LiveFrame): void
  onLink(link: Link): void
  /** The server would not take a subscription: what was wrong with it. */
  onRefused(detail: string): void
  /** Who the server takes this browser for. */
  onViewer(viewer: ViewerAnswer): void
  /** The server shows nothing to this browser: never did, or does not any more. Nothing comes after it. */
  onDenied(denied: Denied): void
}

export interface Denied {
  readonly detail: string
  /** The page where one can sign in; undefined where that is somebody else's, such as a proxy's. */
  readonly signIn: string | undefined
}

/** connecting: never connected yet. lost: was connected; tries again by itself. */
export type Link = 'connecting' | 'open' | 'lost'

export interface SeriesQuestion {
  readonly range: TimeRange
  readonly stepMs: number
  readonly by: SeriesGroup
  /** Lines besides “other”. */
  readonly limit: number
  readonly filter: FlowFilter
}

export class FeedError extends Error {
  /** What to name when asking for help: the server's log has it. */
  readonly requestId: string | undefined
  constructor(message: string, requestId?: string) {
    super(message)
    this.requestId = requestId
  }
}
