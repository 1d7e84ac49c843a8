import type { Dialled } from '@weir/contract/agent-wire.ts'
import type { PairEnd, PairGroup, PairRow, PairSort, PairsAnswer, Price } from '@weir/contract/queries.ts'
import { microUsd } from '@weir/contract/units.ts'
import { apportion, costOf } from '../pricing/cost.ts'
import type { SeriesSums } from '../store/flow-store.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { type EndIdentity, pairEnds } from './ends.ts'
import { largest } from './largest.ts'
import { Tally, WIDTH } from './tally.ts'

export interface PairsQuestion {
  readonly group: PairGroup
  readonly sort: PairSort
  readonly limit: number
}

/**
 * Rows, their rest beyond the limit and their total: rows + rest = total in every figure, the cost included
 * (cost.ts: apportion). `match` as filter.ts makes it. A group without a byte or connection is no row.
 */
export function foldPairs(
  sums: SeriesSums,
  catalogue: SeriesCatalogue,
  match: Uint8Array | undefined,
  question: PairsQuestion,
  price: Price,
): Pick<PairsAnswer, 'rows' | 'rest' | 'total'> {
  const { of, keys } = catalogue.groups[question.group]
  const tally = new Tally(keys.texts.length).add(sums, of.values, catalogue, match)
  const costs = apportion(
    Float64Array.from({ length: tally.groups }, (_, group) => tally.crossZoneWire(group)),
    price,
  )
  const used = usedGroups(tally)
  const name = (group: number) => keys.texts[group] ?? ''
  const shown =
    question.sort === 'name'
      ? byName(used, catalogue, question.group).slice(0, question.limit)
      : largest(used, measure(tally, costs, question.sort), question.limit, name)
  const total = tally.total()
  const rest = restOf(tally, used, new Set(shown), costs)
  return {
    rows: describe(shown, tally, costs, sums, catalogue, match, question.group),
    rest: { ...rest.tally.totals(0, rest.cost), rows: used.length - shown.length },
    total: total.totals(0, costOf(total.crossZoneWire(0), price)),
  }
}

/** In the order of what is shown: namespaces and names first, the rest of the key for equals. */
function byName(used: readonly number[], catalogue: SeriesCatalogue, group: PairGroup): number[] {
  const { keys } = catalogue.groups[group]
  const texts = new Map(
    used.map(one => {
      const ends = endsOf(catalogue, one, group).flatMap(end => [end.namespace, end.name])
      return [one, [...ends, keys.texts[one]].join('\u0000')]
    }),
  )
  return [...used].sort((a, b) => ((texts.get(a) ?? '') < (texts.get(b) ?? '') ? -1 : 1))
}

function endsOf(catalogue: SeriesCatalogue, one: number, group: PairGroup): readonly [EndIdentity, EndIdentity] {
  const series = catalogue.groups[group].example.values[one] ?? 0
  const label = (place: number | undefined) => catalogue.placeLabels[place ?? 0] ?? ''
  const { near, far } = catalogue
  return pairEnds(group, catalogue.key(series), label(near.values[series]), label(far.values[series]))
}

function usedGroups(tally: Tally): number[] {
  const used: number[] = []
  for (let group = 0; group < tally.groups; group++)
    if (tally.sums.subarray(group * WIDTH, (group + 1) * WIDTH).some(sum => sum > 0)) used.push(group)
  return used
}

function measure(tally: Tally, costs: Float64Array, sort: Exclude<PairSort, 'name'>): (group: number) => number {
  const at = (group: number, field: number) => tally.sums[group * WIDTH + field] ?? 0
  switch (sort) {
    case 'bytes':
      return group => at(group, 0) + at(group, 1)
    case 'connections':
      return group => at(group, 4)
    case 'costMicroUsd':
      return group => costs[group] ?? 0
    case 'crossZoneBytes':
      return group => tally.crossZoneBytes(group)
  }
}

function restOf(tally: Tally, used: readonly number[], shown: ReadonlySet<number>, costs: Float64Array) {
  const rest = new Tally(1)
  let cost = 0
  for (const group of used) {
    if (shown.has(group)) continue
    cost += costs[group] ?? 0
    for (let field = 0; field < WIDTH; field++)
      rest.sums[field] = (rest.sums[field] ?? 0) + (tally.sums[group * WIDTH + field] ?? 0)
  }
  return { tally: rest, cost: microUsd(cost) }
}

interface Details {
  readonly initiatorZones: Set<string>
  readonly responderZones: Set<string>
  readonly via: Set<string>
  readonly dialled: Set<Dialled>
}

/** A second pass over the sums, for the rows that are shown only: which zones, nodes in between and ways of dialling. */
function describe(
  shown: readonly number[],
  tally: Tally,
  costs: Float64Array,
  sums: SeriesSums,
  catalogue: SeriesCatalogue,
  match: Uint8Array | undefined,
  group: PairGroup,
): PairRow[] {
  const { of, keys, example } = catalogue.groups[group]
  const details = new Map<number, Details>()
  for (const one of shown)
    details.set(one, { initiatorZones: new Set(), responderZones: new Set(), via: new Set(), dialled: new Set() })
  for (let row = 0; row < sums.count; row++) {
    const series = sums.series[row] ?? 0
    const found = match !== undefined && match[series] !== 1 ? undefined : details.get(of.values[series] ?? -1)
    if (found !== undefined) note(found, catalogue, series, group)
  }
  return shown.map(one => {
    const [initiator, responder] = endsOf(catalogue, one, group)
    const seen = details.get(one)
    return {
      key: keys.texts[one] ?? '',
      cluster: catalogue.key(example.values[one] ?? 0).cluster,
      initiator: withZones(initiator, seen?.initiatorZones),
      responder: withZones(responder, seen?.responderZones),
      via: [...(seen?.via ?? [])].sort(),
      dialled: [...(seen?.dialled ?? [])].sort(),
      ...tally.totals(one, microUsd(costs[one] ?? 0)),
    }
  })
}

function note(details: Details, catalogue: SeriesCatalogue, series: number, group: PairGroup): void {
  const label = (place: number | undefined) => catalogue.placeLabels[place ?? 0] ?? ''
  const [a, b] =
    group === 'zone' ? [catalogue.near, catalogue.far] : [catalogue.initiatorPlace, catalogue.responderPlace]
  details.initiatorZones.add(label(a.values[series]))
  details.responderZones.add(label(b.values[series]))
  const key = catalogue.key(series)
  if (key.via !== '') details.via.add(key.via)
  details.dialled.add(key.dialled)
}

const withZones = (end: EndIdentity, zones: ReadonlySet<string> | undefined): PairEnd => ({
  ...end,
  zones: [...(zones ?? [])].sort(),
})
