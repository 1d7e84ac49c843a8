import { createHmac, randomBytes } from 'node:crypto'
import { seal, unseal } from './sealed.ts'
import { cookieOf, type Visit } from './visit.ts'

/** A working day: who left, or whose groups changed, is asked again the next morning. */
export const SESSION_MS = 12 * 3_600_000

/** Who signed in. Rights are not in it: they are looked up with every request. */
export interface Session {
  readonly id: string
  readonly name: string
  readonly groups: readonly string[]
  /** What the session rests on, such as the digest of a token: when that goes, the session goes. */
  readonly basis: string
  readonly expiresAt: number
}

/** __Host-: a browser takes it over TLS only, for this host only, and no other host can set it. */
const cookieName = (https: boolean): string => (https ? '__Host-weir' : 'weir')

/**
 * Sessions as signed cookies: nothing is stored but what was ended before its time, and that only until it would have
 * expired.
 */
export class Sessions {
  readonly #key: Buffer
  readonly #ended = new Map<string, number>()

  constructor(key: Buffer) {
    this.#key = key
  }

  /** The Set-Cookie header of a new session. */
  begin(who: Pick<Session, 'name' | 'groups' | 'basis'>, https: boolean, now: number): string {
    const session = { id: randomBytes(16).toString('base64url'), ...who }
    const text = seal(this.#key, 'session', session, now + SESSION_MS)
    return setCookie(https, text, SESSION_MS / 1000)
  }

  /** The session a request came with, unless it was changed, has expired or was ended. */
  of(visit: Visit, now: number): Session | undefined {
    const text = cookieOf(visit, cookieName(true)) ?? cookieOf(visit, cookieName(false))
    const session = unseal(this.#key, 'session', text, now) as Session | undefined // sealed by begin()
    return session === undefined || this.#ended.has(session.id) ? undefined : session
  }

  /** Ends the session a request came with; the Set-Cookie header that makes the browser forget it. */
  end(visit: Visit, https: boolean, now: number): string {
    for (const [id, expiresAt] of this.#ended) if (expiresAt <= now) this.#ended.delete(id)
    const session = this.of(visit, now)
    if (session !== undefined) this.#ended.set(session.id, session.expiresAt)
    return setCookie(https, '', 0)
  }

  /** A text that only this data folder derives from a secret, and that does not tell it. */
  basisOf(secret: string): string {
    return createHmac('sha256', this.#key).update(`basis\n${secret}`).digest('base64url')
  }
}

function setCookie(https: boolean, value: string, maxAgeS: number): string {
  return `${cookieName(https)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${https ? '; Secure' : ''}`
}
