import { type Minute, minute, startOf } from '@weir/contract/units.ts'
import type { FlowStore } from '../../store/flow-store.ts'
import type { ClusterNumbers } from '../numbers.ts'
import type { History } from './count.ts'
import type { PlacedRow } from './placed.ts'

/** Minutes that leave the memory between asking the store and counting: an hour is far more than a commit takes. */
export const AHEAD_MINUTES = 60
/** Rows whose minutes lie within this are asked for at once. */
const SPAN_MINUTES = 180

/** What the store knows of those of the rows' minutes that have left the memory, or soon will. */
export async function historyOf(
  store: Pick<FlowStore, 'decisions' | 'decisionsFrom'>,
  rows: readonly PlacedRow[],
  nodes: ClusterNumbers,
  known: { readonly rememberedFrom: number; readonly watchedFrom: Minute | null },
): Promise<History> {
  const { rememberedFrom, watchedFrom } = known
  const isPast = (at: number) => at < rememberedFrom + AHEAD_MINUTES && watchedFrom !== null && at >= watchedFrom
  const past = [...new Set(rows.map(row => row.minute).filter(isPast))].sort((a, b) => a - b)
  const lines = new Map<Minute, Set<number>>()
  for (const some of spansOf(past)) {
    const range = { from: startOf(some.from), to: startOf(minute(some.to + 1)) }
    for (const { minute: at, cluster, node } of await store.decisions(range))
      lines.set(at, (lines.get(at) ?? new Set()).add(nodes.of(cluster, node)))
  }
  return {
    watchedFrom,
    decidedFrom: store.decisionsFrom(),
    hasLine: (at, node) => lines.get(at)?.has(node) === true,
    hasLines: at => lines.has(at),
  }
}

/** Minutes in ascending order as few ranges, both ends included. */
function spansOf(minutes: readonly Minute[]): { readonly from: Minute; readonly to: Minute }[] {
  const spans: { from: Minute; to: Minute }[] = []
  for (const at of minutes) {
    const last = spans.at(-1)
    if (last !== undefined && at < last.from + SPAN_MINUTES) last.to = at
    else spans.push({ from: at, to: at })
  }
  return spans
}
