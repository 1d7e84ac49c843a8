import { decodeBatch } from '@weir/contract/batch-codec.ts'
import { checkHeader } from '@weir/contract/batch-header.ts'
import { epochMs, minute, startOf } from '@weir/contract/units.ts'
import type { FlowStore, Recovered } from '../store/flow-store.ts'
import type { Agents } from './agents.ts'
import type { Counting } from './counting.ts'
import type { Marks } from './dedupe.ts'
import { inflate } from './inflate.ts'
import { type Arrival, idOf } from './intake.ts'
import type { LineRate } from './line-rate.ts'
import type { Placer } from './place.ts'
import { LATE_MINUTES } from './sealed-minutes.ts'

/**
 * Brings the fold back to where the last commit left it: marks, decisions and balances of sealed minutes, and the
 * batches of those that are not. Returns the catch-ups that still wait for their minutes to be sealed.
 */
export async function recover(
  store: Pick<FlowStore, 'decisions' | 'pendingBatches'>,
  recovered: Recovered,
  into: {
    readonly counting: Counting
    readonly marks: Marks
    readonly agents: Agents
    readonly placer: Placer
    readonly lineRate: LineRate
  },
  log: (line: string) => void,
): Promise<Arrival[]> {
  const { counting, marks, agents, placer, lineRate } = into
  for (const mark of recovered.marks) marks.add(mark)
  const { sealedUntil, promotions, compared } = recovered
  const decisions =
    sealedUntil === null
      ? []
      : await store.decisions({
          from: startOf(minute(Math.max(0, sealedUntil - LATE_MINUTES))),
          to: epochMs(startOf(sealedUntil)),
        })
  counting.restore(sealedUntil, promotions, decisions, compared)
  const waiting: Arrival[] = []
  for await (const pending of store.pendingBatches()) {
    const inflated = inflate(pending.body, pending.encoding)
    const decoded = inflated.ok ? decodeBatch(inflated.body, checkHeader) : inflated
    if (!decoded.ok) {
      log(`a stored batch of ${pending.id.node} cannot be read, its minutes are sealed without it: ${decoded.detail}`)
      continue
    }
    // The window as it was shifted when the batch came, not as the agent wrote it.
    const placed = placer.place(decoded.batch, pending.window)
    if (!placed.isAside) lineRate.took(placed.node, placed.window, placed.card)
    const id = idOf(decoded.batch)
    agents.restoreShift(id.cluster, id.node, decoded.batch.window.from - pending.window.from)
    if (pending.window.kind === 'catch-up') {
      waiting.push({ id, placed, pending, oldestSequence: 1 })
      continue
    }
    counting.refold(placed)
    if (marks.of(id).isComplete(id.sequence) && !lineRate.isDistrusted(placed.node, placed.window))
      counting.watch(placed.node, placed.window)
  }
  return waiting
}
