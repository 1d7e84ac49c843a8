import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { SeriesCatalogue } from '../../answers/catalogue.ts'
import { crossings } from '../../answers/places.ts'
import type { StepSums } from '../../store/flow-store.ts'
import type { SeriesId } from '../../store/series.ts'
import type { ShareSteps } from '../service-traffic.ts'

const SAME_ZONE = crossings.indexOf('same-zone')
const CROSS_ZONE = crossings.indexOf('cross-zone')
const UNKNOWN = crossings.indexOf('unknown')

/**
 * Sums by step.
 *
 * @param from begin of the first step.
 * @param isWatched whether a step without any bytes is silence.
 */
export function foldShares(
  sums: readonly StepSums[],
  catalogue: SeriesCatalogue,
  only: ReadonlySet<SeriesId>,
  { from, stepMs, count }: { readonly from: EpochMs; readonly stepMs: number; readonly count: number },
  isWatched: (step: number) => boolean,
): ShareSteps {
  const column = () => new Float64Array(count).fill(Number.NaN)
  const steps = { crossZoneBytes: column(), bytes: column(), unknownBytes: column(), connections: column() }
  const begin = (step: number) => {
    for (const values of Object.values(steps)) values[step] = 0
  }
  for (let step = 0; step < count; step++) if (isWatched(step)) begin(step)
  for (const part of sums) {
    const step = Math.floor((part.at - from) / stepMs)
    if (step < 0 || step >= count) continue
    for (let row = 0; row < part.count; row++) {
      const series = part.series[row] ?? 0
      if (!only.has(series)) continue
      if (Number.isNaN(steps.bytes[step])) begin(step)
      const bytes = (part.bytesToResponder[row] ?? 0) + (part.bytesToInitiator[row] ?? 0)
      const crossing = catalogue.crossing.values[series] ?? UNKNOWN
      add(steps.connections, step, part.connections[row] ?? 0)
      if (crossing === UNKNOWN) add(steps.unknownBytes, step, bytes)
      if (crossing === SAME_ZONE || crossing === CROSS_ZONE) add(steps.bytes, step, bytes)
      if (crossing === CROSS_ZONE) add(steps.crossZoneBytes, step, bytes)
    }
  }
  return { from: epochMs(from), stepMs, ...steps }
}

function add(column: Float64Array, at: number, amount: number): void {
  column[at] = (column[at] ?? 0) + amount
}
