import type { Price, TimeRange } from '@weir/contract/queries.ts'
import { epochMs, millis } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import type { FlowStore } from '../../store/flow-store.ts'
import type { SeriesId } from '../../store/series.ts'
import type { ServiceName, ServiceTraffic, ShareSteps, TrafficOfServices } from '../service-traffic.ts'
import { foldShares } from './fold-shares.ts'
import { foldTraffic, noTraffic } from './fold-traffic.ts'
import { ServiceIndex } from './service-index.ts'

export interface StoredTrafficParts {
  readonly store: Pick<FlowStore, 'sumBySeries' | 'sumBySeriesAndStep' | 'watched'>
  readonly catalogue: SeriesCatalogue
  readonly price: () => Price
}

/** A Service with fewer series than this is picked out by the store; the series of a larger one are picked out here. */
const NARROW = 1_000

/** The traffic of Services out of the store. */
export class StoredTraffic implements TrafficOfServices {
  readonly #parts: StoredTrafficParts
  readonly #index: ServiceIndex

  constructor(parts: StoredTrafficParts) {
    this.#parts = parts
    this.#index = new ServiceIndex(parts.catalogue)
  }

  async all(range: TimeRange): Promise<readonly ServiceTraffic[]> {
    const { store, catalogue, price } = this.#parts
    const sums = await store.sumBySeries(range)
    this.#index.sync()
    return foldTraffic(sums, catalogue, this.#index, price())
  }

  async of(service: ServiceName, range: TimeRange): Promise<ServiceTraffic> {
    const { store, catalogue, price } = this.#parts
    const only = this.#seriesOf(service)
    if (only.size === 0) return noTraffic(service)
    const sums = await store.sumBySeries(range, narrow(only))
    const isThis = ({ cluster, namespace, name }: ServiceName) =>
      cluster === service.cluster && namespace === service.namespace && name === service.name
    return foldTraffic(sums, catalogue, this.#index, price()).find(isThis) ?? noTraffic(service)
  }

  async steps(
    service: ServiceName,
    range: TimeRange,
    stepMs: number,
    generations?: (generation: number) => boolean,
  ): Promise<ShareSteps> {
    const { store, catalogue } = this.#parts
    const from = epochMs(Math.floor(range.from / stepMs) * stepMs)
    const to = epochMs(Math.ceil(range.to / stepMs) * stepMs)
    const count = Math.max(0, (to - from) / stepMs)
    const step = millis(stepMs)
    const only = this.#seriesOf(service, generations)
    const [sums, watched] = await Promise.all([
      only.size === 0 ? [] : store.sumBySeriesAndStep({ from, to }, step, narrow(only)),
      store.watched({ from, to }, step),
    ])
    const seen = new Set<number>()
    for (const { cluster, at, watchedMinutes } of watched)
      if (cluster === service.cluster && watchedMinutes > 0) seen.add(Math.floor((at - from) / stepMs))
    return foldShares(sums, catalogue, only, { from, stepMs, count }, at => seen.has(at))
  }

  #seriesOf(service: ServiceName, generations?: (generation: number) => boolean): ReadonlySet<SeriesId> {
    this.#index.sync()
    const all = this.#index.seriesOf(service)
    if (generations === undefined) return new Set(all)
    const { catalogue } = this.#parts
    return new Set(all.filter(id => generations(catalogue.key(id).generation)))
  }
}

const narrow = (only: ReadonlySet<SeriesId>): ReadonlySet<SeriesId> | undefined =>
  only.size < NARROW ? only : undefined
