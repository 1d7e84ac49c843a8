import type { LiveFrame, LiveView } from '@weir/contract/live-wire.ts'
import type { ViewerAnswer } from '@weir/contract/queries.ts'
import type { Denied, Link } from '../feed/feed.ts'

/** A frame and when it came, by this browser's clock. */
export interface Arrival {
  readonly frame: LiveFrame
  readonly receivedAt: number
}

/** What has arrived. At most one frame a view is kept, so a page left open for days does not grow. */
export interface Screen {
  readonly link: Link
  readonly linkSince: number
  readonly arrivals: { readonly [view in LiveView]?: Arrival }
  /** Views asked for anew whose answer is still out: what is shown of them answers an older question. */
  readonly awaited: readonly LiveView[]
  readonly refused: string | undefined
  /** Who the server takes this browser for; undefined until it has said so. */
  readonly viewer: ViewerAnswer | undefined
  /** Nothing more comes. */
  readonly denied: Denied | undefined
}

export type ScreenEvent =
  | { readonly type: 'frame'; readonly frame: LiveFrame; readonly at: number; readonly paused: boolean }
  | { readonly type: 'link'; readonly link: Link; readonly at: number }
  | { readonly type: 'asked'; readonly view: LiveView }
  | { readonly type: 'refused'; readonly detail: string }
  | { readonly type: 'viewer'; readonly viewer: ViewerAnswer }
  | { readonly type: 'denied'; readonly denied: Denied }

export const blankScreen = (at: number): Screen => ({
  link: 'connecting',
  linkSince: at,
  arrivals: {},
  awaited: [],
  refused: undefined,
  viewer: undefined,
  denied: undefined,
})

export function nextScreen(screen: Screen, event: ScreenEvent): Screen {
  switch (event.type) {
    case 'frame': {
      const { view } = event.frame
      // Paused: the first answer to each question is shown and kept, so that a reload of a paused page shows data.
      if (event.paused && screen.arrivals[view] !== undefined && !screen.awaited.includes(view)) return screen
      return {
        ...screen,
        arrivals: { ...screen.arrivals, [view]: { frame: event.frame, receivedAt: event.at } },
        awaited: screen.awaited.filter(other => other !== view),
      }
    }
    case 'link':
      return screen.link === event.link ? screen : { ...screen, link: event.link, linkSince: event.at }
    case 'asked':
      return { ...screen, awaited: [...new Set([...screen.awaited, event.view])], refused: undefined }
    case 'refused':
      return { ...screen, refused: event.detail }
    case 'viewer':
      return { ...screen, viewer: event.viewer }
    case 'denied':
      return { ...screen, denied: event.denied }
  }
}
