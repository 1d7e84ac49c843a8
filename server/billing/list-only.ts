import type { BillBook } from './bill-book.ts'
import type { Rate } from './day-costs.ts'

/** Without a bill: everything is estimated at one price per GB and side. */
export function listOnly(price: { readonly usdPerGb: number; readonly source: string }): BillBook {
  const rate: Rate = { nanoGb: 1_000_000_000n, microUsd: BigInt(Math.round(price.usdPerGb * 1e6)) }
  return {
    read: () => ({ bills: new Map(), apart: new Map() }),
    source: () => 'no bill is read',
    list: () => ({ rates: { 'inter-zone': rate, peering: rate }, usdPerGb: price.usdPerGb, source: price.source }),
    calls: () => 0,
  }
}
