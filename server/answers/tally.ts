import type { Price, Totals } from '@weir/contract/queries.ts'
import type { MicroUsd } from '@weir/contract/units.ts'
import { costOf } from '../pricing/cost.ts'
import type { SeriesSums } from '../store/flow-store.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { crossings } from './places.ts'

/**
 * Sums of one group, side by side in one array: five amounts, billed bytes each way (wire bytes × billed sides), then
 * counted and wire bytes per crossing.
 */
const BILLED_AT = 5
const CROSSING_AT = 7
export const WIDTH = CROSSING_AT + 2 * crossings.length
const CROSS_ZONE_AT = CROSSING_AT + 2 * crossings.indexOf('cross-zone')

/** Sums by group: `WIDTH` numbers for each. */
export class Tally {
  readonly sums: Float64Array
  readonly groups: number

  constructor(groups: number) {
    this.groups = groups
    this.sums = new Float64Array(groups * WIDTH)
  }

  /** Adds every row whose series matches to the group of its series. */
  add(rows: SeriesSums, groupOf: Int32Array, catalogue: SeriesCatalogue, match: Uint8Array | undefined): this {
    const { sums } = this
    const crossing = catalogue.crossing.values
    const sides = catalogue.sides.values
    for (let row = 0; row < rows.count; row++) {
      const series = rows.series[row] ?? 0
      if (match !== undefined && match[series] !== 1) continue
      const at = (groupOf[series] ?? 0) * WIDTH
      const there = rows.bytesToResponder[row] ?? 0
      const back = rows.bytesToInitiator[row] ?? 0
      const wireThere = rows.wireToResponder[row] ?? 0
      const wireBack = rows.wireToInitiator[row] ?? 0
      const split = at + CROSSING_AT + 2 * (crossing[series] ?? 0)
      sums[at] = (sums[at] ?? 0) + there
      sums[at + 1] = (sums[at + 1] ?? 0) + back
      sums[at + 2] = (sums[at + 2] ?? 0) + wireThere
      sums[at + 3] = (sums[at + 3] ?? 0) + wireBack
      sums[at + 4] = (sums[at + 4] ?? 0) + (rows.connections[row] ?? 0)
      const billed = sides[series] ?? 0
      if (billed > 0) {
        sums[at + BILLED_AT] = (sums[at + BILLED_AT] ?? 0) + wireThere * billed
        sums[at + BILLED_AT + 1] = (sums[at + BILLED_AT + 1] ?? 0) + wireBack * billed
      }
      sums[split] = (sums[split] ?? 0) + there + back
      sums[split + 1] = (sums[split + 1] ?? 0) + wireThere + wireBack
    }
    return this
  }

  /** All groups as one. */
  total(): Tally {
    const total = new Tally(1)
    for (let group = 0; group < this.groups; group++) total.addGroup(this, group, 1)
    return total
  }

  /** Adds one group of another tally to this one's only group, or takes it away (-1). */
  addGroup(other: Tally, group: number, sign: 1 | -1): void {
    for (let field = 0; field < WIDTH; field++)
      this.sums[field] = (this.sums[field] ?? 0) + sign * (other.sums[group * WIDTH + field] ?? 0)
  }

  /** Groups with a byte or a connection. */
  used(): number[] {
    const used: number[] = []
    for (let group = 0; group < this.groups; group++) {
      const at = group * WIDTH
      let sum = 0
      for (let field = 0; field < BILLED_AT; field++) sum += this.sums[at + field] ?? 0
      if (sum > 0) used.push(group)
    }
    return used
  }

  /** By group: wire bytes × billed sides, which is what costs. */
  allBilled(): Float64Array {
    return Float64Array.from({ length: this.groups }, (_, group) => this.billedBytes(group))
  }

  billedBytes(group: number): number {
    return this.billedToResponder(group) + this.billedToInitiator(group)
  }

  billedToResponder(group: number): number {
    return this.sums[group * WIDTH + BILLED_AT] ?? 0
  }

  billedToInitiator(group: number): number {
    return this.sums[group * WIDTH + BILLED_AT + 1] ?? 0
  }

  crossZoneBytes(group: number): number {
    return this.sums[group * WIDTH + CROSS_ZONE_AT] ?? 0
  }

  totals(group: number, costMicroUsd: MicroUsd): Totals {
    const at = (field: number) => this.sums[group * WIDTH + field] ?? 0
    const split = (crossing: number) => ({
      bytes: at(CROSSING_AT + 2 * crossing),
      wireBytes: at(CROSSING_AT + 2 * crossing + 1),
    })
    return {
      bytesToResponder: at(0),
      bytesToInitiator: at(1),
      wireToResponder: at(2),
      wireToInitiator: at(3),
      connections: at(4),
      bytes: at(0) + at(1),
      wireBytes: at(2) + at(3),
      byCrossing: {
        'same-zone': split(0),
        'cross-zone': split(1),
        'cross-region': split(2),
        internet: split(3),
        unknown: split(4),
      },
      costMicroUsd,
    }
  }
}

/** Every series in one group: the totals of what matches, of all sums given. */
export function totalsOf(
  sums: readonly SeriesSums[],
  catalogue: SeriesCatalogue,
  match: Uint8Array | undefined,
  price: Price,
): Totals {
  const tally = new Tally(1)
  const groupOf = new Int32Array(catalogue.length)
  for (const rows of sums) tally.add(rows, groupOf, catalogue, match)
  return tally.totals(0, costOf(tally.billedBytes(0), price))
}
