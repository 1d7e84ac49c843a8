/** One copy of each value that many have alike: each copy would be marked anew at every collection. */
export class Alike<T> {
  readonly #most: number
  readonly #known = new Map<string, T>()

  /** @param most so many are remembered; then all are forgotten, and those in use are soon found again */
  constructor(most: number) {
    this.#most = most
  }

  /** The equal value that came first. */
  of(value: T): T {
    const key = typeof value === 'string' ? value : JSON.stringify(value)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#known.size >= this.#most) this.#known.clear()
    this.#known.set(key, value)
    return value
  }
}
