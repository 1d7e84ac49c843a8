import type { AgentUpdate } from './agent-update.ts'
import type { Directory } from './directory.ts'

/** An agent that waits for news after its cursor. */
export interface Waiter {
  readonly cluster: string
  readonly node: string
  readonly cursor: string | undefined
  /** Called once: with the news, or undefined when the time was up. */
  readonly answer: (update: AgentUpdate | undefined) => void
}

/**
 * A node or Service that changes, or a restart of the server, is news to all agents at once. They are answered in turns,
 * so that batches are taken in between: so many a turn for whom only that is news, and for whom it is its own pods'.
 */
const TURN_MS = 10
const SHARED_PER_TURN = 5
const OWN_PER_TURN = 20

/**
 * Agents that wait, any number of them: one listener on the directory and one timer for all. All are held for the same
 * time, so the one that has waited longest is always the first.
 */
export class Waiting {
  readonly #directory: Directory
  readonly #holdMs: number
  readonly #now: () => number
  readonly #waiters = new Map<Waiter, number>()
  /** Those of the waiters that have news. */
  readonly #shared = new Set<Waiter>()
  readonly #own = new Set<Waiter>()
  #timer: NodeJS.Timeout | undefined
  #turn: NodeJS.Timeout | undefined
  /** How many this turn may still answer. */
  #left = { own: OWN_PER_TURN, shared: SHARED_PER_TURN }
  #silence: (() => void) | undefined

  constructor(directory: Directory, holdMs: number, now: () => number) {
    this.#directory = directory
    this.#holdMs = holdMs
    this.#now = now
  }

  get count(): number {
    return this.#waiters.size
  }

  /** Answers when there is news: at once, unless many have. Returns how to leave, for an agent that hung up. */
  add(waiter: Waiter): () => void {
    this.#waiters.set(waiter, this.#now() + this.#holdMs)
    this.#silence ??= this.#directory.onChange(() => this.#tell())
    this.#timer ??= setTimeout(() => this.#expire(), this.#holdMs)
    this.#look(waiter)
    this.#takeTurn()
    return () => this.#leave(waiter)
  }

  /** Answers all with nothing, as at the end of their time. */
  stop(): void {
    for (const waiter of [...this.#waiters.keys()]) this.#answer(waiter, undefined)
  }

  #tell(): void {
    for (const waiter of this.#waiters.keys()) this.#look(waiter)
    this.#takeTurn()
  }

  #look(waiter: Waiter): void {
    const news = this.#directory.newsFor(waiter.cluster, waiter.node, waiter.cursor)
    if (news === 'own') {
      this.#shared.delete(waiter)
      this.#own.add(waiter)
    } else if (news === 'shared') this.#shared.add(waiter)
  }

  /** Answers as many as this turn still allows; the next turn begins a moment after the first answer of this one. */
  #takeTurn(): void {
    for (const [waiters, left] of [
      [this.#own, this.#left.own],
      [this.#shared, this.#left.shared],
    ] as const)
      for (const waiter of [...waiters.values().take(left)]) {
        if (waiters === this.#own) this.#left.own--
        else this.#left.shared--
        this.#serve(waiter)
      }
    const isUntouched = this.#left.own === OWN_PER_TURN && this.#left.shared === SHARED_PER_TURN
    if (isUntouched || this.#turn !== undefined) return
    this.#turn = setTimeout(() => {
      this.#turn = undefined
      this.#left = { own: OWN_PER_TURN, shared: SHARED_PER_TURN }
      this.#takeTurn()
    }, TURN_MS).unref()
  }

  #serve(waiter: Waiter): void {
    const { cluster, node, cursor } = waiter
    this.#answer(waiter, this.#directory.updateFor(cluster, node, cursor))
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

  #answer(waiter: Waiter, update: AgentUpdate | undefined): void {
    this.#leave(waiter)
    waiter.answer(update)
  }

  #leave(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    this.#own.delete(waiter)
    this.#shared.delete(waiter)
    if (this.#waiters.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#silence?.()
    this.#silence = undefined
  }
}
