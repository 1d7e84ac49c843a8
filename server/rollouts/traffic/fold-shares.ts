import type { EpochMs } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import { crossings } from '../../answers/places.ts'
import type { StepSums } from '../../store/flow-store.ts'
import type { SeriesId } from '../../store/series.ts'
import type { ShareSteps } from '../service-traffic.ts'

const SAME_ZONE = crossings.indexOf('same-zone')
const CROSS_ZONE = crossings.indexOf('cross-zone')
const UNKNOWN = crossings.indexOf('unknown')

/** Which steps are summed: `count` of them from `from` on. */
export interface Steps {
  readonly from: EpochMs
  readonly stepMs: number
  readonly count: number
}

/**
 * Sums of steps that are being added up, group by group. Every group has a value in each step that was watched, and in
 * those where any of its own series has one.
 */
export class ShareSums {
  readonly groups: readonly ShareSteps[]
  readonly #steps: Steps
  readonly #catalogue: SeriesCatalogue

  constructor(groups: number, steps: Steps, catalogue: SeriesCatalogue, isWatched: (step: number) => boolean) {
    const { from, stepMs, count } = steps
    this.#steps = steps
    this.#catalogue = catalogue
    const column = () => Float64Array.from({ length: count }, (_, step) => (isWatched(step) ? 0 : Number.NaN))
    this.groups = Array.from({ length: groups }, () => ({
      ...{ from, stepMs, crossZoneBytes: column(), bytes: column(), unknownBytes: column(), connections: column() },
    }))
  }

  /** Adds every row whose series is in a group. */
  add(sums: readonly StepSums[], groupOf: ReadonlyMap<SeriesId, number>): void {
    const { from, stepMs, count } = this.#steps
    for (const part of sums) {
      const step = Math.floor((part.at - from) / stepMs)
      if (step < 0 || step >= count) continue
      for (let row = 0; row < part.count; row++) {
        const series = part.series[row] ?? 0
        const group = this.groups[groupOf.get(series) ?? -1]
        if (group === undefined) continue
        const bytes = (part.bytesToResponder[row] ?? 0) + (part.bytesToInitiator[row] ?? 0)
        this.#addRow(group, step, this.#catalogue.crossing.values[series] ?? UNKNOWN, bytes, part.connections[row] ?? 0)
      }
    }
  }

  #addRow(group: ShareSteps, step: number, crossing: number, bytes: number, connections: number): void {
    if (Number.isNaN(group.bytes[step]))
      for (const column of [group.crossZoneBytes, group.bytes, group.unknownBytes, group.connections]) column[step] = 0
    add(group.connections, step, connections)
    if (crossing === UNKNOWN) add(group.unknownBytes, step, bytes)
    if (crossing === SAME_ZONE || crossing === CROSS_ZONE) add(group.bytes, step, bytes)
    if (crossing === CROSS_ZONE) add(group.crossZoneBytes, step, bytes)
  }
}

function add(column: Float64Array, at: number, amount: number): void {
  column[at] = (column[at] ?? 0) + amount
}
