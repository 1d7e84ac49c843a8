import type { ZoneCell } from '@weir/contract/queries.ts'
import type { View } from '../../address.ts'
import { withChip } from '../../filters.ts'
import type { ChangeView } from '../../frame/use-address.ts'
import { HeatMap } from '../../plots/heat-map.tsx'
import type { ZoneSums } from './traffic.ts'

interface Props {
  readonly sums: ZoneSums
  readonly view: View
  readonly change: ChangeView
}

export function ZonesPanel({ sums, view, change }: Props) {
  const { zones, cells, spanMs, words, price } = sums
  const zoneChip = view.chips.find(chip => chip.field === 'zone' && !chip.exclude)
  const choose = (from: string, to: string, cell: ZoneCell | undefined) => {
    const value = [...new Set([from, to])].sort().join('~')
    const others = view.chips.filter(chip => chip.field !== 'zone')
    if (zoneChip?.value === value) return change({ chips: others })
    // Of a cell that crosses something else (the internet), "cross-zone only" would list nothing.
    const elsewhere = from !== to && cell !== undefined && cell.crossing !== view.crossing
    change({
      chips: withChip(others, { field: 'zone', value, exclude: false }),
      ...(elsewhere && { crossing: 'all' as const }),
    })
  }
  return (
    <section className="panel" aria-labelledby="zones-title">
      <header>
        <h2 id="zones-title">Zone to zone</h2>
        <span className="quiet small">bytes per second, average {words.long}</span>
      </header>
      {zones.length === 0 ? (
        <p className="message quiet">No zones yet: they come with the nodes.</p>
      ) : (
        <HeatMap
          zones={zones}
          cells={cells}
          spanMs={spanMs}
          currency={price.currency}
          chosen={zoneChip?.value.split('~') ?? []}
          onChoose={choose}
        />
      )}
    </section>
  )
}
