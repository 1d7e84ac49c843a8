import type { Price, TimeRange } from '@weir/contract/queries.ts'
import { epochMs, millis } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import type { FlowStore } from '../../store/flow-store.ts'
import type { SeriesId } from '../../store/series.ts'
import type { Generations, ServiceName, ServiceTraffic, ShareSteps, TrafficOfServices } from '../service-traffic.ts'
import { ShareSums } from './fold-shares.ts'
import { foldTraffic, noTraffic } from './fold-traffic.ts'
import { ServiceIndex } from './service-index.ts'

export interface StoredTrafficParts {
  readonly store: Pick<FlowStore, 'sumBySeries' | 'sumBySeriesAndStep' | 'watched'>
  readonly catalogue: SeriesCatalogue
  readonly price: () => Price
}

/** The store picks out so many series by itself. */
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
    const series = this.#seriesOf(service)
    if (series.length === 0) return noTraffic(service)
    const sums = await store.sumBySeries(range, series.length <= NARROW ? new Set(series) : undefined)
    this.#index.sync()
    const isThis = ({ cluster, namespace, name }: ServiceName) =>
      cluster === service.cluster && namespace === service.namespace && name === service.name
    return foldTraffic(sums, catalogue, this.#index, price()).find(isThis) ?? noTraffic(service)
  }

  async steps(
    services: readonly ServiceName[],
    range: TimeRange,
    stepMs: number,
    generations?: Generations,
  ): Promise<ShareSteps> {
    const [steps] = await this.#stepsOfGroups([services], range, stepMs, generations)
    if (steps === undefined) throw new RangeError('one group gives one answer')
    return steps
  }

  stepsOfEach(services: readonly ServiceName[], range: TimeRange, stepMs: number): Promise<readonly ShareSteps[]> {
    const each = services.map(service => [service])
    return this.#stepsOfGroups(each, range, stepMs)
  }

  async #stepsOfGroups(
    groups: readonly (readonly ServiceName[])[],
    range: TimeRange,
    stepMs: number,
    generations?: Generations,
  ): Promise<readonly ShareSteps[]> {
    const { store, catalogue } = this.#parts
    const from = epochMs(Math.floor(range.from / stepMs) * stepMs)
    const to = epochMs(Math.ceil(range.to / stepMs) * stepMs)
    const step = millis(stepMs)
    const clusters = new Set(groups.flat().map(({ cluster }) => cluster))
    const watched = new Set<number>()
    for (const { cluster, at, watchedMinutes } of await store.watched({ from, to }, step))
      if (clusters.has(cluster) && watchedMinutes > 0) watched.add((at - from) / stepMs)
    const count = Math.max(0, (to - from) / stepMs)
    const sums = new ShareSums(groups.length, { from, stepMs, count }, catalogue, at => watched.has(at))
    const groupOf = new Map<SeriesId, number>()
    for (const [group, services] of groups.entries())
      for (const service of services) for (const id of this.#seriesOf(service, generations)) groupOf.set(id, group)
    const wanted = [...groupOf.keys()]
    // Never all series at once: of 56 days by hours that would be 1,344 times as many rows.
    for (let at = 0; at < wanted.length; at += NARROW)
      sums.add(await store.sumBySeriesAndStep({ from, to }, step, new Set(wanted.slice(at, at + NARROW))), groupOf)
    return sums.groups
  }

  #seriesOf(service: ServiceName, generations?: Generations): readonly SeriesId[] {
    this.#index.sync()
    const all = this.#index.seriesOf(service)
    const { catalogue } = this.#parts
    return generations === undefined ? all : all.filter(id => generations(service, catalogue.key(id).generation))
  }
}
