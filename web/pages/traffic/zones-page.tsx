import type { PageProps } from '../../frame/page-props.ts'
import { Totals } from './totals.tsx'
import { TrafficFrame } from './traffic-frame.tsx'
import { ZonesPanel } from './zones-panel.tsx'

/** From which zone to which, of the time chosen. */
export function ZonesPage({ address, traffic, status }: PageProps) {
  const { view, change } = address
  return (
    <TrafficFrame address={address} traffic={traffic} status={status} needsPairs={false}>
      {zones => (
        <>
          <Totals sums={zones} isLive={traffic.isLive} />
          <div className={traffic.awaited.zones ? 'awaited' : ''}>
            <ZonesPanel sums={zones} view={view} change={change} />
          </div>
        </>
      )}
    </TrafficFrame>
  )
}
