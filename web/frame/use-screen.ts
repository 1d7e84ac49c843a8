import type { LiveView, Subscription } from '@weir/contract/live-wire.ts'
import { useEffect, useReducer, useRef } from 'react'
import type { Feed } from '../feed/feed.ts'
import { blankScreen, nextScreen, type Screen } from './screen.ts'

/** What the feed has sent for the views that are wanted now, at most one subscription a view. */
export function useScreen(feed: Feed, wanted: readonly Subscription[], isPaused: boolean): Screen {
  const [screen, send] = useReducer(nextScreen, undefined, () => blankScreen(Date.now()))
  const paused = useRef(isPaused)
  paused.current = isPaused

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
  const asked = useRef(new Map<LiveView, string>())
  const text = JSON.stringify(wanted)
  useEffect(() => {
    const subscriptions: readonly Subscription[] = JSON.parse(text)
    for (const view of asked.current.keys()) {
      if (subscriptions.some(subscription => subscription.view === view)) continue
      feed.unsubscribe(view)
      asked.current.delete(view)
    }
    for (const subscription of subscriptions) {
      const question = JSON.stringify(subscription)
      if (asked.current.get(subscription.view) === question) continue
      asked.current.set(subscription.view, question)
      send({ type: 'asked', view: subscription.view })
      feed.subscribe(subscription)
    }
  }, [feed, text])
  return screen
}
