import type { FactRow } from './memory-store.ts'

/** Sums per hop and way, as text that says whose: "app-a1 app-b1 0" → bytes. Hops of nothing are left out. */
export function hopTotals(facts: readonly Omit<FactRow, 'minute'>[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const { series, bytesToResponder, bytesToInitiator } of facts) {
    addHop(totals, series.initiator.name, series.responder.name, [bytesToResponder, bytesToInitiator])
  }
  return totals
}

export function addHop(totals: Map<string, number>, near: string, far: string, bytes: readonly [number, number]): void {
  for (const way of [0, 1] as const) {
    if (bytes[way] === 0) continue
    const key = `${near} ${far} ${way}`
    totals.set(key, (totals.get(key) ?? 0) + bytes[way])
  }
}
