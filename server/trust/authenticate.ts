import type { IncomingHttpHeaders } from 'node:http'
import type { Refusal } from '@weir/contract/agent-wire.ts'
import type { EpochMs } from '@weir/contract/units.ts'

/** What an agent's credential proves of it; what is absent is as the agent says. */
export interface Identity {
  /** asserted: any holder of the credential may claim any node. proven: the credential names the node. */
  readonly identity: 'asserted' | 'proven'
  readonly cluster?: string
  readonly node?: string
  /** What it may come for, where that is not everything. */
  readonly role?: Role
}

/** An agent reports for its node, a reader brings VPC flow logs of its cluster. */
export type Role = 'agent' | 'reader'

/** The certificate a client showed in the TLS handshake. */
export interface PeerCertificate {
  /** Why it is not one of our CA's; undefined: it is. */
  readonly fault: string | undefined
  readonly commonName: string | undefined
  /** Such as `URI:node:ip-10-0-1-7` (RFC 5280 section 4.2.1.6). */
  readonly alternativeNames: readonly string[]
  readonly validUntil: EpochMs
}

/** What a request shows of who sent it. */
export interface Shown {
  readonly headers: IncomingHttpHeaders
  readonly peerCertificate?: PeerCertificate | undefined
}

/**
 * Why an agent was not let in: a closed list, for the metrics. The first ones are in the order of how far a credential
 * got: of several ways in, the one that got furthest says what is wrong.
 */
export const denialReasons = [
  'no credential',
  'malformed token',
  'wrong secret',
  'untrusted certificate',
  'other issuer',
  'other audience',
  'expired',
  'other service account',
  'unknown key',
  'not authenticated',
  'no node',
  'cannot be checked',
  'other cluster',
  'other node',
  'too many requests',
] as const
export type DenialReason = (typeof denialReasons)[number]

/** What the agent is told, and the reason that is counted. */
export interface Denial extends Refusal {
  readonly reason: DenialReason
  /** When to come again, where that is known, in seconds. */
  readonly retryAfterS?: number
}

/** The port behind which agents are told from strangers. Never rejects; a denial says what would be right. */
export type Authenticate = (shown: Shown) => Promise<Identity | Denial>

/** The credential is not good. */
export const unauthorised = (reason: DenialReason, detail: string): Denial => ({ code: 'unauthorised', reason, detail })

/** Nobody can tell now: the agent keeps what it has and comes again. */
export const unverified = (detail: string, retryAfterS: number): Denial => ({
  code: 'unverified',
  reason: 'cannot be checked',
  detail,
  retryAfterS,
})

/** Lets everybody in: only when the server is told to run open. */
export const openToAll: Authenticate = async () => ({ identity: 'asserted' })

/**
 * Several ways in, tried in order. Where none lets the agent in and one of them could not be checked, that one is the
 * answer: the agent must come again rather than believe that its credential is bad.
 * @throws RangeError when there is no way in at all
 */
export function anyOf(ways: readonly Authenticate[]): Authenticate {
  const [only] = ways
  if (only === undefined) throw new RangeError('there must be a way in for agents')
  if (ways.length === 1) return only
  return async shown => {
    let furthest: Denial | undefined
    for (const way of ways) {
      const found = await way(shown)
      if ('identity' in found) return found
      if (furthest === undefined || rank(found) > rank(furthest)) furthest = found
    }
    return furthest ?? unauthorised('no credential', 'no credential was shown')
  }
}

const rank = ({ reason }: Denial): number => denialReasons.indexOf(reason)

/** Longest token that is looked at: a projected token has about 1 KB, and Node takes 16 KiB of headers in all. */
const MAX_TOKEN_LENGTH = 8_192

/** The token of `Authorization: Bearer <token>`; undefined where there is none. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined || authorization.length > MAX_TOKEN_LENGTH) return undefined
  return /^Bearer (\S+)$/i.exec(authorization)?.[1]
}
