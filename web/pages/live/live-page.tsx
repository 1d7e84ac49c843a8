import { useCallback, useRef, useState } from 'react'
import type { Feed } from '../../feed/feed.ts'
import { savedTheme } from '../../theme.ts'
import { FilterBar } from './filter-bar.tsx'
import { knownValues } from './known-values.ts'
import { NoSignInBanner } from './no-sign-in.tsx'
import { PairsPanel } from './pairs-panel.tsx'
import type { Arrival } from './screen.ts'
import { type Status, statusOf } from './status.ts'
import { TimePanel } from './time-panel.tsx'
import { TopBar } from './top-bar.tsx'
import { Totals } from './totals.tsx'
import { TrustStrip } from './trust-strip.tsx'
import { useAddress } from './use-address.ts'
import { useKeys } from './use-keys.ts'
import { useMedia } from './use-media.ts'
import { useNow } from './use-now.ts'
import { useScreen } from './use-screen.ts'
import { useSeries } from './use-series.ts'
import { useSignIn } from './use-sign-in.ts'
import { ZonesPanel } from './zones-panel.tsx'

/** The one page: totals, zone to zone, over time, and the pairs, all under one filter and one span. */
export function LivePage({ feed }: { readonly feed: Feed }) {
  const { view, problems, change } = useAddress()
  const screen = useScreen(feed, view)
  const { zones, pairs } = screen.arrivals
  const series = useSeries(feed, view, zones?.frame.asOf)
  const [theme, setTheme] = useState(savedTheme)
  // CSS follows the system by itself; the canvas of the chart has to be told.
  const system = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light'
  const box = useRef<HTMLInputElement>(null)
  const now = useNow()
  const status = statusOf(screen, view.paused, now)
  const onLive = useCallback(() => change({ paused: !view.paused }), [change, view.paused])
  useKeys(box, onLive)
  useSignIn(screen)
  const faded = status.kind === 'disconnected' ? 'faded' : ''
  return (
    <>
      <TopBar
        status={status}
        paused={view.paused}
        demo={view.demo !== undefined}
        viewer={screen.viewer}
        theme={theme}
        onPause={paused => change({ paused })}
        onTheme={setTheme}
      />
      {zones !== undefined && <TrustStrip arrival={zones} now={now} />}
      <main>
        <NoSignInBanner viewer={screen.viewer} />
        <Banners status={status} refused={screen.refused} problems={problems} />
        <FilterBar view={view} known={knownValues(pairs?.frame, zones?.frame)} box={box} change={change} />
        {zones === undefined || pairs === undefined ? (
          <p className="message panel quiet loading">{status.kind === 'disconnected' ? status.word : 'Loading…'}</p>
        ) : (
          <>
            <div className={faded}>
              <Totals frame={zones.frame} spanMs={lengthOf(zones)} />
            </div>
            <div className={`two ${faded} ${screen.awaited.includes('zones') ? 'awaited' : ''}`}>
              <ZonesPanel frame={zones.frame} spanMs={lengthOf(zones)} view={view} change={change} />
              <TimePanel
                series={series}
                waiting={zones.frame.asOf === null}
                view={view}
                theme={`${theme} ${system}`}
                change={change}
              />
            </div>
            <div className={`${faded} ${screen.awaited.includes('pairs') ? 'awaited' : ''}`}>
              <PairsPanel
                pairs={pairs.frame}
                zones={zones.frame}
                spanMs={lengthOf(pairs)}
                view={view}
                change={change}
              />
            </div>
          </>
        )}
      </main>
    </>
  )
}

/** What the sums are over: the answer's own range, which may be shorter than the span just after a start. */
const lengthOf = ({ frame: { range, span } }: Arrival): number => Math.max(0, range.to - range.from) || span * 1000

interface BannersProps {
  readonly status: Status
  readonly refused: string | undefined
  readonly problems: readonly string[]
}

function Banners({ status, refused, problems }: BannersProps) {
  return (
    <>
      {status.detail !== '' && <p className={`banner ${status.kind}`}>{status.detail}</p>}
      {refused !== undefined && (
        <p className="banner error" role="alert">
          The server would not show this view: {refused}
        </p>
      )}
      {problems.map(problem => (
        <p key={problem} className="banner note">
          In the address: {problem}
        </p>
      ))}
    </>
  )
}
