import { createHash } from 'node:crypto'
import { type Denial, type Identity, unverified } from './authenticate.ts'

type Found = Identity | Denial

/** How long an answer is believed: a pod that was deleted is shut out after this, however long its token would live. */
const ACCEPTED_MS = 60_000
/** How long a bad token is refused without asking again. */
const REFUSED_MS = 10_000
/** Answers kept of each kind: 5,000 agents, and a token more of each while it is rotated. */
const MOST = 20_000
/** Checks (calls to the API server, signatures) at once, and requests that wait for theirs: all agents come together. */
const AT_ONCE = 32
const MOST_WAITING = 10_000

interface Kept {
  readonly found: Found
  readonly until: number
}

/** What was found of tokens, by their digest: the tokens themselves are never kept. */
export class TokenCache {
  readonly #now: () => number
  // Apart, so that a flood of bad tokens cannot push the good ones out.
  readonly #accepted = new Map<string, Kept>()
  readonly #refused = new Map<string, Kept>()
  readonly #underWay = new Map<string, Promise<Found>>()
  readonly #waiting: (() => void)[] = []
  #calls = 0

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * What is known of the token, else what `check` finds; requests with the same token share one call. What could not be
   * checked is not kept.
   * @param expiresAt epoch ms; no answer outlives the token
   */
  async get(token: string, expiresAt: number, check: () => Promise<Found>): Promise<Found> {
    const key = createHash('sha256').update(token).digest('base64')
    const kept = this.#accepted.get(key) ?? this.#refused.get(key)
    if (kept !== undefined && kept.until > this.#now()) return kept.found
    const underWay = this.#underWay.get(key)
    if (underWay !== undefined) return underWay
    if (this.#waiting.length >= MOST_WAITING) return unverified('too many credentials are being checked', 2)
    const answer = this.#ask(key, expiresAt, check).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, answer)
    return answer
  }

  async #ask(key: string, expiresAt: number, check: () => Promise<Found>): Promise<Found> {
    if (this.#calls >= AT_ONCE) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#calls++
    let found: Found
    try {
      found = await check()
    } finally {
      const next = this.#waiting.shift()
      // The place is handed on, so that nobody who comes meanwhile can take it too.
      if (next === undefined) this.#calls--
      else next()
    }
    this.#accepted.delete(key)
    this.#refused.delete(key)
    const now = this.#now()
    if ('identity' in found) keep(this.#accepted, key, { found, until: Math.min(now + ACCEPTED_MS, expiresAt) })
    else if (found.code === 'unauthorised') keep(this.#refused, key, { found, until: now + REFUSED_MS })
    return found
  }
}

function keep(into: Map<string, Kept>, key: string, kept: Kept): void {
  into.set(key, kept)
  if (into.size <= MOST) return
  const [oldest] = into.keys()
  if (oldest !== undefined) into.delete(oldest)
}
