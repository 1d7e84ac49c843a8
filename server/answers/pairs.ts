import type { Dialled } from '@weir/contract/agent-wire.ts'
import type { PairEnd, PairGroup, PairRow, PairSort, PairsAnswer, Price } from '@weir/contract/queries.ts'
import { microUsd } from '@weir/contract/units.ts'
import { apportion, costOf } from '../pricing/cost.ts'
import type { SeriesSums } from '../store/flow-store.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { type EndIdentity, endText } from './ends.ts'
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
  const { of, count } = catalogue.groups[question.group]
  const tally = new Tally(count).add(sums, of.values, catalogue, match)
  const costs = apportion(tally.allBilled(), price)
  const used = tally.used()
  const shown =
    question.sort === 'name'
      ? byName(used, catalogue, question.group).slice(0, question.limit)
      : largest(used, measure(tally, costs, question.sort), question.limit)
  const total = tally.total()
  const totalCost = costOf(total.billedBytes(0), price)
  const rest = new Tally(1)
  rest.addGroup(total, 0, 1)
  let restCost: number = totalCost
  for (const group of shown) {
    rest.addGroup(tally, group, -1)
    restCost -= costs[group] ?? 0
  }
  return {
    rows: describe(shown, tally, costs, sums, catalogue, match, question.group),
    rest: { ...rest.totals(0, microUsd(restCost)), rows: used.length - shown.length },
    total: total.totals(0, totalCost),
  }
}

const keyOf = (catalogue: SeriesCatalogue, group: PairGroup, one: number): string =>
  [catalogue.clusterOf(group, one), ...catalogue.ends(group, one).map(endText)].join('|')

/** In the order of what is shown: namespaces and names first, the rest of the key for equals. */
function byName(used: readonly number[], catalogue: SeriesCatalogue, group: PairGroup): number[] {
  const texts = new Map(
    used.map(one => {
      const ends = catalogue.ends(group, one).flatMap(end => [end.namespace, end.name])
      return [one, [...ends, keyOf(catalogue, group, one)].join('\u0000')]
    }),
  )
  return [...used].sort((a, b) => ((texts.get(a) ?? '') < (texts.get(b) ?? '') ? -1 : 1))
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
  const { of } = catalogue.groups[group]
  const details = new Map<number, Details>()
  for (const one of shown)
    details.set(one, { initiatorZones: new Set(), responderZones: new Set(), via: new Set(), dialled: new Set() })
  for (let row = 0; row < sums.count; row++) {
    const series = sums.series[row] ?? 0
    const found = match !== undefined && match[series] !== 1 ? undefined : details.get(of.values[series] ?? -1)
    if (found !== undefined) note(found, catalogue, series, group)
  }
  return shown.map(one => {
    const [initiator, responder] = catalogue.ends(group, one)
    const seen = details.get(one)
    return {
      key: keyOf(catalogue, group, one),
      cluster: catalogue.clusterOf(group, one),
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
