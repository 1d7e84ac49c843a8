import { decodeJwt, type JWTPayload } from 'jose'
import { bearerOf, type Denial, type Role, type Shown, unauthorised } from './authenticate.ts'

/** Which tokens are those of agents. */
export interface ServiceAccountRule {
  /** Ours alone: a token for the API server or for another program opens nothing here. */
  readonly audience: string
  /** `namespace/name` of the agents' service account; several, comma separated. */
  readonly serviceAccount: string
  /** Those of readers of flow logs, likewise. Absent or empty: the agents' accounts bring flow logs, too. */
  readonly readerAccount?: string
}

/** The pod a token was made for. */
export interface PodClaim {
  readonly namespace: string
  readonly name: string | undefined
  readonly uid: string | undefined
}

/** What a projected token says of itself. */
export interface TokenClaims {
  readonly issuer: string | undefined
  readonly audiences: readonly string[]
  /** Epoch ms. */
  readonly expiresAt: number
  /** `system:serviceaccount:<namespace>:<name>`. */
  readonly subject: string
  readonly node: string | undefined
  readonly pod: PodClaim | undefined
}

/** Finds the node of a pod, where a token names only the pod; undefined: the directory does not know it (yet). */
export type NodeOfPod = (cluster: string, pod: PodClaim) => string | undefined

/** User name of a service account, as TokenReview and the token's subject have it. */
export const userNameOf = (serviceAccount: string): string =>
  `system:serviceaccount:${serviceAccount.replace('/', ':')}`

/**
 * The claims of a projected token. Kubernetes puts the pod and, since 1.32 (KEP-4193), its node under `kubernetes.io`.
 * @param payload from jose: of a checked signature, or only decoded
 */
export function claimsOf({ iss, aud, exp, sub, 'kubernetes.io': bound }: JWTPayload): TokenClaims {
  const namespace = textAt(bound, 'namespace')
  const [name, uid] = [textAt(fieldOf(bound, 'pod'), 'name'), textAt(fieldOf(bound, 'pod'), 'uid')]
  return {
    issuer: iss,
    audiences: typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud : [],
    expiresAt: (typeof exp === 'number' ? exp : 0) * 1000,
    subject: sub ?? '',
    node: textAt(fieldOf(bound, 'node'), 'name'),
    pod: namespace === undefined || (name ?? uid) === undefined ? undefined : { namespace, name, uid },
  }
}

/**
 * The token of a request and what it claims, unverified: claims may refuse a token, never admit one. So most bad tokens
 * cost no call and no signature, and get a reason that a person can act on.
 */
export function tokenOf(
  { headers }: Shown,
  rule: ServiceAccountRule,
  now: number,
): { readonly token: string; readonly claims: TokenClaims } | Denial {
  const token = bearerOf(headers)
  if (token === undefined)
    return unauthorised('no credential', 'expected "Authorization: Bearer <projected service account token>"')
  let claims: TokenClaims
  try {
    claims = claimsOf(decodeJwt(token))
  } catch {
    return unauthorised('malformed token', 'the credential is no JSON web token')
  }
  return refusedBy(claims, rule, now) ?? { token, claims }
}

function refusedBy(claims: TokenClaims, rule: ServiceAccountRule, now: number): Denial | undefined {
  if (!claims.audiences.includes(rule.audience))
    return unauthorised('other audience', `the token is not for the audience ${rule.audience}`)
  if (claims.expiresAt <= now) return unauthorised('expired', 'the token has expired')
  const role = roleOf(claims.subject, rule)
  return typeof role === 'object' ? role : undefined
}

/** What a service account may come for; undefined: everything. Refuses those that are neither agents' nor readers'. */
export function roleOf(userName: string, rule: ServiceAccountRule): Role | undefined | Denial {
  const { serviceAccount, readerAccount = '' } = rule
  const isAmong = (accounts: string) => accounts.split(',').some(one => userName === userNameOf(one))
  const [isAgent, isReader] = [isAmong(serviceAccount), isAmong(readerAccount)]
  if (isAgent && (isReader || readerAccount === '')) return undefined
  if (isAgent) return 'agent'
  if (isReader) return 'reader'
  const known = [serviceAccount, readerAccount].filter(one => one !== '').join(',')
  return unauthorised('other service account', `the token is not of the service account ${known}`)
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined

function textAt(value: unknown, name: string): string | undefined {
  const text = fieldOf(value, name)
  return typeof text === 'string' && text !== '' ? text : undefined
}
