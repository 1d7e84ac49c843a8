import type { Totals } from '@weir/contract/queries.ts'
import { microUsd } from '@weir/contract/units.ts'
import type { Crossing } from '@weir/contract/zones.ts'

/** What the limit cut off: the total less the rows. So the rows and this row are the total, to the byte. */
export function totalsLessRows(total: Totals, rows: readonly Totals[]): Totals {
  const less = (of: (sums: Totals) => number): number => rows.reduce((left, row) => left - of(row), of(total))
  const crossing = (name: Crossing) => ({
    bytes: less(sums => sums.byCrossing[name].bytes),
    wireBytes: less(sums => sums.byCrossing[name].wireBytes),
  })
  return {
    bytesToResponder: less(sums => sums.bytesToResponder),
    bytesToInitiator: less(sums => sums.bytesToInitiator),
    wireToResponder: less(sums => sums.wireToResponder),
    wireToInitiator: less(sums => sums.wireToInitiator),
    connections: less(sums => sums.connections),
    bytes: less(sums => sums.bytes),
    wireBytes: less(sums => sums.wireBytes),
    byCrossing: {
      'same-zone': crossing('same-zone'),
      'cross-zone': crossing('cross-zone'),
      'cross-region': crossing('cross-region'),
      internet: crossing('internet'),
      unknown: crossing('unknown'),
    },
    costMicroUsd: microUsd(less(sums => sums.costMicroUsd)),
  }
}
