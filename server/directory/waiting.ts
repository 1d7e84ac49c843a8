import type { DirectoryUpdate } from '@weir/contract/directory-wire.ts'
import type { Directory } from './directory.ts'

/** An agent that waits for news after its cursor. */
export interface Waiter {
  readonly cluster: string
  readonly node: string
  readonly cursor: string | undefined
  /** Called once: with the news, or undefined when the time was up. */
  readonly answer: (update: DirectoryUpdate | undefined) => void
}

/**
 * Agents that wait, any number of them: one listener on the directory and one timer for all. All are held for the same
 * time, so the one that has waited longest is always the first.
 */
export class Waiting {
  readonly #directory: Directory
  readonly #holdMs: number
  readonly #now: () => number
  readonly #waiters = new Map<Waiter, number>()
  #timer: NodeJS.Timeout | undefined
  #silence: (() => void) | undefined

  constructor(directory: Directory, holdMs: number, now: () => number) {
    this.#directory = directory
    this.#holdMs = holdMs
    this.#now = now
  }

  get count(): number {
    return this.#waiters.size
  }

  /** Answers at once when there is news, else later. Returns how to leave, for an agent that hung up. */
  add(waiter: Waiter): () => void {
    const update = this.#directory.updateFor(waiter.cluster, waiter.node, waiter.cursor)
    if (update !== undefined) {
      waiter.answer(update)
      return () => {}
    }
    this.#waiters.set(waiter, this.#now() + this.#holdMs)
    this.#silence ??= this.#directory.onChange(() => this.#tell())
    this.#timer ??= setTimeout(() => this.#expire(), this.#holdMs)
    return () => this.#leave(waiter)
  }

  /** Answers all with nothing, as at the end of their time. */
  stop(): void {
    for (const waiter of [...this.#waiters.keys()]) this.#answer(waiter, undefined)
  }

  #tell(): void {
    for (const waiter of [...this.#waiters.keys()]) {
      const update = this.#directory.updateFor(waiter.cluster, waiter.node, waiter.cursor)
      if (update !== undefined) this.#answer(waiter, update)
    }
  }

  #expire(): void {
    this.#timer = undefined
    const now = this.#now()
    for (const [waiter, until] of [...this.#waiters]) {
      // A timer may fire a little before its time by the clock that was asked.
      if (until <= now + 1) this.#answer(waiter, undefined)
      else {
        this.#timer = setTimeout(() => this.#expire(), until - now)
        return
      }
    }
  }

  #answer(waiter: Waiter, update: DirectoryUpdate | undefined): void {
    this.#leave(waiter)
    waiter.answer(update)
  }

  #leave(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    if (this.#waiters.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#silence?.()
    this.#silence = undefined
  }
}
