import type { FlowStore, PendingBatch, Recovered } from '../../server/store/flow-store.ts'

/** A store on data of its own, that can be stopped and started again. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: FlowStore
  /** What the last start gave. */
  readonly recovered: Recovered
  /** Stops the store and starts a new one on the same data. */
  restart(): Promise<FlowStore>
}

/** The batches that are pending, bodies copied. */
export async function collect(store: FlowStore): Promise<PendingBatch[]> {
  const batches: PendingBatch[] = []
  for await (const { body, ...batch } of store.pendingBatches()) batches.push({ ...batch, body: new Uint8Array(body) })
  return batches
}
