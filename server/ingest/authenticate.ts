import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Refusal } from '@weir/contract/agent-wire.ts'

/** What an agent's credential proves of it; what is absent is as the agent says. */
export interface Identity {
  /** asserted: any holder of the credential may claim any node. proven: the credential names the node. */
  readonly identity: 'asserted' | 'proven'
  readonly cluster?: string
  readonly node?: string
}

/** The port behind which agents are told from strangers. Never throws; a refusal says what would be right. */
export type Authenticate = (request: { readonly headers: IncomingHttpHeaders }) => Identity | Refusal

/**
 * One secret for all agents, as `Authorization: Bearer <secret>`. Several are accepted at once, so that a secret can be
 * replaced without a moment in which agents are refused.
 * @throws RangeError when there is no secret or an empty one: whoever wants none asks for `openToAll`.
 */
export function sharedSecret(secrets: readonly string[]): Authenticate {
  if (secrets.length === 0 || secrets.some(secret => secret.trim() === ''))
    throw new RangeError('a shared secret must not be empty')
  const known = secrets.map(digest)
  return ({ headers }) => {
    const [, given] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
    if (given === undefined)
      return { code: 'unauthorised', detail: 'expected the header "Authorization: Bearer <the shared secret>"' }
    const offered = digest(given)
    // Every secret is compared, and in constant time: how long an answer takes says nothing about any of them.
    const matches = known.filter(secret => timingSafeEqual(secret, offered)).length
    return matches > 0
      ? { identity: 'asserted' }
      : { code: 'unauthorised', detail: 'the shared secret is not the one this server was given' }
  }
}

/** Lets everybody in: only when the server is told to run open. */
export const openToAll: Authenticate = () => ({ identity: 'asserted' })

/** Digests are of one length, which timingSafeEqual needs. */
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()
