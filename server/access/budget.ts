/** Keys that are remembered; beyond it the oldest are forgotten, so that a flood of addresses costs no memory. */
const MAX_KEYS = 10_000

interface Left {
  tokens: number
  at: number
}

/** So many at once, and so many a second from then on, for each key. Times are epoch milliseconds. */
export class Budget {
  readonly #burst: number
  readonly #perSecond: number
  readonly #left = new Map<string, Left>()

  constructor(burst: number, perSecond: number) {
    this.#burst = burst
    this.#perSecond = perSecond
  }

  /** Takes one; returns 0, or, with nothing taken, the whole seconds until there is one again. */
  take(key: string, now: number): number {
    const wait = this.wait(key, now)
    if (wait > 0) return wait
    const left = this.#at(key, now)
    // Anew at the end: the map's order is that of the last use.
    this.#left.delete(key)
    this.#left.set(key, { tokens: left - 1, at: now })
    const oldest = this.#left.size > MAX_KEYS ? this.#left.keys().next().value : undefined
    if (oldest !== undefined) this.#left.delete(oldest)
    return 0
  }

  /** Whole seconds until the next can be taken; 0: now. */
  wait(key: string, now: number): number {
    const left = this.#at(key, now)
    return left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / this.#perSecond))
  }

  #at(key: string, now: number): number {
    const { tokens, at } = this.#left.get(key) ?? { tokens: this.#burst, at: now }
    return Math.min(this.#burst, tokens + (Math.max(0, now - at) / 1000) * this.#perSecond)
  }
}
