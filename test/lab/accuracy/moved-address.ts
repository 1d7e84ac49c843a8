import { setTimeout as delay } from 'node:timers/promises'
import { movePod } from '../faults.ts'
import { readTruth, since, type Truth } from '../truth.ts'
import { compare, type Figure } from './compare.ts'
import { MB, orderOf, path } from './paths.ts'
import { inWholeMinutes, type Minutes, type PhaseResult, type Stage } from './phase.ts'

const calls = path(
  'a pod moved with its address',
  'registry-0',
  'pod:recommend-0',
  [{ near: 'registry-0', far: ['recommend-0'] }],
  [],
  { kind: 'connections', requests: 40, seconds: 8, up: 1 * MB, down: 20 * MB },
)
/** In which zone its bytes belong before and after; the caller stays. */
const places = {
  pod: 'recommend-0',
  caller: 'lab-1a',
  from: 'c2',
  before: 'lab-1c',
  to: 'b1',
  after: 'lab-1b',
} as const
/** Agents and server learn of the move from the directory: within its poll, and one push. */
const NEWS_MS = 5000

/**
 * One address, two zones within a minute: bytes before the move belong to the old zone, bytes after it to the new one,
 * although the address is the same and the rows of both arrive in the same batches.
 */
export function movedAddressPhase(stage: Stage, patienceMs: number): Promise<PhaseResult> {
  const { lab, endpoints, weir } = stage
  return inWholeMinutes(stage, patienceMs, async () => {
    const order = orderOf(lab.layout, calls)
    const start = await readTruth(lab)
    await endpoints.do(calls.from, order)
    await delay(1000)
    const before = since(start, await readTruth(lab))
    await movePod(lab, places.pod, places.from, places.to)
    weir.show(new Map([[places.pod, places.to]]))
    await delay(NEWS_MS)
    const moved = await readTruth(lab)
    await endpoints.do(calls.from, order)
    await delay(1000)
    const after = since(moved, await readTruth(lab))
    return minutes => figures(stage, minutes, before, after)
  })
}

async function figures({ lab, weir }: Stage, minutes: Minutes, before: Truth, after: Truth): Promise<Figure[]> {
  const { rows } = await weir.answers.pairByZones(minutes.from, minutes.to, 'registry', 'recommend')
  const figureIn = (zone: string, truth: Truth): Figure =>
    compare(lab.layout, { ...calls, name: `${calls.name}: in ${zone}`, pairs: [[places.caller, zone]] }, truth, rows)
  return [figureIn(places.before, before), figureIn(places.after, after)]
}
