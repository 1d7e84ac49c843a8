import type { SeriesAnswer, SeriesGroup } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import type { StepSums } from '../store/flow-store.ts'
import type { SeriesCatalogue } from './catalogue.ts'
import { Interner } from './columns.ts'
import { type EndIdentity, namespaceEnd, serviceEnd, workloadEnd } from './ends.ts'
import { largest } from './largest.ts'
import { crossings } from './places.ts'

/** Steps of a range: every start, whole multiples of the step since 1970, the first and last may reach beyond the range. */
export function stepsOf(from: number, to: number, stepMs: number): EpochMs[] {
  const first = Math.floor(from / stepMs) * stepMs
  const count = Math.max(0, Math.ceil((to - first) / stepMs))
  return Array.from({ length: count }, (_, i) => epochMs(first + i * stepMs))
}

/**
 * Bytes per step and line, largest line first, what is beyond the limit in one line called "other": in every step the
 * lines add up to all that matches. `watched(step)` tells whether a step without bytes is 0 or null.
 */
export function foldLines(
  sums: StepSums,
  catalogue: SeriesCatalogue,
  match: Uint8Array | undefined,
  question: { readonly by: SeriesGroup; readonly limit: number },
  times: readonly EpochMs[],
  stepMs: number,
  watched: (step: number) => boolean,
): SeriesAnswer['lines'] {
  const names = new Interner()
  const [there, back] = linesOf(catalogue, question.by, names)
  const stepOf = stepOfRows(sums, match, times, stepMs)
  const totals = new Float64Array(names.texts.length)
  for (let row = 0; row < sums.count; row++) {
    if ((stepOf[row] ?? -1) < 0) continue
    const series = sums.series[row] ?? 0
    const [a, b] = [there[series] ?? 0, back[series] ?? 0]
    totals[a] = (totals[a] ?? 0) + (sums.bytesToResponder[row] ?? 0)
    totals[b] = (totals[b] ?? 0) + (sums.bytesToInitiator[row] ?? 0)
  }
  const used = [...totals.keys()].filter(line => (totals[line] ?? 0) > 0)
  const shown = largest(used, line => totals[line] ?? 0, question.limit)
  // A line for each that is shown and one for the rest: 30,000 pairs in 1,000 steps would not fit into memory.
  const steps = times.length
  const lineAt = new Int32Array(names.texts.length).fill(shown.length * steps)
  for (const [slot, line] of shown.entries()) lineAt[line] = slot * steps
  const cells = new Float64Array((shown.length + 1) * steps)
  const seen = new Uint8Array(steps)
  for (let row = 0; row < sums.count; row++) {
    const step = stepOf[row] ?? -1
    if (step < 0) continue
    const series = sums.series[row] ?? 0
    const toResponder = sums.bytesToResponder[row] ?? 0
    const toInitiator = sums.bytesToInitiator[row] ?? 0
    const a = (lineAt[there[series] ?? 0] ?? 0) + step
    cells[a] = (cells[a] ?? 0) + toResponder
    const b = (lineAt[back[series] ?? 0] ?? 0) + step
    cells[b] = (cells[b] ?? 0) + toInitiator
    if (toResponder + toInitiator > 0) seen[step] = 1
  }
  const known = times.map((_, step) => seen[step] === 1 || watched(step))
  const named = [...shown.map(line => names.texts[line] ?? ''), 'other']
  // Without any bytes the line "other" stays: it tells silence (0) from absence (null).
  const count = used.length > shown.length || used.length === 0 ? named.length : shown.length
  return named.slice(0, count).map((name, slot) => ({
    name,
    bytes: known.map((isKnown, step) => (isKnown ? (cells[slot * steps + step] ?? 0) : null)),
  }))
}

/** By row: its step, or -1 where it does not match or lies outside. A month of rows has few steps, each in a long run. */
function stepOfRows(
  { count, series, at }: StepSums,
  match: Uint8Array | undefined,
  times: readonly EpochMs[],
  stepMs: number,
): Int32Array {
  const stepOf = new Int32Array(count)
  const first = times[0] ?? 0
  let [lastAt, lastStep] = [Number.NaN, -1]
  for (let row = 0; row < count; row++) {
    const moment = at[row] ?? 0
    if (moment !== lastAt) {
      const step = Math.floor((moment - first) / stepMs)
      lastStep = step < times.length ? Math.max(step, -1) : -1
      lastAt = moment
    }
    stepOf[row] = match === undefined || match[series[row] ?? 0] === 1 ? lastStep : -1
  }
  return stepOf
}

/** By series id: the line of its bytes to the responder, and of those to the initiator (another one for zones only). */
function linesOf(catalogue: SeriesCatalogue, by: SeriesGroup, names: Interner): readonly [Int32Array, Int32Array] {
  const there = new Int32Array(catalogue.length)
  const back = new Int32Array(catalogue.length)
  const group = by === 'crossing' ? undefined : catalogue.groups[by]
  const known = new Map<number, readonly [number, number]>()
  for (let series = 0; series < catalogue.length; series++) {
    const code = (group === undefined ? catalogue.crossing : group.of).values[series] ?? 0
    let lines = known.get(code)
    if (lines === undefined) {
      const [a, b] = lineNames(catalogue, by, series)
      lines = [names.number(a), names.number(b)]
      known.set(code, lines)
    }
    there[series] = lines[0]
    back[series] = lines[1]
  }
  return [there, back]
}

function lineNames(catalogue: SeriesCatalogue, by: SeriesGroup, series: number): readonly [string, string] {
  const key = catalogue.key(series)
  const place = (column: Int32Array) => catalogue.placeLabels[column[series] ?? 0] ?? ''
  const both = (a: string, b: string): readonly [string, string] => [`${a} → ${b}`, `${a} → ${b}`]
  switch (by) {
    case 'crossing': {
      const name = crossings[catalogue.crossing.values[series] ?? 0] ?? 'unknown'
      return [name, name]
    }
    case 'zone': {
      const [near, far] = [place(catalogue.near.values), place(catalogue.far.values)]
      return [`${near} → ${far}`, `${far} → ${near}`]
    }
    case 'namespace':
      return both(namespaceEnd(workloadEnd(key.initiator)).name, namespaceEnd(serviceEnd(key)).name)
    case 'service':
      return both(endLabel(workloadEnd(key.initiator)), endLabel(serviceEnd(key)))
  }
}

const endLabel = (end: EndIdentity): string => (end.namespace === '' ? end.name : `${end.namespace}/${end.name}`)
