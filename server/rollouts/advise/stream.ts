import type { Crossing } from '@weir/contract/zones.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import { crossings } from '../../answers/places.ts'
import { zoneOf } from '../../answers/zone-book.ts'
import { type SidesBook, sidesOf } from '../../pricing/billed-sides.ts'
import { crossZonePathOf, hopEnds } from '../../pricing/path-of.ts'
import type { SeriesSums } from '../../store/flow-store.ts'
import { hopZones, type SeriesKey } from '../../store/series.ts'

/** What went between two machines in the range, both ways together: one series. */
export interface Stream {
  readonly key: SeriesKey
  /** Zones of the hop's two machines, by the name that nodes have where it is known; '' is not known. */
  readonly near: string
  readonly far: string
  readonly crossing: Crossing
  readonly wireBytes: number
  /** Counted on a connection's first hop. */
  readonly connections: number
  /** Ends that AWS bills if the hop crosses zones, whether it does or not. */
  readonly sides: 0 | 1 | 2
}

/** The cluster whose Services and pods answer. */
export const responderCluster = ({ key }: Stream): string => key.responderCluster ?? key.cluster

export const isCrossing = (stream: Stream): boolean => stream.crossing === 'cross-zone'

/** Wire bytes across zones, and the bytes that are billed of them: each as often as a side of it is billed. */
export const crossBytes = (stream: Stream): number => (isCrossing(stream) ? stream.wireBytes : 0)
export const billedBytes = (stream: Stream): number => crossBytes(stream) * stream.sides

/** Sums as streams. What carried nothing is left out. */
export function streamsOf(sums: SeriesSums, catalogue: SeriesCatalogue, book: SidesBook): Stream[] {
  catalogue.sync()
  const name = (zoneKey: string, place: number): string =>
    zoneOf(zoneKey)?.name ?? (zoneKey === '' ? '' : (catalogue.placeLabels[place] ?? ''))
  const streams: Stream[] = []
  for (let row = 0; row < sums.count; row++) {
    const id = sums.series[row] ?? 0
    const wireBytes = (sums.wireToResponder[row] ?? 0) + (sums.wireToInitiator[row] ?? 0)
    if (wireBytes === 0) continue
    const key = catalogue.key(id)
    const { near, far } = hopEnds(key)
    const zones = hopZones(key)
    streams.push({
      key,
      near: name(zones.towardsInitiator, catalogue.near.values[id] ?? 0),
      far: name(zones.towardsResponder, catalogue.far.values[id] ?? 0),
      crossing: crossings[catalogue.crossing.values[id] ?? 0] ?? 'unknown',
      wireBytes,
      connections: sums.connections[row] ?? 0,
      sides: sidesOf(crossZonePathOf(near, far), book),
    })
  }
  return streams
}

/** Sum over streams; streams are many, their figures whole numbers below 2^53. */
export const total = (streams: readonly Stream[], figure: (stream: Stream) => number): number =>
  streams.reduce((sum, stream) => sum + figure(stream), 0)
