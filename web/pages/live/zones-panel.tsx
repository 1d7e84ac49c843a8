import type { LiveFrame } from '@weir/contract/live-wire.ts'
import type { View } from '../../address.ts'
import { withChip } from '../../filters.ts'
import { HeatMap } from '../../plots/heat-map.tsx'
import { formatSpan } from '../../words/times.ts'
import type { ChangeView } from './use-address.ts'

interface Props {
  readonly frame: LiveFrame
  readonly spanMs: number
  readonly view: View
  readonly change: ChangeView
}

export function ZonesPanel({ frame, spanMs, view, change }: Props) {
  const zones = frame.zones ?? []
  const zoneChip = view.chips.find(chip => chip.field === 'zone' && !chip.exclude)
  const choose = (from: string, to: string) => {
    // "internet" and "unknown" are no zones: of such a cell, the zone at its other end is the filter.
    const known = [...new Set([from, to])].filter(name => zones.includes(name))
    const value = known.join('~')
    if (value === '') return
    const others = view.chips.filter(chip => chip.field !== 'zone')
    const isChosen = zoneChip?.value.split('~').sort().join() === known.toSorted().join()
    change({ chips: isChosen ? others : withChip(others, { field: 'zone', value, exclude: false }) })
  }
  return (
    <section className="panel" aria-labelledby="zones-title">
      <header>
        <h2 id="zones-title">Zone to zone</h2>
        <span className="quiet small">bytes per second, average of the last {formatSpan(frame.span)}</span>
      </header>
      {zones.length === 0 ? (
        <p className="message quiet">No zones yet: they come with the nodes.</p>
      ) : (
        <HeatMap
          zones={zones}
          cells={frame.cells ?? []}
          spanMs={spanMs}
          chosen={zoneChip?.value.split('~') ?? []}
          onChoose={choose}
        />
      )}
    </section>
  )
}
