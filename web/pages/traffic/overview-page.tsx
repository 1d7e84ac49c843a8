import type { PageProps } from '../../frame/page-props.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { chartQuestion } from './chart-question.ts'
import { Glance } from './glance.tsx'
import { PairsPanel } from './pairs-panel.tsx'
import { TimePanel } from './time-panel.tsx'
import { Totals } from './totals.tsx'
import { TrafficFrame } from './traffic-frame.tsx'
import { ZonesPanel } from './zones-panel.tsx'

/** The answer in ten seconds: totals, zone to zone, over time, and the pairs, all under one filter and one time. */
export function OverviewPage({ feed, address, traffic, status, theme, now }: PageProps) {
  const { view, change } = address
  const asOf = traffic.zones?.asOf ?? undefined
  const past = traffic.isLive ? undefined : traffic.zones?.range
  const question = asOf && chartQuestion(view, asOf, past)
  // Late rows still raise the newest steps.
  const series = useAnswer(feed, 'series', question, asOf && Math.floor(asOf / 10_000))
  return (
    <TrafficFrame address={address} traffic={traffic} status={status}>
      {(zones, pairs) => (
        <>
          <Totals sums={zones} isLive={traffic.isLive} />
          {/* Neither is filtered: with a filter set they would not be of what is shown. */}
          {view.chips.length === 0 && zones.asOf !== null && <Glance feed={feed} address={address} now={now} />}
          <div className={`two ${traffic.awaited.zones ? 'awaited' : ''}`}>
            <ZonesPanel sums={zones} view={view} change={change} />
            <TimePanel
              series={series}
              isLive={traffic.isLive}
              waiting={zones.asOf === null}
              view={view}
              theme={theme}
              change={change}
            />
          </div>
          <div className={traffic.awaited.pairs ? 'awaited' : ''}>
            <PairsPanel pairs={pairs} zones={zones} isLive={traffic.isLive} view={view} change={change} />
          </div>
        </>
      )}
    </TrafficFrame>
  )
}
