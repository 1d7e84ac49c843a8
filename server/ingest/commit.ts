import type { Minute } from '@weir/contract/units.ts'
import type { Change, FlowStore } from '../store/flow-store.ts'

/** What a step wants committed, and what it does in memory once that is durable. */
export interface Computed {
  readonly change: Change
  /** Later steps must not be computed before this one has been applied. */
  readonly isLast: boolean
  readonly rows: number
  apply(): void
}

/** One thing to be done in order. `compute` runs when all steps before it are computed; undefined: nothing to do. */
export interface Step {
  /** It must be computed only when everything before it was applied, and committed alone. */
  readonly alone: boolean
  compute(): Computed | undefined
}

interface Waiting {
  readonly step: Step
  resolve(): void
  reject(error: unknown): void
}

/** A commit holds at most this many rows: more would keep the agents of the first waiting. */
const MAX_ROWS = 200_000

/**
 * The one road into the store: steps are computed, committed and applied strictly in order. Whatever arrives while a
 * commit is under way goes into the next one together, so that one fsync serves many batches. Memory changes only after
 * its commit is durable: a commit that fails leaves nothing to roll back.
 */
export class CommitQueue {
  readonly #store: Pick<FlowStore, 'commit'>
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined

  constructor(store: Pick<FlowStore, 'commit'>) {
    this.#store = store
  }

  /** Resolves when the step is durable and applied. Rejects with the store's error, or what `compute` threw. */
  run(step: Step): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ step, resolve, reject })
    // Begins in a microtask, so that all that came with one turn of the event loop is committed together.
    this.#running ??= Promise.resolve().then(() => this.#drain())
    return promise
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#computeGroup()
      if (group.length === 0) continue
      try {
        await this.#store.commit(merge(group.map(({ computed }) => computed.change)))
        for (const { computed } of group) computed.apply()
        for (const { waiting } of group) waiting.resolve()
      } catch (error) {
        for (const { waiting } of group) waiting.reject(error)
      }
    }
    this.#running = undefined
  }

  /** Takes steps from the front for as long as they can share a commit. */
  #computeGroup(): { waiting: Waiting; computed: Computed }[] {
    const group: { waiting: Waiting; computed: Computed }[] = []
    let rows = 0
    while (rows < MAX_ROWS) {
      const [next] = this.#waiting
      if (next === undefined || (next.step.alone && group.length > 0)) break
      this.#waiting.shift()
      try {
        const computed = next.step.compute()
        if (computed === undefined) {
          next.resolve()
          continue
        }
        group.push({ waiting: next, computed })
        rows += computed.rows
        if (computed.isLast || next.step.alone) break
      } catch (error) {
        next.reject(error)
      }
    }
    return group
  }
}

const oldest = (minutes: readonly Minute[]): { readonly watchedFrom?: Minute } =>
  minutes.length === 0 ? {} : { watchedFrom: minutes.reduce((least, one) => (one < least ? one : least)) }

function merge(changes: readonly Change[]): Change {
  const [only] = changes
  if (only !== undefined && changes.length === 1) return only
  // A step that seals runs alone: here is none.
  return {
    facts: changes.flatMap(change => change.facts),
    batches: changes.flatMap(change => change.batches),
    marks: changes.flatMap(change => change.marks),
    decisions: changes.flatMap(change => change.decisions),
    promotions: changes.flatMap(change => change.promotions),
    compared: changes.flatMap(change => change.compared ?? []),
    objects: changes.flatMap(change => change.objects ?? []),
    audit: changes.flatMap(change => change.audit ?? []),
    claims: changes.flatMap(change => change.claims ?? []),
    ...oldest(changes.flatMap(change => change.watchedFrom ?? [])),
  }
}
