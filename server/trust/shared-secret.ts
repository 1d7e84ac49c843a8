import { createHash, timingSafeEqual } from 'node:crypto'
import { type Authenticate, bearerOf, unauthorised } from './authenticate.ts'

/**
 * One secret for all agents, as `Authorization: Bearer <secret>`. Several are accepted at once, so that a secret can be
 * replaced without a moment in which agents are refused.
 * @throws RangeError when there is no secret or an empty one: whoever wants none asks for `openToAll`.
 */
export function sharedSecret(secrets: readonly string[]): Authenticate {
  if (secrets.length === 0 || secrets.some(secret => secret.trim() === ''))
    throw new RangeError('a shared secret must not be empty')
  const known = secrets.map(digest)
  return async ({ headers }) => {
    const given = bearerOf(headers)
    if (given === undefined)
      return unauthorised('no credential', 'expected the header "Authorization: Bearer <the shared secret>"')
    const offered = digest(given)
    // Every secret is compared, and in constant time: how long an answer takes says nothing about any of them.
    const matches = known.filter(secret => timingSafeEqual(secret, offered)).length
    return matches > 0
      ? { identity: 'asserted' }
      : unauthorised('wrong secret', 'the shared secret is not the one this server was given')
  }
}

/** Digests are of one length, which timingSafeEqual needs. */
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()
