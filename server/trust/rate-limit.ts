/** So many at once, and so many a second in the long run. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

interface Bucket {
  tokens: number
  at: number
}

/** Token buckets by key. Bounded: the buckets that were used least lately go first, and begin full again. */
export class RateLimit {
  readonly #rate: Rate
  readonly #now: () => number
  readonly #most: number
  readonly #buckets = new Map<string, Bucket>()

  /** @param now ms */
  constructor(rate: Rate, now: () => number, most = 20_000) {
    this.#rate = rate
    this.#now = now
    this.#most = most
  }

  /** Takes one; 0 when there was one, else whole seconds until there will be. */
  take(key: string): number {
    const now = this.#now()
    const { burst, perSecond } = this.#rate
    const known = this.#buckets.get(key)
    // A clock that was set back gives nothing and takes nothing.
    const gained = known === undefined ? 0 : (Math.max(0, now - known.at) / 1000) * perSecond
    const bucket = { tokens: known === undefined ? burst : Math.min(burst, known.tokens + gained), at: now }
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > this.#most) this.#dropOldest()
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perSecond)
    bucket.tokens--
    return 0
  }

  #dropOldest(): void {
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
