import { setTimeout as delay } from 'node:timers/promises'
import type { Amounts, PairsAnswer } from '@weir/contract/queries.ts'
import { MINUTE_MS } from '@weir/contract/units.ts'
import type { Lab } from '../lab.ts'
import type { Endpoints } from '../traffic/endpoints.ts'
import { readTruth, since, type Truth } from '../truth.ts'
import type { Weir } from '../weir/weir.ts'
import { compare, conservation, type Figure, figure } from './compare.ts'
import { orderOf, type Path } from './paths.ts'

export interface Stage {
  readonly lab: Lab
  readonly endpoints: Endpoints
  readonly weir: Weir
}

/** Traffic on one path, and what happens to Weir or to the path meanwhile. */
export interface Scenario {
  readonly path: Path
  readonly meanwhile?: (stage: Stage) => Promise<void>
}

export interface PhaseResult {
  readonly figures: readonly Figure[]
  /** Sums that do not agree, in sentences. */
  readonly unequal: readonly string[]
  readonly oversizeFrames: number
  readonly from: number
  readonly to: number
}

/** Bytes move from one minute to the next only by what is under way at the cut: none, this long after the last request. */
const SETTLE_MS = 1500

/**
 * Runs scenarios side by side in whole minutes that hold nothing else, waits until these minutes are decided, and holds
 * what Weir then says of each path against what crossed the middle link.
 */
export async function runPhase(stage: Stage, scenarios: readonly Scenario[], patienceMs: number): Promise<PhaseResult> {
  const { lab, endpoints } = stage
  const work = scenarios.flatMap(({ path, meanwhile }) => [
    () => endpoints.do(path.from, orderOf(lab.layout, path)),
    () => meanwhile?.(stage) ?? Promise.resolve(),
  ])
  return inWholeMinutes(stage, patienceMs, async () => {
    await Promise.all(work.map(start => start()))
    return ({ truth, pairs }) => scenarios.map(({ path }) => compare(lab.layout, path, truth, pairs.rows))
  })
}

/** What Weir and the wire say of the same minutes. */
export interface Minutes {
  readonly from: number
  readonly to: number
  readonly truth: Truth
  readonly pairs: PairsAnswer
}

/** @param work makes traffic, and returns how its figures come out of the minutes it was in, once these are decided. */
export async function inWholeMinutes(
  { lab, weir }: Stage,
  patienceMs: number,
  work: () => Promise<(minutes: Minutes) => Figure[] | Promise<Figure[]>>,
): Promise<PhaseResult> {
  const from = nextMinute()
  await delay(from - Date.now() + 500)
  const before = await readTruth(lab)
  const figuresOf = await work()
  const to = nextMinute(Date.now() + SETTLE_MS)
  await weir.answers.sealed(to, to - Date.now() + patienceMs)
  const truth = since(before, await readTruth(lab))
  const pairs = await weir.answers.pairs(from, to)
  const zones = await weir.answers.zones(from, to)
  const figures = await figuresOf({ from, to, truth, pairs })
  return {
    figures: [...figures, everything(truth, pairs.total)],
    unequal: conservation(pairs, zones),
    oversizeFrames: truth.oversizeFrames,
    from,
    to,
  }
}

/** Everything that crossed the switch against everything Weir counted: what is in no path would show here. */
function everything(truth: Truth, total: Amounts): Figure {
  const wire = truth.counts.reduce((sum, c) => sum + c.bytes, 0)
  return figure('everything on the switch', { up: wire, down: 0 }, [total])
}

/** The minute that begins after `at`. */
const nextMinute = (at = Date.now()): number => Math.ceil(at / MINUTE_MS) * MINUTE_MS
