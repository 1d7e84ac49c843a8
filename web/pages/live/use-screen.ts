import type { Subscription } from '@weir/contract/live-wire.ts'
import { useEffect, useReducer, useRef } from 'react'
import type { View } from '../../address.ts'
import type { Feed } from '../../feed/feed.ts'
import { filterOf } from '../../filters.ts'
import { blankScreen, nextScreen, type Screen } from './screen.ts'

/** The most the server sends of a live view (contract/live-wire.ts); the rest comes as one sum. */
const PAIRS_LIMIT = 500

/** What the feed has sent for this view of the page. */
export function useScreen(feed: Feed, view: View): Screen {
  const [screen, send] = useReducer(nextScreen, undefined, () => blankScreen(Date.now()))
  const paused = useRef(view.paused)
  paused.current = view.paused

  useEffect(
    () =>
      feed.open({
        onFrame: frame => send({ type: 'frame', frame, at: Date.now(), paused: paused.current }),
        onLink: link => send({ type: 'link', link, at: Date.now() }),
        onRefused: detail => send({ type: 'refused', detail }),
        onViewer: viewer => send({ type: 'viewer', viewer }),
        onDenied: denied => send({ type: 'denied', denied }),
      }),
    [feed],
  )

  // Subscriptions as text: equal questions are asked once, though each render makes new objects.
  const zones = JSON.stringify({ view: 'zones', span: view.span, filter: filterOf(view.chips) } satisfies Subscription)
  const pairs = JSON.stringify({
    view: 'pairs',
    span: view.span,
    filter: filterOf(view.chips, view.crossing),
    group: view.group,
    sort: view.sort,
    limit: PAIRS_LIMIT,
  } satisfies Subscription)
  useEffect(() => ask(feed, zones, send), [feed, zones])
  useEffect(() => ask(feed, pairs, send), [feed, pairs])
  return screen
}

function ask(feed: Feed, text: string, send: (event: { type: 'asked'; view: Subscription['view'] }) => void): void {
  const subscription: Subscription = JSON.parse(text)
  send({ type: 'asked', view: subscription.view })
  feed.subscribe(subscription)
}
