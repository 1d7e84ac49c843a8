import type { Lease, LeaseRequest, ReaderReport } from '@weir/contract/flow-log-wire.ts'

/** A holder that does not renew for this long has lost the lease, ms. */
export const LEASE_MS = 60_000

/** A reader that holds the lease, or held it last. */
export interface Holder {
  readonly cluster: string
  readonly reader: string
  readonly report: ReaderReport
  /** When it was last heard, epoch ms. */
  readonly heardAt: number
}

/**
 * Who reads flow logs: one reader at a time. It is not kept: after a restart anybody may take the lease, because what
 * was committed of an object, not the lease, keeps it from being counted twice.
 */
export class Leases {
  readonly #newId: () => string
  #holder: (Holder & { readonly lease: string; readonly until: number }) | undefined

  /** @param newId makes a lease's id: 1 to 64 of A-Z a-z 0-9 -. */
  constructor(newId: () => string) {
    this.#newId = newId
  }

  /** The holder, and whoever was it last. */
  get last(): Holder | undefined {
    return this.#holder
  }

  /** Gives the lease, or renews it; else how long it is held by another still, ms. */
  take({ cluster, reader, report, takesOver }: LeaseRequest, now: number): Lease | { readonly heldForMs: number } {
    const holder = this.#holder
    const isHeld = holder !== undefined && holder.until > now
    const isOwn = isHeld && holder.reader === reader
    // Counting once does not rest on the lease: a tail that is at work just then is told at its next batch.
    const givesWay = takesOver === true && report.mode === 'import' && holder?.report.mode === 'tail'
    if (isHeld && !isOwn && !givesWay) return { heldForMs: holder.until - now }
    const lease = isOwn ? holder.lease : this.#newId()
    this.#holder = { cluster, reader, report, heardAt: now, lease, until: now + LEASE_MS }
    return { lease, expiresInMs: LEASE_MS }
  }

  isHeld(lease: string, now: number): boolean {
    return this.#holder?.lease === lease && this.#holder.until > now
  }
}
