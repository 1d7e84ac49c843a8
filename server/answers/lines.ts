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
  sums: readonly StepSums[],
  catalogue: SeriesCatalogue,
  match: Uint8Array | undefined,
  question: { readonly by: SeriesGroup; readonly limit: number },
  times: readonly EpochMs[],
  stepMs: number,
  watched: (step: number) => boolean,
): SeriesAnswer['lines'] {
  const names = new Interner()
  const lines = linesOf(catalogue, question.by, names)
  const [count, steps] = [names.texts.length, times.length]
  const matching: Matching = { sums, match, lines, firstStep: times[0] ?? 0, stepMs, steps }
  // A cell for each line and step where they fit, in one pass; else the totals tell first which lines are shown:
  // 30,000 pairs in 1,000 steps would not fit into memory.
  const all = count * steps <= MOST_CELLS ? addRows(matching, placesOf(count, steps), 1, count * steps) : undefined
  const totals = all === undefined ? addRows(matching, placesOf(count, 1), 0, count) : totalsOf(all, count, steps)
  const used = [...totals.keys()].filter(line => (totals[line] ?? 0) > 0)
  const shown = largest(used, line => totals[line] ?? 0, question.limit)
  // What is not shown is one line after those that are.
  const places = new Int32Array(count).fill(shown.length * steps)
  for (const [slot, line] of shown.entries()) places[line] = slot * steps
  const size = (shown.length + 1) * steps
  const cells = all === undefined ? addRows(matching, places, 1, size) : gather(all, places, steps, size)
  const named = [...shown.map(line => names.texts[line] ?? ''), 'other']
  const known = times.map((_, step) => named.some((_, slot) => (cells[slot * steps + step] ?? 0) > 0) || watched(step))
  // Without any bytes the line "other" stays: it tells silence (0) from absence (null).
  const told = used.length > shown.length || used.length === 0 ? named.length : shown.length
  return named.slice(0, told).map((name, slot) => ({
    name,
    bytes: known.map((isKnown, step) => (isKnown ? (cells[slot * steps + step] ?? 0) : null)),
  }))
}

/** 8 MB of sums. */
const MOST_CELLS = 2 ** 20

interface Matching {
  readonly sums: readonly StepSums[]
  readonly match: Uint8Array | undefined
  /** By series id: the line of its bytes to the responder, and of those to the initiator. */
  readonly lines: readonly [there: Int32Array, back: Int32Array]
  readonly firstStep: number
  readonly stepMs: number
  readonly steps: number
}

/** Bytes by cell: that of a line and step is `places[line] + stride * step`. */
function addRows(matching: Matching, places: Int32Array, stride: 0 | 1, size: number): Float64Array {
  const { sums, match, lines, firstStep, stepMs, steps } = matching
  const [there, back] = lines
  const cells = new Float64Array(size)
  for (const { at, count, series, bytesToResponder, bytesToInitiator } of sums) {
    const step = Math.floor((at - firstStep) / stepMs)
    if (step < 0 || step >= steps) continue
    for (let row = 0; row < count; row++) {
      const id = series[row] ?? 0
      if (match !== undefined && match[id] !== 1) continue
      const toResponder = (places[there[id] ?? 0] ?? 0) + stride * step
      cells[toResponder] = (cells[toResponder] ?? 0) + (bytesToResponder[row] ?? 0)
      const toInitiator = (places[back[id] ?? 0] ?? 0) + stride * step
      cells[toInitiator] = (cells[toInitiator] ?? 0) + (bytesToInitiator[row] ?? 0)
    }
  }
  return cells
}

const placesOf = (lines: number, each: number): Int32Array => Int32Array.from({ length: lines }, (_, i) => i * each)

function totalsOf(cells: Float64Array, lines: number, steps: number): Float64Array {
  const totals = new Float64Array(lines)
  for (let line = 0; line < lines; line++)
    for (let step = 0; step < steps; step++) totals[line] = (totals[line] ?? 0) + (cells[line * steps + step] ?? 0)
  return totals
}

/** The cells of every line added to those at its place. */
function gather(all: Float64Array, places: Int32Array, steps: number, size: number): Float64Array {
  const cells = new Float64Array(size)
  for (const [line, place] of places.entries())
    for (let step = 0; step < steps; step++)
      cells[place + step] = (cells[place + step] ?? 0) + (all[line * steps + step] ?? 0)
  return cells
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
