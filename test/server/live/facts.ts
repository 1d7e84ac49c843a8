import { windowOf } from '@weir/contract/batch-codec.ts'
import type { CountedBatch } from '../../../server/ingest/feed.ts'
import type { FactColumns } from '../../../server/store/flow-store.ts'

/** 2026-11-21T10:00Z, a whole minute. */
export const T = Date.UTC(2026, 10, 21, 10)
export const SECOND = 1_000

/** One amount per series; wire bytes are 10 more, connections 1. */
export function facts(minute: number, amounts: { readonly [series: number]: number }): FactColumns {
  const entries = Object.entries(amounts)
  const column = (of: (amount: number) => number) => Float64Array.from(entries, ([, amount]) => of(amount))
  return {
    count: entries.length,
    minute: Int32Array.from(entries, () => minute / 60_000),
    series: Int32Array.from(entries, ([series]) => Number(series)),
    bytesToResponder: column(amount => amount),
    bytesToInitiator: column(() => 0),
    wireToResponder: column(amount => amount + 10),
    wireToInitiator: column(() => 0),
    connections: column(() => 1),
  }
}

/** A window of a node that ends at T + `to` seconds and begins `length` seconds before. */
export function counted(
  node: string,
  to: number,
  amounts: { readonly [series: number]: number },
  length = 10,
  kind: 'live' | 'catch-up' = 'live',
): Pick<CountedBatch, 'cluster' | 'node' | 'window' | 'facts'> {
  const end = T + to * SECOND
  const window = windowOf(end - length * SECOND, end, kind)
  return { cluster: 'main', node, window, facts: facts(Math.floor((end - 1) / 60_000) * 60_000, amounts) }
}
