import type {
  AgentsAnswer,
  CoverageAnswer,
  FlowFilter,
  GivenAway,
  PairsAnswer,
  Provenance,
  SeriesAnswer,
  SeriesGroup,
  TimeRange,
  ZonesAnswer,
} from '@weir/contract/queries.ts'
import { millis, startOf } from '@weir/contract/units.ts'
import type { Zone } from '@weir/contract/zones.ts'
import { agentRows } from '../answers/agent-rows.ts'
import type { SeriesCatalogue } from '../answers/catalogue.ts'
import { isEmptyFilter, matchSeries } from '../answers/filter.ts'
import { foldLines, stepsOf } from '../answers/lines.ts'
import { foldMatrix } from '../answers/matrix.ts'
import { foldPairs, type PairsQuestion } from '../answers/pairs.ts'
import { checkedRange, provenanceOf, type Surroundings } from '../answers/provenance.ts'
import type { RecentDecisions } from '../answers/recent-decisions.ts'
import { type Scope, shownScope } from '../answers/scope.ts'
import { claimedBySeveral } from '../answers/several.ts'
import { totalsOf } from '../answers/tally.ts'
import { unplacedBytes } from '../answers/unplaced.ts'
import type { Decision, FlowStore, SeriesSums } from '../store/flow-store.ts'
import { watchedSteps } from './watched.ts'

export interface AnswererParts {
  readonly store: Pick<FlowStore, 'sumBySeries' | 'sumBySeriesAndStep' | 'decisions'>
  readonly catalogue: SeriesCatalogue
  readonly recent: RecentDecisions
  /** The server as it is now. */
  readonly around: () => Surroundings
  /** The directory's nodes now. */
  readonly nodes: () => ReadonlyMap<string, Zone | undefined>
}

/** A filter that leaves fewer series than this is handed to the store; a wider one is applied to its sums. */
const NARROW = 1_000
/** Given away minutes that an answer lists, newest first. */
const MAX_GIVEN_AWAY = 1_000

/** Asks the store and folds: one road to every number that is not live, and the place where a scope is held. */
export class Answerer {
  readonly #parts: AnswererParts

  constructor(parts: AnswererParts) {
    this.#parts = parts
  }

