import type { Price, TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS, millis } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import type { FlowStore, SeriesSums } from '../../store/flow-store.ts'
import type { SeriesId } from '../../store/series.ts'
import type {
  Generations,
  ServiceName,
  ServiceTraffic,
  ShareSteps,
  TrafficOfServices,
  TrafficSummary,
} from '../service-traffic.ts'
import { ShareSums } from './fold-shares.ts'
import { foldTraffic, noTraffic } from './fold-traffic.ts'
import { ServiceIndex } from './service-index.ts'
import { summarise } from './summarise.ts'
import { WatchedHours } from './watched-hours.ts'

export interface StoredTrafficParts {
  readonly store: Pick<FlowStore, 'sumBySeries' | 'sumBySeriesAndStep' | 'watched'>
  readonly catalogue: SeriesCatalogue
  readonly price: () => Price
  readonly now: () => EpochMs
}

/** The store picks out so many series by itself. */
const NARROW = 1_000
const HOUR_MS = 3_600_000

/** The traffic of Services out of the store. */
export class StoredTraffic implements TrafficOfServices {
  readonly #parts: StoredTrafficParts
  readonly #index: ServiceIndex
  readonly #watched: WatchedHours

  constructor(parts: StoredTrafficParts) {
    this.#parts = parts
    this.#index = new ServiceIndex(parts.catalogue)
    this.#watched = new WatchedHours(parts.store, parts.now)
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

  async summary(services: readonly ServiceName[], range: TimeRange): Promise<TrafficSummary> {
    const { store, catalogue, price } = this.#parts
    this.#index.sync()
    const own = new Set(services.flatMap(service => this.#index.seriesOf(service)))
    const untold = new Set(services.flatMap(service => this.#index.untoldOf(service)))
    const sums: SeriesSums[] = []
    for (const some of inParts([...own, ...untold])) sums.push(await store.sumBySeries(range, new Set(some)))
    const clusters = new Set(services.map(({ cluster }) => cluster))
    const isOfHours = range.from % HOUR_MS === 0 && range.to % HOUR_MS === 0
    const steps = await this.#watched.steps(range, isOfHours ? HOUR_MS : MINUTE_MS)
    const watched = steps.filter(({ cluster }) => clusters.has(cluster))
    return summarise({ sums, own, watched }, catalogue, price())
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
    for (const { cluster, at, watchedMinutes } of await this.#watched.steps({ from, to }, stepMs))
      if (clusters.has(cluster) && watchedMinutes > 0) watched.add((at - from) / stepMs)
    const count = Math.max(0, (to - from) / stepMs)
    const sums = new ShareSums(groups.length, { from, stepMs, count }, catalogue, at => watched.has(at))
    const groupOf = new Map<SeriesId, number>()
    for (const [group, services] of groups.entries())
      for (const service of services) for (const id of this.#seriesOf(service, generations)) groupOf.set(id, group)
    // Never all series at once: of 56 days by hours that would be 1,344 times as many rows.
    for (const some of inParts([...groupOf.keys()]))
      sums.add(await store.sumBySeriesAndStep({ from, to }, step, new Set(some)), groupOf)
    return sums.groups
  }

  #seriesOf(service: ServiceName, generations?: Generations): readonly SeriesId[] {
    this.#index.sync()
    const all = this.#index.seriesOf(service)
    const { catalogue } = this.#parts
    return generations === undefined ? all : all.filter(id => generations(service, catalogue.key(id).generation))
  }
}

function* inParts(series: readonly SeriesId[]): Iterable<readonly SeriesId[]> {
  for (let at = 0; at < series.length; at += NARROW) yield series.slice(at, at + NARROW)
}
