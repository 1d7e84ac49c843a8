import type { Place, SpoolRecord, WindowMeta } from './spool-records.ts'

/** A window that waits to be sent, and where its batch lies. */
export interface PendingWindow {
  readonly meta: WindowMeta
  readonly segment: number
  readonly batchAt: number
}

/** Where a checkpoint piece lies. */
export interface PiecePlace extends Place {
  readonly segment: number
}

/** What the records of all segments, read in order, come to. In memory: a few hundred bytes per waiting window. */
export class SpoolIndex {
  readonly #pending = new Map<number, PendingWindow>()
  #pieces: PiecePlace[] = []
  #offeredUpTo = 0
  #lastSequence = 0
  #lastEpoch: string | undefined
  #lastWindowTo: number | undefined

  get lastSequence(): number {
    return this.#lastSequence
  }
  get lastEpoch(): string | undefined {
    return this.#lastEpoch
  }
  get lastWindowTo(): number | undefined {
    return this.#lastWindowTo
  }

  /** Oldest first. */
  pending(): readonly PendingWindow[] {
    return [...this.#pending.values()].sort((a, b) => a.meta.sequence - b.meta.sequence)
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  get offeredUpTo(): number {
    return this.#offeredUpTo
  }

  isOffered(window: PendingWindow): boolean {
    return window.meta.offered || window.meta.sequence <= this.#offeredUpTo
  }

  /** The last full piece, and the changes since. */
  get pieces(): readonly PiecePlace[] {
    return this.#pieces
  }

  /** The first segment that a restart still needs for its checkpoint. */
  get firstCheckpointSegment(): number {
    return this.#pieces[0]?.segment ?? Number.POSITIVE_INFINITY
  }

  apply(record: SpoolRecord, segment: number): void {
    switch (record.kind) {
      case 'epoch':
        this.#lastEpoch = record.epoch
        return
      case 'window':
        this.#lastSequence = Math.max(this.#lastSequence, record.meta.sequence)
        this.#lastWindowTo = Math.max(this.#lastWindowTo ?? 0, record.meta.window.to)
        this.put({ meta: record.meta, segment, batchAt: record.batchAt })
        this.#take(record.meta.piece, record.piece, segment)
        return
      case 'offered':
        this.#offeredUpTo = Math.max(this.#offeredUpTo, record.sequence)
        return
      case 'split':
        this.#change(record.sequence, { of: record.of })
        return
      case 'settled': {
        const of = this.#pending.get(record.sequence)?.meta.of ?? 0
        if (record.partsDone >= of) this.#pending.delete(record.sequence)
        else this.#change(record.sequence, { partsDone: record.partsDone })
        return
      }
      case 'broken':
        this.#pieces = []
    }
  }

  /** Adds a window, in place of those it stands for: a crash amid a merge leaves both on disk. */
  put(window: PendingWindow): void {
    for (const other of this.#pending.values()) {
      if (holds(window.meta, other.meta)) this.#pending.delete(other.meta.sequence)
      else if (holds(other.meta, window.meta)) return
    }
    this.#pending.set(window.meta.sequence, window)
  }

  remove(sequence: number): void {
    this.#pending.delete(sequence)
  }

  #change(sequence: number, change: Partial<WindowMeta>): void {
    const window = this.#pending.get(sequence)
    if (window !== undefined) this.#pending.set(sequence, { ...window, meta: { ...window.meta, ...change } })
  }

  #take(kind: WindowMeta['piece'], place: Place, segment: number): void {
    if (kind === 'full') this.#pieces = []
    // Changes without the full piece they rest on are of no use.
    if (kind === 'full' || (kind === 'changes' && this.#pieces.length > 0)) this.#pieces.push({ ...place, segment })
  }
}

const holds = (outer: WindowMeta, inner: WindowMeta): boolean =>
  outer.first <= inner.first && inner.sequence <= outer.sequence
