import type { AdviceAnswer } from '@weir/contract/advice-queries.ts'
import type { Price, TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, microUsd, millis } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import { type Scope, shownScope } from '../../answers/scope.ts'
import type { VpcRecords } from '../../directory/vpc-map.ts'
import type { SidesBook } from '../../pricing/billed-sides.ts'
import type { FlowStore, WatchedStep } from '../../store/flow-store.ts'
import type { ClusterRouting } from '../cluster-routing.ts'
import type { Routings } from '../routings.ts'
import { type Advice, adviceOf } from './advice.ts'
import type { AdviceInput } from './cluster-view.ts'
import { type Stream, streamsOf } from './stream.ts'

export interface AdviceParts {
  readonly store: Pick<FlowStore, 'sumBySeries' | 'watched'>
  readonly catalogue: SeriesCatalogue
  readonly routings: Pick<Routings, 'clusters' | 'of'>
  /** All that are mapped; empty where none is. */
  readonly vpcs: () => readonly VpcRecords[]
  readonly book: SidesBook
  readonly price: () => Price
  readonly now: () => EpochMs
}

export interface AdviceQuestion {
  /** undefined: all that are watched. */
  readonly cluster: string | undefined
  readonly limit: number
}

const HOUR = millis(3_600_000)
const MONTH_MS = 30 * 24 * HOUR

/** Asks the store and the watches, and works advice out. */
export class AdviceAnswerer {
  readonly #parts: AdviceParts

  constructor(parts: AdviceParts) {
    this.#parts = parts
  }

  get clusters(): readonly string[] {
    return this.#parts.routings.clusters
  }

  async advice(scope: Scope, range: TimeRange, { cluster, limit }: AdviceQuestion): Promise<AdviceAnswer> {
    const { now, price: priceNow } = this.#parts
    const price = priceNow()
    const { streams, watched } = await this.#read(range)
    const gaps: string[] = this.#mapGaps()
    const advices: Advice[] = []
    for (const name of this.clusters.filter(one => cluster === undefined || one === cluster)) {
      const routing = this.#parts.routings.of(name)
      if (routing === undefined) {
        gaps.push(`${name}: its objects are not all listed yet`)
        continue
      }
      const span = watchedMs(range, name, watched, now())
      if (span < range.to - range.from) gaps.push(spanInWords(name, span, range))
      if (routing.version === undefined)
        gaps.push(
          `${name}: the version of Kubernetes is not known; PreferClose is advised, which 1.31 and later understand`,
        )
      const isShown = (namespace: string) => scope === 'all' || (namespace !== '' && scope.has(namespace))
      advices.push(adviceOf(this.#input(routing, streams, range), { price, monthsFactor: MONTH_MS / span }, isShown))
    }
    if (this.clusters.length === 0)
      gaps.push('no cluster’s API server is watched (--directory kubernetes): where connections could go is not known')
    const answer = joined(advices, limit)
    const rows = scope === 'all' ? answer.rows : answer.rows.map(row => ({ ...row, dropsOn: [] }))
    return { ...answer, rows, range, scope: shownScope(scope), asOf: now(), price, gaps }
  }

  /** What a month of the range's traffic is of a cluster, and what is advised of. undefined: it is not watched. */
  async inputOf(
    cluster: string,
    range: TimeRange,
  ): Promise<{ readonly input: AdviceInput; readonly monthsFactor: number } | undefined> {
    const routing = this.#parts.routings.of(cluster)
    if (routing === undefined) return undefined
    const { streams, watched } = await this.#read(range)
    const monthsFactor = MONTH_MS / watchedMs(range, cluster, watched, this.#parts.now())
    return { input: this.#input(routing, streams, range), monthsFactor }
  }

  #input(routing: ClusterRouting, streams: readonly Stream[], range: TimeRange): AdviceInput {
    return { routing, streams, range, vpcs: this.#parts.vpcs(), book: this.#parts.book }
  }

  async #read(
    range: TimeRange,
  ): Promise<{ readonly streams: readonly Stream[]; readonly watched: readonly WatchedStep[] }> {
    const { book, catalogue, store } = this.#parts
    const [sums, watched] = await Promise.all([store.sumBySeries(range), store.watched(range, HOUR)])
    return { streams: streamsOf(sums, catalogue, book), watched }
  }

  #mapGaps(): string[] {
    return this.#parts.vpcs().length > 0
      ? []
      : ['no VPC is mapped (--aws-vpcs): NAT gateways and load balancers are not told from other addresses']
  }
}

/** The part of the range in which agents of the cluster watched, by whole hours; all of it where none did: then flow logs count. */
function watchedMs(range: TimeRange, cluster: string, steps: readonly WatchedStep[], now: number): number {
  const end = Math.min(range.to, now)
  const seen = steps
    .filter(step => step.cluster === cluster && step.watchedMinutes > 0)
    .map(({ at }) => Math.max(0, Math.min(at + HOUR, end) - Math.max(at, range.from)))
    .reduce((sum, ms) => sum + ms, 0)
  return seen > 0 ? seen : Math.max(1, range.to - range.from)
}

const spanInWords = (cluster: string, span: number, { from, to }: TimeRange): string =>
  `${cluster}: watched in ${Math.max(1, Math.round(span / HOUR))} of ${Math.max(1, Math.round((to - from) / HOUR))} hours; a month is reckoned from those`

/** Rows of several clusters in one order, each cluster's alternatives still after what they are alternatives to. */
function joined(
  advices: readonly Advice[],
  limit: number,
): Omit<AdviceAnswer, 'range' | 'scope' | 'asOf' | 'price' | 'gaps'> {
  const rows = advices.flatMap(advice => advice.rows)
  const structural = advices.flatMap(advice => advice.structural).sort((a, b) => b.costPerMonth - a.costPerMonth)
  const first = rows.filter(row => row.alternativeTo === null)
  const ordered =
    advices.length === 1
      ? rows
      : [...first.sort(bySaving), ...rows.filter(row => row.alternativeTo !== null).sort(bySaving)]
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
  return {
    rows: ordered.slice(0, limit),
    structural: structural.slice(0, limit),
    savedPerMonth: microUsd(sum(first.map(row => row.savedPerMonth))),
    crossZoneBytes: sum(advices.map(advice => advice.crossZoneBytes)),
    hidden: Math.max(0, ordered.length - limit) + Math.max(0, structural.length - limit),
  }
}

const isRisky = ({ dropsOn, loadFactor }: AdviceAnswer['rows'][number]): boolean =>
  dropsOn.length > 0 || (loadFactor ?? 0) > 1.5
const bySaving = (a: AdviceAnswer['rows'][number], b: AdviceAnswer['rows'][number]): number =>
  Number(isRisky(a)) - Number(isRisky(b)) || b.savedPerMonth - a.savedPerMonth
