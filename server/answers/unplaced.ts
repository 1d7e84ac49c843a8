import type { SeriesSums } from '../store/flow-store.ts'
import type { SeriesCatalogue } from './catalogue.ts'

/**
 * Counted bytes with an end that could not be placed, by reason, largest first. Bytes with two such ends are counted
 * once, under the initiator's reason: placed + unplaced = all.
 */
export function unplacedBytes(
  sums: readonly SeriesSums[],
  catalogue: SeriesCatalogue,
  match: Uint8Array | undefined,
): { readonly reason: string; readonly bytes: number }[] {
  const byReason = new Map<number, number>()
  const reasons = catalogue.unplaced.values
  for (const rows of sums)
    for (let row = 0; row < rows.count; row++) {
      const series = rows.series[row] ?? 0
      const reason = reasons[series] ?? -1
      if (reason < 0 || (match !== undefined && match[series] !== 1)) continue
      const bytes = (rows.bytesToResponder[row] ?? 0) + (rows.bytesToInitiator[row] ?? 0)
      byReason.set(reason, (byReason.get(reason) ?? 0) + bytes)
    }
  return [...byReason]
    .map(([reason, bytes]) => ({ reason: catalogue.texts.texts[reason] ?? '', bytes }))
    .sort((a, b) => b.bytes - a.bytes)
}
