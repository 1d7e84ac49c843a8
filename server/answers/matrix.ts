import type { Price, ZoneCell, ZonesAnswer } from '@weir/contract/queries.ts'
import { bytes, microUsd } from '@weir/contract/units.ts'
import { apportion, costOf } from '../pricing/cost.ts'
import type { SeriesSums } from '../store/flow-store.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { crossings, gaps } from './places.ts'
import { Tally, WIDTH } from './tally.ts'

interface Cell {
  readonly source: string
  readonly destination: string
  readonly crossing: number
  readonly gap: number
  bytes: number
  wireBytes: number
  billedBytes: number
}

/**
 * The directed matrix: a hop's bytes to the responder run one way, those to the initiator the other. The cells add up to
 * the total, costs included. `always` names zones that are shown even where they are silent.
 */
export function foldMatrix(
  sums: SeriesSums,
  catalogue: SeriesCatalogue,
  match: Uint8Array | undefined,
  price: Price,
  always: Iterable<string> = [],
): Pick<ZonesAnswer, 'zones' | 'cells' | 'total'> {
  const { of, count, example } = catalogue.groups.zone
  const tally = new Tally(count).add(sums, of.values, catalogue, match)
  const cells = new Map<string, Cell>()
  for (let group = 0; group < tally.groups; group++) {
    const series = example.values[group] ?? 0
    const place = (column: Int32Array) => catalogue.placeLabels[column[series] ?? 0] ?? ''
    const [near, far] = [place(catalogue.near.values), place(catalogue.far.values)]
    const kind = { crossing: catalogue.crossing.values[series] ?? 0, gap: catalogue.gap.values[series] ?? -1 }
    const amount = (field: number) => tally.sums[group * WIDTH + field] ?? 0
    addTo(cells, {
      source: near,
      destination: far,
      ...kind,
      bytes: amount(0),
      wireBytes: amount(2),
      billedBytes: tally.billedToResponder(group),
    })
    addTo(cells, {
      source: far,
      destination: near,
      ...kind,
      bytes: amount(1),
      wireBytes: amount(3),
      billedBytes: tally.billedToInitiator(group),
    })
  }
  const used = [...cells.values()].sort((a, b) => order(a.source, b.source) || order(a.destination, b.destination))
  const costs = apportion(
    Float64Array.from(used, cell => cell.billedBytes),
    price,
  )
  const total = tally.total()
  const labels = new Set([...always, ...used.flatMap(cell => [cell.source, cell.destination])])
  return {
    zones: [...labels].sort(order),
    cells: used.map((cell, i) => toAnswer(cell, costs[i] ?? 0)),
    total: total.totals(0, costOf(total.billedBytes(0), price)),
  }
}

function addTo(cells: Map<string, Cell>, cell: Cell): void {
  if (cell.bytes === 0 && cell.wireBytes === 0) return
  const key = [cell.source, cell.destination, cell.crossing, cell.gap].join('\u0000')
  const known = cells.get(key)
  if (known === undefined) cells.set(key, cell)
  else {
    known.bytes += cell.bytes
    known.wireBytes += cell.wireBytes
    known.billedBytes += cell.billedBytes
  }
}

function toAnswer(cell: Cell, cost: number): ZoneCell {
  const why = gaps[cell.gap]
  return {
    source: cell.source,
    destination: cell.destination,
    crossing: crossings[cell.crossing] ?? 'unknown',
    ...(why !== undefined && { why }),
    bytes: bytes(cell.bytes),
    wireBytes: bytes(cell.wireBytes),
    costMicroUsd: microUsd(cost),
  }
}

/** Zones by name, then the internet, then what is not known. */
export function order(a: string, b: string): number {
  const rank = (label: string) => (label.startsWith('unknown: ') ? 2 : label === 'internet' ? 1 : 0)
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0)
}
