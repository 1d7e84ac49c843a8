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
  const lineOf = linesOf(catalogue, question.by, names)
  const matching: Matching = { sums, match, lineOf, firstStep: times[0] ?? 0, stepMs, steps: times.length }
  const totals = new Float64Array(names.texts.length)
  eachAmount(matching, (line, _, bytes) => {
    totals[line] = (totals[line] ?? 0) + bytes
  })
  const used = [...totals.keys()].filter(line => (totals[line] ?? 0) > 0)
  const shown = largest(used, line => totals[line] ?? 0, question.limit)
  // A line for each that is shown and one for the rest: 30,000 pairs in 1,000 steps would not fit into memory.
  const slots = new Int32Array(names.texts.length).fill(shown.length)
  for (const [slot, line] of shown.entries()) slots[line] = slot
  const lines = Array.from({ length: shown.length + 1 }, () => new Float64Array(times.length))
  const seen = new Uint8Array(times.length)
  eachAmount(matching, (line, step, bytes) => {
    const into = lines[slots[line] ?? shown.length]
    if (into !== undefined) into[step] = (into[step] ?? 0) + bytes
    if (bytes > 0) seen[step] = 1
  })
  const known = times.map((_, step) => seen[step] === 1 || watched(step))
  const named = [...shown.map(line => names.texts[line] ?? ''), 'other']
  // Without any bytes the line "other" stays: it tells silence (0) from absence (null).
  const count = used.length > shown.length || used.length === 0 ? lines.length : shown.length
  return lines.slice(0, count).map((bytes, i) => ({
    name: named[i] ?? '',
    bytes: Array.from(bytes, (amount, step) => (known[step] === true ? amount : null)),
  }))
}

interface Matching {
  readonly sums: StepSums
  readonly match: Uint8Array | undefined
  readonly lineOf: readonly [there: Int32Array, back: Int32Array]
  readonly firstStep: number
  readonly stepMs: number
  readonly steps: number
}

function eachAmount(matching: Matching, use: (line: number, step: number, bytes: number) => void): void {
  const { sums, match, lineOf, firstStep, stepMs, steps } = matching
  for (let row = 0; row < sums.count; row++) {
    const series = sums.series[row] ?? 0
    const step = Math.floor(((sums.at[row] ?? 0) - firstStep) / stepMs)
    if ((match !== undefined && match[series] !== 1) || step < 0 || step >= steps) continue
    use(lineOf[0][series] ?? 0, step, sums.bytesToResponder[row] ?? 0)
    use(lineOf[1][series] ?? 0, step, sums.bytesToInitiator[row] ?? 0)
  }
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
