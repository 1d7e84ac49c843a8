import { errors, jwtVerify } from 'jose'
import { type Authenticate, type Denial, type Identity, unauthorised, unverified } from './authenticate.ts'
import { identityOf } from './bound-node.ts'
import { type KeySet, KeysUnavailable } from './key-set.ts'
import { claimsOf, type NodeOfPod, roleOf, type ServiceAccountRule, tokenOf } from './service-account.ts'
import { TokenCache } from './token-cache.ts'

/** Signatures with a public key only: `none` and HS256, where a public key would pass for a secret, are not among them. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

export interface OfflineTokensOptions extends ServiceAccountRule {
  /** The cluster whose issuer this is. */
  readonly cluster: string
  /** Exactly as in the tokens' `iss`. */
  readonly issuer: string
  readonly keys: Pick<KeySet, 'find'>
  readonly nodeOfPod: NodeOfPod
  /** Epoch ms. */
  readonly now: () => number
}

/**
 * Projected service account tokens, checked with the public keys of the cluster's issuer: for clusters whose API server
 * this server cannot ask. A deleted pod's token is good until it expires.
 */
export function offlineTokens(options: OfflineTokensOptions): Authenticate {
  const { issuer, now } = options
  // A signature costs ten times what all else of a request does.
  const cache = new TokenCache(now)
  return async shown => {
    const given = tokenOf(shown, options, now())
    if ('reason' in given) return given
    if (given.claims.issuer !== issuer) return unauthorised('other issuer', `the token is not of the issuer ${issuer}`)
    return cache.get(given.token, given.claims.expiresAt, () => verified(options, given.token))
  }
}

async function verified(options: OfflineTokensOptions, token: string): Promise<Identity | Denial> {
  const { cluster, issuer, audience, keys, nodeOfPod, now } = options
  try {
    const { payload } = await jwtVerify(token, header => keys.find(header), {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      // A token begins with the second it was made in: this server's clock may be a little behind the issuer's.
      clockTolerance: 30,
      currentDate: new Date(now()),
    })
    const claims = claimsOf(payload)
    const role = roleOf(claims.subject, options)
    return typeof role === 'object' ? role : identityOf(cluster, claims, nodeOfPod, role)
  } catch (error) {
    return denialOf(error, issuer)
  }
}

function denialOf(error: unknown, issuer: string): Denial {
  if (error instanceof KeysUnavailable) return unverified(`the keys of ${issuer} cannot be read now`, 10)
  if (error instanceof errors.JWTExpired) return unauthorised('expired', 'the token has expired')
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return unauthorised('unknown key', `${issuer} has no key by which this token could be checked`)
  if (error instanceof errors.JOSEError)
    return unauthorised('not authenticated', `the token is not valid: ${error.code}`)
  throw error
}
