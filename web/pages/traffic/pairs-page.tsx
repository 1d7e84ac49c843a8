import type { PageProps } from '../../frame/page-props.ts'
import { PairsPanel } from './pairs-panel.tsx'
import { Totals } from './totals.tsx'
import { TrafficFrame } from './traffic-frame.tsx'

/** Who causes it: every pair of the time chosen, largest first. */
export function PairsPage({ address, traffic, status }: PageProps) {
  const { view, change } = address
  return (
    <TrafficFrame address={address} traffic={traffic} status={status}>
      {(zones, pairs) => (
        <>
          <Totals sums={zones} isLive={traffic.isLive} />
          <div className={traffic.awaited.pairs ? 'awaited' : ''}>
            <PairsPanel pairs={pairs} zones={zones} isLive={traffic.isLive} view={view} change={change} />
          </div>
        </>
      )}
    </TrafficFrame>
  )
}
