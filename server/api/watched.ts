import type { TimeRange } from '@weir/contract/queries.ts'
import { type EpochMs, epochMs, MINUTE_MS, startOf } from '@weir/contract/units.ts'
import type { Surroundings } from '../answers/provenance.ts'
import type { FlowStore, StepSums } from '../store/flow-store.ts'

/** Above this many node minutes the ledger is not read: a silent step then stays null, as if nobody had watched it. */
const MAX_NODE_MINUTES = 200_000

/**
 * By step: 1 where at least one node was watched. A step that has bytes was. Of the others, sealed minutes tell by their
 * decisions; those not sealed yet were watched as far as an agent has reported.
 */
export async function watchedSteps(
  store: Pick<FlowStore, 'decisions'>,
  range: TimeRange,
  times: readonly EpochMs[],
  stepMs: number,
  sums: readonly StepSums[],
  around: Surroundings,
): Promise<Uint8Array> {
  const watched = new Uint8Array(times.length)
  const first = times[0] ?? 0
  const mark = (at: number) => {
    const step = Math.floor((at - first) / stepMs)
    if (step >= 0 && step < watched.length) watched[step] = 1
  }
  for (const { at, count } of sums) if (count > 0) mark(at)
  const reported = Math.max(0, ...around.agents.map(agent => agent.lastWindowTo))
  for (
    let at = Math.max(range.from, around.sealedUntil ?? reported);
    at < Math.min(reported, range.to);
    at += MINUTE_MS
  )
    mark(at)
  const silent = watched.indexOf(0)
  if (silent < 0) return watched
  const from = Math.max(range.from, first + silent * stepMs)
  const to = Math.min(range.to, first + (watched.lastIndexOf(0) + 1) * stepMs, around.sealedUntil ?? 0)
  if (from >= to || ((to - from) / MINUTE_MS) * Math.max(1, around.agents.length) > MAX_NODE_MINUTES) return watched
  for (const { counted, minute } of await store.decisions({ from: epochMs(from), to: epochMs(to) }))
    if (counted === 'primary') mark(startOf(minute))
  return watched
}
