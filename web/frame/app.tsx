import { Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { Feed } from '../feed/feed.ts'
import { pages } from '../pages/pages.ts'
import { useTraffic } from '../pages/traffic/use-traffic.ts'
import { rangeShown, wantedLive } from '../pages/traffic/wanted.ts'
import { routeOf, titles } from '../route.ts'
import { savedTheme } from '../theme.ts'
import { Banners } from './banners.tsx'
import { Help } from './help.tsx'
import { NoPage } from './no-page.tsx'
import { PagesNav } from './pages-nav.tsx'
import { dataAge, statusOf } from './status.ts'
import { TopBar } from './top-bar.tsx'
import { TrustStrip } from './trust-strip.tsx'
import { useAddress } from './use-address.ts'
import { useKeys } from './use-keys.ts'
import { useMedia } from './use-media.ts'
import { useNow } from './use-now.ts'
import { useScreen } from './use-screen.ts'
import { useSignIn } from './use-sign-in.ts'

/** What stands around every page, and what they share: who is asking, how the data is, what is chosen. */
export function App({ feed }: { readonly feed: Feed }) {
  const address = useAddress()
  const { view, problems, change } = address
  const route = routeOf(address.path)
  const now = useNow()
  // Paused, time stands still for everything that is asked; only ages go on.
  const shownAt = useRef(now)
  if (!view.paused) shownAt.current = now
  const range = rangeShown(route?.page, view, shownAt.current)
  const screen = useScreen(feed, wantedLive(route?.page, view, range === undefined), view.paused)
  const traffic = useTraffic({ feed, page: route?.page, view, screen, range })
  const [theme, setTheme] = useState(savedTheme)
  // CSS follows the system by itself; the canvas of the chart has to be told.
  const system = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light'
  const [isHelpOpen, setHelpOpen] = useState(false)
  const onLive = useCallback(() => change({ paused: !view.paused }), [change, view.paused])
  const onHelp = useCallback(() => setHelpOpen(before => !before), [])
  useKeys({ onLive, onHelp })
  useSignIn(screen)
  const title = route === undefined ? 'No such page' : titles[route.page]
  useEffect(() => {
    document.title = `${title} · Weir`
  }, [title])
  const status = statusOf(screen, view.paused, now)
  const arrival = screen.arrivals.zones
  const Page = route && pages[route.page]
  return (
    <>
      <a className="skip" href="#main">
        To the page
      </a>
      <TopBar
        title={title}
        status={status}
        paused={view.paused}
        demo={view.demo !== undefined}
        viewer={screen.viewer}
        theme={theme}
        onPause={paused => change({ paused })}
        onTheme={setTheme}
        onHelp={onHelp}
      />
      <PagesNav page={route?.page} search={address.search} />
      {range !== undefined && traffic.zones !== undefined ? (
        <TrustStrip of={traffic.zones} age={undefined} isLive={false} />
      ) : (
        arrival !== undefined && <TrustStrip of={arrival.frame} age={dataAge(arrival, now)} isLive={true} />
      )}
      <main id="main">
        <Banners status={status} viewer={screen.viewer} refused={screen.refused} problems={problems} />
        <Suspense fallback={<p className="message panel quiet loading">Loading…</p>}>
          {route === undefined || Page === undefined ? (
            <NoPage search={address.search} />
          ) : (
            <Page
              feed={feed}
              route={route}
              address={address}
              screen={screen}
              status={status}
              traffic={traffic}
              now={shownAt.current}
              theme={`${theme} ${system}`}
            />
          )}
        </Suspense>
      </main>
      <Help isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  )
}
