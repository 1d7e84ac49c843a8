import { type Authenticate, type Denial, type Identity, unauthorised, unverified } from './authenticate.ts'
import { identityOf } from './bound-node.ts'
import { type NodeOfPod, roleOf, type ServiceAccountRule, tokenOf } from './service-account.ts'
import { TokenCache } from './token-cache.ts'

/** What the API server says of a token: the status of a TokenReview (authentication.k8s.io/v1). */
export interface TokenReview {
  readonly authenticated: boolean
  readonly username: string
  readonly groups: readonly string[]
  /** Those of the audiences asked for that the token is good for; empty where the API server knows no audiences. */
  readonly audiences: readonly string[]
  readonly extra: { readonly [name: string]: readonly string[] }
  readonly error?: string
}

/** Has a cluster's API server check a token. Rejects where it gave no answer. */
export type ReviewToken = (token: string, audience: string) => Promise<TokenReview>

export interface TokenReviewOptions extends ServiceAccountRule {
  /** The cluster whose API server is asked: its word is good for this cluster only. */
  readonly cluster: string
  readonly review: ReviewToken
  readonly nodeOfPod: NodeOfPod
  /** Epoch ms. */
  readonly now: () => number
  readonly log: (line: string) => void
}

/** Below the 30 s after which an agent gives its request up. */
const TIMEOUT_MS = 10_000

/** Keys of `extra`: kubernetes staging/src/k8s.io/apiserver/pkg/authentication/serviceaccount/util.go. */
const NODE_NAME = 'authentication.kubernetes.io/node-name'
const POD_NAME = 'authentication.kubernetes.io/pod-name'
const POD_UID = 'authentication.kubernetes.io/pod-uid'

/** Projected service account tokens, each checked by the API server that made it; it also knows of deleted pods. */
export function tokenReview(options: TokenReviewOptions): Authenticate {
  const { audience, now } = options
  const cache = new TokenCache(now)
  return async shown => {
    const given = tokenOf(shown, options, now())
    if ('reason' in given) return given
    const { token, claims } = given
    return cache.get(token, claims.expiresAt, async () =>
      judge(options, await reviewed(options, token, audience), token),
    )
  }
}

/** undefined: the API server gave no answer. */
async function reviewed(
  { review, log, cluster }: TokenReviewOptions,
  token: string,
  audience: string,
): Promise<TokenReview | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
  })
  try {
    return await Promise.race([review(token, audience), late])
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    log(`a token could not be checked with the API server of ${cluster}: ${without(token, why)}`)
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

function judge(options: TokenReviewOptions, status: TokenReview | undefined, token: string): Identity | Denial {
  const { cluster, audience, nodeOfPod } = options
  if (status === undefined) return unverified(`the API server of ${cluster} does not answer`, 5)
  const { authenticated, username, audiences, extra, error = 'no reason given' } = status
  if (!authenticated)
    return unauthorised('not authenticated', `the cluster does not accept the token: ${without(token, error)}`)
  // An API server that does not know audiences would vouch for a token that was made for somebody else.
  if (!audiences.includes(audience)) return unauthorised('other audience', `the token is not for ${audience}`)
  const role = roleOf(username, options)
  if (typeof role === 'object') return role
  // system:serviceaccount:<namespace>:<name>, as roleOf has seen
  const [, , namespace = ''] = username.split(':')
  const [node, name, uid] = [NODE_NAME, POD_NAME, POD_UID].map(key => extra[key]?.[0] || undefined)
  const pod = (name ?? uid) === undefined ? undefined : { namespace, name, uid }
  return identityOf(cluster, { node, pod }, nodeOfPod, role)
}

/** Whatever an API server or a proxy before it says, it does not carry the token on. */
const without = (token: string, text: string): string => text.replaceAll(token, '…').slice(0, 300)
