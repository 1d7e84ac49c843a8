import type { BatchId, Mark } from '../store/flow-store.ts'

/**
 * The batches of one epoch that were taken: everything below `settledBelow` was received or will never come; above it,
 * sequences with the parts received. A batch is taken at most once, however often and in whatever order it is offered.
 */
export class EpochMarks {
  #settledBelow = 1
  /** Sequence → parts received; undefined once all of them were. */
  readonly #above = new Map<number, Set<number> | undefined>()

  get settledBelow(): number {
    return this.#settledBelow
  }

  has({ sequence, part }: BatchId): boolean {
    return this.isComplete(sequence) || this.#above.get(sequence)?.has(part) === true
  }

  /** Whether all parts of the sequence were received (or will never be missed). */
  isComplete(sequence: number): boolean {
    return sequence < this.#settledBelow || (this.#above.has(sequence) && this.#above.get(sequence) === undefined)
  }

  /** Whether this part is the last one missing of its sequence. */
  completes({ sequence, part, of }: BatchId): boolean {
    const parts = this.#above.get(sequence)
    return !this.isComplete(sequence) && parts?.has(part) !== true && (parts?.size ?? 0) + 1 === of
  }

  add(id: BatchId): void {
    if (this.has(id)) return
    if (this.completes(id)) this.#above.set(id.sequence, undefined)
    else this.#above.set(id.sequence, (this.#above.get(id.sequence) ?? new Set()).add(id.part))
    this.#advance()
  }

  /** What lies below `sequence` and was never received will never come. */
  settle(sequence: number): void {
    if (sequence <= this.#settledBelow) return
    this.#settledBelow = sequence
    for (const settled of this.#above.keys()) if (settled < sequence) this.#above.delete(settled)
    this.#advance()
  }

  /** What `settledBelow` will be after `id` was added and everything below `oldest` was settled. */
  settledAfter(id: BatchId, oldest: number): number {
    let below = Math.max(this.#settledBelow, oldest)
    while (this.isComplete(below) || (below === id.sequence && this.completes(id))) below++
    return below
  }

  #advance(): void {
    while (this.#above.has(this.#settledBelow) && this.#above.get(this.#settledBelow) === undefined)
      this.#above.delete(this.#settledBelow++)
  }
}

/** Marks of all epochs. Never pruned: an agent may come back with an old spool. */
export class Marks {
  readonly #epochs = new Map<string, EpochMarks>()
  readonly #nodes = new Map<string, { readonly cluster: string; readonly node: string }>()

  /** The nodes of which any batch was ever taken. */
  nodes(): readonly { readonly cluster: string; readonly node: string }[] {
    return [...this.#nodes.values()]
  }

  of({ cluster, node, epoch }: Pick<BatchId, 'cluster' | 'node' | 'epoch'>): EpochMarks {
    const key = `${cluster}/${node}/${epoch}`
    const known = this.#epochs.get(key)
    if (known !== undefined) return known
    const marks = new EpochMarks()
    this.#epochs.set(key, marks)
    this.#nodes.set(`${cluster}/${node}`, { cluster, node })
    return marks
  }

  add({ id, settledBelow }: Mark): void {
    const epoch = this.of(id)
    epoch.add(id)
    epoch.settle(settledBelow)
  }
}

/** Text of a batch's identity, as `Change.keepPending` wants it. */
export const batchKey = ({ cluster, node, epoch, sequence, part }: BatchId): string =>
  `${cluster}/${node}/${epoch}/${sequence}/${part}`
