import type { CostPolicy, CostsAnswer, ReconciliationAnswer } from '@weir/contract/cost-queries.ts'
import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, millis } from '@weir/contract/units.ts'
import type { Crossing } from '@weir/contract/zones.ts'
import type { SeriesCatalogue } from '../answers/catalogue.ts'
import { byLabel, type CostGroup, type LabelOf } from '../answers/cost-groups.ts'
import { sharesByCause, sharesByPayer } from '../answers/cost-shares.ts'
import { billSummary, costDay, costRows, costTotal, reconciledDay, toProjection } from '../answers/costs.ts'
import { type FoldedDay, foldDays, rowsOfLanes, rowsOfSteps } from '../answers/metered-days.ts'
import { crossings } from '../answers/places.ts'
import { type Scope, shownScope } from '../answers/scope.ts'
import type { BillBook } from '../billing/bill-book.ts'
import type { Metering } from '../billing/metering.ts'
import { DAY_MS, daysOf, monthText } from '../billing/months.ts'
import { notesOf } from '../billing/notes.ts'
import { projectionOf } from '../billing/projection.ts'
import { type OwnTraffic, selfCostOf } from '../billing/self-cost.ts'
import { type ObservedDay, type Statement, statementOf } from '../billing/statement.ts'
import type { FlowStore } from '../store/flow-store.ts'
import type { SeriesId, SeriesKey } from '../store/series.ts'

export interface CostAnswererParts {
  readonly store: Pick<FlowStore, 'sumByLane' | 'sumBySeriesAndStep'>
  readonly catalogue: SeriesCatalogue
  readonly bills: BillBook
  readonly meteringOf: (key: SeriesKey, crossing: Crossing) => Metering
  readonly bytesPerGb: number
  /** Of the bill and the prices, ISO 4217. */
  readonly currency: string
  readonly sealedUntil: () => EpochMs | null
  readonly now: () => EpochMs
  /** A chosen Kubernetes label of a workload at that moment. */
  readonly labelAt: (key: string, ...of: Parameters<LabelOf>) => string | undefined
  /** What the agents that are heard sent for themselves. */
  readonly ownTraffic: () => readonly OwnTraffic[]
}

export type CostGrouping =
  | { readonly kind: 'namespace' | 'workload' }
  | { readonly kind: 'label'; readonly key: string }

/** Answers about money: days from the daily roll-ups, priced by the bill. */
export class CostAnswerer {
  readonly #parts: CostAnswererParts

  constructor(parts: CostAnswererParts) {
    this.#parts = parts
  }

  async costs(
    scope: Scope,
    month: TimeRange,
    { policy, by }: { readonly policy: CostPolicy; readonly by: CostGrouping },
  ): Promise<CostsAnswer> {
    const { bills, bytesPerGb, currency, ownTraffic, sealedUntil } = this.#parts
    const now = this.#parts.now()
    const { observed, groups } = await this.#byPayer(scope, daysOf(month, now), policy, by)
    const statement = this.#price(observed, month)
    const { rates, usdPerGb, source } = bills.list()
    const isShown = scope === 'all'
    return {
      month: monthText(month.from),
      range: month,
      scope: shownScope(scope),
      policy,
      by: by.kind === 'label' ? `label:${by.key}` : by.kind,
      currency,
      sealedUntil: sealedUntil(),
      rows: costRows(statement, groups),
      total: isShown ? costTotal(statement) : null,
      bill: isShown ? billSummary(statement, bills.read(month).apart, bills.source()) : null,
      days: statement.days.map(day => costDay(day, bytesPerGb, isShown)),
      projection: isShown ? toProjection(projectionOf(statement.days, month.to, now)) : null,
      selfCost: isShown
        ? selfCostOf(ownTraffic(), bills.calls(month), month, now, rates['inter-zone'], bytesPerGb)
        : null,
      listPrice: { usdPerGb, source },
      notes: notesOf(statement.days, bills.source()),
    }
  }

  /** Of whole days, for viewers of all namespaces only. */
  async reconciliation(range: TimeRange): Promise<ReconciliationAnswer> {
    const { bills, bytesPerGb, catalogue, now, sealedUntil, store } = this.#parts
    const rows = rowsOfLanes(await store.sumByLane(range))
    catalogue.sync()
    const { shareOf, causes } = sharesByCause(catalogue, series => this.#metering(series))
    const folded = foldDays(rows, daysOf(range, now()), shareOf)
    const statement = this.#price(folded, range)
    const { apart } = bills.read(range)
    return {
      range,
      sealedUntil: sealedUntil(),
      days: statement.days.flatMap((day, i) => {
        const of = folded[i]
        return of === undefined ? [] : [reconciledDay(day, of, causes, apart.get(day.day) ?? [], bytesPerGb)]
      }),
      source: bills.source(),
      notes: notesOf(statement.days, bills.source()),
    }
  }

  async #byPayer(
    scope: Scope,
    days: readonly EpochMs[],
    policy: CostPolicy,
    by: CostGrouping,
  ): Promise<{ readonly observed: readonly FoldedDay[]; readonly groups: readonly CostGroup[] }> {
    const { catalogue, labelAt, store } = this.#parts
    const [first, last] = [days[0], days.at(-1)]
    if (first === undefined || last === undefined) return { observed: [], groups: [] }
    const range = { from: first, to: epochMs(last + DAY_MS) }
    const rows =
      by.kind === 'namespace'
        ? rowsOfLanes(await store.sumByLane(range))
        : rowsOfSteps(await store.sumBySeriesAndStep(range, millis(DAY_MS)))
    catalogue.sync()
    const grain = by.kind === 'namespace' ? 'namespace' : 'workload'
    const { shareOf, groups } = sharesByPayer(catalogue, series => this.#metering(series), { policy, by: grain, scope })
    const observed = foldDays(rows, days, shareOf)
    if (by.kind !== 'label') return { observed, groups: groups.groups }
    const labelled = byLabel(observed, groups.groups, (of, day) => labelAt(by.key, of, day))
    return { observed: labelled.days, groups: labelled.groups }
  }

  #metering(series: SeriesId): Metering {
    const { catalogue, meteringOf } = this.#parts
    return meteringOf(catalogue.key(series), crossings[catalogue.crossing.values[series] ?? 0] ?? 'unknown')
  }

  #price(folded: readonly FoldedDay[], range: TimeRange): Statement {
    const { bills, bytesPerGb } = this.#parts
    const sealedUntil = this.#parts.sealedUntil() ?? 0
    const observed = folded.map(
      ({ day, metered }): ObservedDay => ({ day, metered, isSealed: day + DAY_MS <= sealedUntil }),
    )
    return statementOf(observed, bills.read(range).bills, bills.list().rates, bytesPerGb)
  }
}
