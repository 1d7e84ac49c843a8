import type { Price } from '@weir/contract/queries.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import { crossings } from '../../answers/places.ts'
import { costOf } from '../../pricing/cost.ts'
import type { SeriesSums, WatchedStep } from '../../store/flow-store.ts'
import type { SeriesId } from '../../store/series.ts'
import type { TrafficSummary } from '../service-traffic.ts'
import { hasAgent } from './service-index.ts'

/** What was summed: `own` are series of the Services, all others end at their endpoints without a Service's name. */
export interface Found {
  readonly sums: readonly SeriesSums[]
  readonly own: ReadonlySet<SeriesId>
  /** Of the Services' clusters. */
  readonly watched: readonly WatchedStep[]
}

export function summarise({ sums, own, watched }: Found, catalogue: SeriesCatalogue, price: Price): TrafficSummary {
  let [bytes, crossZoneBytes, unknownBytes, billedBytes, told, untold] = [0, 0, 0, 0, 0, 0]
  for (const rows of sums)
    for (let row = 0; row < rows.count; row++) {
      const series = rows.series[row] ?? 0
      const amount = (rows.bytesToResponder[row] ?? 0) + (rows.bytesToInitiator[row] ?? 0)
      const key = catalogue.key(series)
      if (key.basis === 'primary' && hasAgent(key)) told += amount
      else if (hasAgent(key)) untold += amount
      if (!own.has(series)) continue
      const crossing = crossings[catalogue.crossing.values[series] ?? 0] ?? 'unknown'
      if (crossing === 'same-zone' || crossing === 'cross-zone') bytes += amount
      if (crossing === 'cross-zone') crossZoneBytes += amount
      if (crossing === 'unknown') unknownBytes += amount
      const wire = (rows.wireToResponder[row] ?? 0) + (rows.wireToInitiator[row] ?? 0)
      billedBytes += wire * (catalogue.sides.values[series] ?? 0)
    }
  const minutes = (what: 'nodeMinutes' | 'watchedMinutes') => watched.reduce((sum, step) => sum + step[what], 0)
  return {
    bytes,
    crossZoneBytes,
    cost: costOf(billedBytes, price),
    nodesWatching: part(minutes('watchedMinutes'), minutes('nodeMinutes')),
    toldBySenders: part(told, told + untold),
    zonesKnown: part(bytes, bytes + unknownBytes),
  }
}

const part = (of: number, all: number): number | null => (all === 0 ? null : of / all)
