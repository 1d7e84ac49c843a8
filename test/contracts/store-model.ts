import type { TimeRange } from '@weir/contract/queries.ts'
import type {
  Change,
  Decision,
  LaneSums,
  Mark,
  PendingBatch,
  Promotion,
  SeriesSums,
} from '../../server/store/flow-store.ts'
import type { SeriesId, SeriesKey } from '../../server/store/series.ts'
import { batchKey } from './store-samples.ts'

/** What a store should answer, kept as plain lists: slow, and too simple to be wrong in the same way. */
export class StoreModel {
  readonly #facts: { minute: number; series: number; amounts: readonly number[] }[] = []
  #pending: PendingBatch[] = []
  readonly #decisions = new Map<string, Decision>()
  readonly #promotions = new Map<string, Promotion>()
  readonly #marks: Mark[] = []
  sealedUntil: number | null = null

  commit(change: Change): void {
    for (const columns of change.facts)
      for (let i = 0; i < columns.count; i++)
        this.#facts.push({
          minute: columns.minute[i] ?? 0,
          series: columns.series[i] ?? 0,
          amounts: amountColumns.map(name => columns[name][i] ?? 0),
        })
    this.#pending.push(...change.batches)
    this.#marks.push(...change.marks)
    for (const one of change.decisions) this.#decisions.set(`${one.cluster}/${one.node}/${one.minute}`, one)
    for (const one of change.promotions)
      this.#promotions.set([one.cluster, one.node, one.minute, one.near, one.far].join('/'), one)
    const { sealedUntil, keepPending } = change
    if (sealedUntil === undefined) return
    this.sealedUntil = sealedUntil
    this.#pending = this.#pending.filter(
      ({ id, window }) => window.to > sealedUntil * 60_000 || keepPending?.has(batchKey(id)),
    )
  }

  /** Key (series, or series@step start in ms) → the five sums. */
  sums(range: TimeRange, stepMs?: number, only?: ReadonlySet<SeriesId>): Map<string, readonly number[]> {
    return this.#sum(range, only, (minute, series) =>
      stepMs === undefined ? `${series}` : `${series}@${Math.floor((minute * 60_000) / stepMs) * stepMs}`,
    )
  }

  /** Lane and day → the five sums. */
  lanes(range: TimeRange, laneOf: (series: number) => string): Map<string, readonly number[]> {
    const day = (minute: number) => Math.floor(minute / 1440) * 86_400_000
    return this.#sum(range, undefined, (minute, series) => `${laneOf(series)}@${day(minute)}`)
  }

  pending(): readonly PendingBatch[] {
    return this.#pending
  }

  decisions(range: TimeRange): Decision[] {
    const within = ({ minute }: Decision) => minute * 60_000 >= range.from && minute * 60_000 < range.to
    return [...this.#decisions.values()].filter(within)
  }

  promotions(): Promotion[] {
    return [...this.#promotions.values()].filter(one => one.bytesToResponder !== 0 || one.bytesToInitiator !== 0)
  }

  marks(): readonly Mark[] {
    return this.#marks
  }

  #sum(
    range: TimeRange,
    only: ReadonlySet<SeriesId> | undefined,
    key: (minute: number, series: number) => string,
  ): Map<string, readonly number[]> {
    const sums = new Map<string, readonly number[]>()
    for (const { minute, series, amounts } of this.#facts) {
      if (minute * 60_000 < range.from || minute * 60_000 >= range.to || only?.has(series) === false) continue
      const sum = sums.get(key(minute, series))
      sums.set(key(minute, series), sum === undefined ? amounts : sum.map((value, i) => value + (amounts[i] ?? 0)))
    }
    return sums
  }
}

const amountColumns = [
  'bytesToResponder',
  'bytesToInitiator',
  'wireToResponder',
  'wireToInitiator',
  'connections',
] as const

/** A store's answer in the model's form. */
export function asMap(
  sums: SeriesSums | Omit<LaneSums, 'day' | 'example'>,
  key: (row: number) => string,
): Map<string, readonly number[]> {
  const map = new Map<string, readonly number[]>()
  for (let i = 0; i < sums.count; i++) {
    if (map.has(key(i))) throw new Error(`${key(i)} comes twice`)
    map.set(
      key(i),
      amountColumns.map(name => sums[name][i] ?? 0),
    )
  }
  return map
}

/** Maps as sorted lists, so that a difference is shown as one. */
export const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** What a lane is, in the words of the port: no Service, port, generation, via name or workload name. */
export const laneOf = (key: SeriesKey): string =>
  [key.initiator, key.responder]
    .map(end => `${end.kind} ${end.namespace} ${end.zone}`)
    .concat(key.cluster, key.leg, key.basis, String(key.protocol))
    .join(', ')