  async pairs(scope: Scope, range: TimeRange, filter: FlowFilter, question: PairsQuestion): Promise<PairsAnswer> {
    const { catalogue } = this.#parts
    const sums = await this.#parts.store.sumBySeries(range, this.#narrow(filter, scope))
    const match = this.#match(filter, scope)
    const folded = foldPairs(sums, catalogue, match, question, this.#parts.around().price)
    return { ...(await this.#provenance(scope, range, [sums], match)), group: question.group, ...folded }
  }

  async zones(scope: Scope, range: TimeRange, filter: FlowFilter): Promise<ZonesAnswer> {
    const { catalogue } = this.#parts
    const sums = await this.#parts.store.sumBySeries(range, this.#narrow(filter, scope))
    const match = this.#match(filter, scope)
    const known = scope === 'all' && isEmptyFilter(filter) ? this.#zoneLabels() : []
    const folded = foldMatrix(sums, catalogue, match, this.#parts.around().price, known)
    return { ...(await this.#provenance(scope, range, [sums], match)), ...folded }
  }

  async series(
    scope: Scope,
    range: TimeRange,
    filter: FlowFilter,
    stepMs: number,
    question: { readonly by: SeriesGroup; readonly limit: number },
  ): Promise<SeriesAnswer> {
    const { catalogue, store } = this.#parts
    const sums = await store.sumBySeriesAndStep(range, millis(stepMs), this.#narrow(filter, scope))
    const times = stepsOf(range.from, range.to, stepMs)
    const watched = await watchedSteps(store, range, times, stepMs, sums, this.#parts.around())
    const match = this.#match(filter, scope)
    const lines = foldLines(sums, catalogue, match, question, times, stepMs, step => watched[step] === 1)
    return { ...(await this.#provenance(scope, range, sums, match)), stepMs, times, lines }
  }

  async coverage(scope: Scope, range: TimeRange): Promise<CoverageAnswer> {
    const { catalogue, store } = this.#parts
    const sums = await store.sumBySeries(range, this.#narrow({}, scope))
    const match = this.#match({}, scope)
    const around = this.#parts.around()
    const { coverage } = await this.#provenance(scope, range, [sums], match)
    return {
      ...coverage,
      range,
      scope: shownScope(scope),
      sealedUntil: around.sealedUntil,
      unplaced: unplacedBytes([sums], catalogue, match),
      severalServices: claimedBySeveral([sums], catalogue, match),
      givenAway: scope === 'all' ? await this.#givenAway(checkedRange(range, around)) : null,
      lost: scope === 'all' ? lossesOf(around) : null,
    }
  }

  /** Of whole nodes, hence for viewers of all namespaces only. */
  agents(): AgentsAnswer {
    const { agents, now, nodeName } = this.#parts.around()
    return agentRows(agents, this.#parts.nodes(), this.#parts.catalogue.book, now, nodeName)
  }

  async #givenAway(range: TimeRange): Promise<GivenAway[]> {
    return (await this.#decisions(range))
      .filter(decision => decision.counted === 'witness')
      .sort((a, b) => b.minute - a.minute || (a.node < b.node ? -1 : 1))
      .slice(0, MAX_GIVEN_AWAY)
      .map(({ node, minute, promotedBytes, supersededBytes }) => ({
        node,
        minute: startOf(minute),
        promotedBytes,
        supersededBytes,
      }))
  }

  async #provenance(
    scope: Scope,
    range: TimeRange,
    sums: readonly SeriesSums[],
    match: Uint8Array | undefined,
  ): Promise<Provenance> {
    const around = this.#parts.around()
    const checked = checkedRange(range, around)
    const decisions = await this.#decisions(checked)
    const { catalogue } = this.#parts
    const total = totalsOf(sums, catalogue, match, around.price)
    const unplaced = unplacedBytes(sums, catalogue, match).reduce((sum, { bytes }) => sum + bytes, 0)
    const severalServices = claimedBySeveral(sums, catalogue, match)
    const ledger = { checked, decisions, audit: this.#parts.recent.audit(range) }
    return provenanceOf(range, around, { total, placedBytes: total.bytes - unplaced, severalServices, scope }, ledger)
  }

  async #decisions(range: TimeRange): Promise<readonly Decision[]> {
    return this.#parts.recent.within(range) ?? (await this.#parts.store.decisions(range))
  }

  #match(filter: FlowFilter, scope: Scope): Uint8Array | undefined {
    this.#parts.catalogue.sync()
    return matchSeries(this.#parts.catalogue, filter, scope)
  }

  #narrow(filter: FlowFilter, scope: Scope): ReadonlySet<number> | undefined {
    const match = this.#match(filter, scope)
    if (match === undefined) return undefined
    const only = new Set<number>()
    for (let series = match.indexOf(1); series >= 0 && only.size <= NARROW; series = match.indexOf(1, series + 1))
      only.add(series)
    return only.size > NARROW ? undefined : only
  }

  #zoneLabels(): string[] {
    const { book } = this.#parts.catalogue
    return [...this.#parts.nodes().values()].flatMap(zone => (zone === undefined ? [] : [book.label(zone)]))
  }
}

/** What the agents say they lost, added up by name, and what the server set aside; largest first. */
function lossesOf({ agents, lost }: Surroundings): NonNullable<CoverageAnswer['lost']> {
  const byName = new Map(lost.map(({ name, count }) => [name, count]))
  for (const { losses } of agents)
    for (const [name, count] of Object.entries(losses)) byName.set(name, (byName.get(name) ?? 0) + count)
  return [...byName]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count)
}
