import { createHash, timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '@weir/contract/units.ts'
import { Budget } from './budget.ts'
import type { Rights } from './rights.ts'
import type { Refusal, Viewer } from './rules.ts'
import type { Sessions } from './sessions.ts'
import { bearerOf, type ProxyAddresses, type Visit } from './visit.ts'
import type { WhoIs } from './who-is.ts'

/** Shorter ones can be guessed; `openssl rand -hex 24` makes 48. */
const MIN_LENGTH = 16
/** Who gives a token without a name. */
const UNNAMED = 'token'

interface Known {
  readonly name: string
  readonly digest: Buffer
  readonly basis: string
}

/**
 * Tokens that read, and mark rollouts, as `Authorization: Bearer` or through the sign-in form, which turns one into a session. A session
 * rests on its token: without the token it is over.
 */
export class TokenAccess {
  readonly #known: readonly Known[]
  readonly #rights: Rights
  readonly #sessions: Sessions
  readonly #proxies: ProxyAddresses
  /** Wrong tokens per address: ten, then one every 6 s. */
  readonly #mistakes = new Budget(10, 1 / 6)

  /**
   * `tokens`: each `secret`, or `name:secret` to give it rights of its own.
   * @throws Error that says which is wrong, by its place, never by what it is.
   */
  constructor(tokens: readonly string[], rights: Rights, sessions: Sessions, proxies: ProxyAddresses) {
    if (tokens.length === 0) throw new Error('there is no token in the dashboard token file')
    this.#known = tokens.map((token, i) => {
      const at = token.indexOf(':')
      const secret = token.slice(at + 1)
      if (secret.length < MIN_LENGTH)
        throw new Error(
          `dashboard token ${i + 1} is shorter than ${MIN_LENGTH} characters: openssl rand -hex 24 makes one`,
        )
      return { name: at > 0 ? token.slice(0, at) : UNNAMED, digest: digest(secret), basis: sessions.basisOf(secret) }
    })
    this.#rights = rights
    this.#sessions = sessions
    this.#proxies = proxies
  }

  readonly whoIs: WhoIs = (visit, now) => {
    const bearer = bearerOf(visit)
    if (bearer !== undefined) return this.check(bearer, visit, now)
    const session = this.#sessions.of(visit, now)
    if (session === undefined)
      return { code: 'unauthenticated', detail: 'sign in, or send the header "Authorization: Bearer <token>"' }
    const known = this.#known.find(({ basis }) => basis === session.basis)
    if (known === undefined) return { code: 'unauthenticated', detail: 'the token of this session is no longer valid' }
    return this.#viewer(known.name, { id: session.id, expiresAt: session.expiresAt })
  }

  /** Who a token belongs to. Wrong ones are limited by address, and while they are, right ones are not told from them. */
  check(token: string, visit: Visit, now: EpochMs): Viewer | Refusal {
    const address = this.#proxies.clientOf(visit)
    const wait = this.#mistakes.wait(address, now)
    if (wait > 0)
      return { code: 'too many', detail: `too many wrong tokens: try again in ${wait} s`, retryAfterS: wait }
    const known = this.#knownBy(token)
    if (known !== undefined) return this.#viewer(known.name)
    this.#mistakes.take(address, now)
    return { code: 'unauthenticated', detail: 'this token is not valid here' }
  }

  /** The Set-Cookie header of a session for the owner of a token that `check` has accepted. */
  begin(token: string, https: boolean, now: EpochMs): string | undefined {
    const known = this.#knownBy(token)
    return known && this.#sessions.begin({ name: known.name, groups: [], basis: known.basis }, https, now)
  }

  #viewer(name: string, session?: Viewer['session']): Viewer {
    return { name, scope: this.#rights.of(name, []), auth: 'token', ...(session && { session }) }
  }

  /** Every token is compared, and in constant time: how long an answer takes says nothing about any of them. */
  #knownBy(token: string): Known | undefined {
    const offered = digest(token.slice(token.indexOf(':') + 1))
    return this.#known.filter(known => timingSafeEqual(known.digest, offered)).at(-1)
  }
}

/** Digests are of one length, which timingSafeEqual needs. */
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()
