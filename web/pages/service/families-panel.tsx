import type { RoutingFamily, RoutingZone } from '@weir/contract/routing-queries.ts'
import type { TableColumn } from '../../tables/columns.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { formatCount } from '../../words/bytes.ts'
import { hintWords } from '../../words/changes.ts'
import { formatRatio } from '../../words/quantities.ts'

/** Hints as predicted and as they are, zone by zone; apart for IPv4 and IPv6, as Kubernetes works them out. */
export function FamiliesPanel({ families }: { readonly families: readonly RoutingFamily[] }) {
  return families.map(({ addressType, readyEndpoints, state, zones }) => (
    <section key={addressType} className="panel" aria-labelledby={`hints-${addressType}`}>
      <header>
        <h2 id={`hints-${addressType}`}>Hints, {addressType}</h2>
        <span className="quiet small">
          {formatCount(readyEndpoints)} ready endpoints; {hintWords[state]}
        </span>
      </header>
      <DataTable
        label={`Hints by zone, ${addressType}`}
        columns={columns}
        rows={zones}
        keyOf={({ zone }) => zone}
        fileName="weir-hints"
      />
    </section>
  ))
}

const count = (
  id: string,
  label: string,
  means: string,
  of: (zone: RoutingZone) => number | null,
): TableColumn<RoutingZone> => ({
  id,
  label,
  means,
  isNumber: true,
  text: zone => {
    const found = of(zone)
    return found === null ? 'none' : formatCount(found)
  },
  order: zone => of(zone) ?? Number.NaN,
  csv: of,
})

const columns: readonly TableColumn<RoutingZone>[] = [
  { id: 'zone', label: 'Zone', means: 'Of nodes and endpoints', text: ({ zone }) => zone, order: ({ zone }) => zone },
  count('nodes', 'Nodes', 'Nodes of the zone', zone => zone.nodes),
  {
    id: 'cpu',
    label: 'CPU share',
    means: 'Of the allocatable CPU of all ready nodes that count: what topology-mode Auto goes by',
    isNumber: true,
    text: ({ cpuShare }) => formatRatio(cpuShare),
    order: ({ cpuShare }) => cpuShare ?? Number.NaN,
    csv: ({ cpuShare }) => cpuShare,
  },
  count('endpoints', 'Ready endpoints', 'Ready endpoints in the zone', zone => zone.readyEndpoints),
  count(
    'predicted',
    'Hints predicted',
    'Endpoints that the controller would hint for the zone',
    zone => zone.predictedHints,
  ),
  count('actual', 'Hints there', 'Endpoints that are hinted for the zone', zone => zone.actualHints),
  count(
    'used',
    'Used by clients here',
    'Endpoints that clients on this zone’s nodes are sent to now',
    zone => zone.usedEndpoints,
  ),
  count('away', 'of them elsewhere', 'Of those, in other zones', zone => zone.usedInOtherZones),
]
