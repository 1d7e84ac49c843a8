import type { PageProps } from '../../frame/page-props.ts'
import { PairsPanel } from './pairs-panel.tsx'
import { Totals } from './totals.tsx'
import { TrafficFrame } from './traffic-frame.tsx'
import { ZonesPanel } from './zones-panel.tsx'

/** From which zone to which, of the time chosen: as a map, and ranked with its cost. */
export function ZonesPage({ address, traffic, status }: PageProps) {
  const { view, change } = address
  return (
    <TrafficFrame address={address} traffic={traffic} status={status}>
      {(zones, pairs) => (
        <>
          <Totals sums={zones} isLive={traffic.isLive} />
          <div className={traffic.awaited.zones ? 'awaited' : ''}>
            <ZonesPanel sums={zones} view={view} change={change} />
          </div>
          <div className={traffic.awaited.pairs ? 'awaited' : ''}>
            <PairsPanel
              pairs={pairs}
              zones={zones}
              isLive={traffic.isLive}
              hasGroups={false}
              view={{ ...view, group: 'zone' }}
              change={change}
            />
          </div>
        </>
      )}
    </TrafficFrame>
  )
}
