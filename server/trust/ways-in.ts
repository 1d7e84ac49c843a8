import { type Authenticate, anyOf, openToAll } from './authenticate.ts'
import { clientCertificate } from './client-certificate.ts'
import { KeySet } from './key-set.ts'
import { offlineTokens } from './offline-tokens.ts'
import type { NodeOfPod } from './service-account.ts'
import { type AgentAuth, keySource, type TrustSettings } from './settings.ts'
import { sharedSecret } from './shared-secret.ts'
import { type ReviewToken, tokenReview } from './token-review.ts'

/** How the tokens of one cluster's agents are checked. */
export type TokensOf =
  | { readonly by: 'review'; readonly cluster: string; readonly review: ReviewToken; readonly nodeOfPod: NodeOfPod }
  | {
      readonly by: 'keys'
      readonly cluster: string
      readonly issuer: string
      readonly audience: string
      /** https URL or file. */
      readonly jwks: string
      readonly nodeOfPod: NodeOfPod
    }

export interface WaysInOptions {
  readonly settings: TrustSettings & { readonly open: boolean; readonly cluster: string }
  /** The shared secrets; empty where `secret` is not among the ways in. */
  readonly secrets: readonly string[]
  readonly review: ReviewToken
  readonly nodeOfPod: NodeOfPod
  /** Of the clusters besides the first. */
  readonly further: readonly TokensOf[]
  /** Epoch ms. */
  readonly now: () => number
  readonly log: (line: string) => void
}

/**
 * The ways in that the settings name, in their order, then those of further clusters.
 * @throws Error when the agents of further clusters could never be let in, or their keys come over plain HTTP
 */
export function waysIn(options: WaysInOptions): Authenticate {
  const { settings, secrets, review, nodeOfPod, further, now } = options
  if (settings.open) return openToAll
  if (further.length > 0 && settings.agentServiceAccount === '')
    throw new Error('--agent-service-account must be given for the agents of the further clusters')
  const { agentAuth, cluster, agentIssuer, agentJwks, agentAudience } = settings
  const makers: { readonly [auth in AgentAuth]: () => Authenticate } = {
    secret: () => sharedSecret(secrets),
    'token-review': () => tokensOf({ by: 'review', cluster, review, nodeOfPod }, options),
    jwks: () => {
      const keys = { issuer: agentIssuer, audience: agentAudience, jwks: agentJwks }
      return tokensOf({ by: 'keys', cluster, ...keys, nodeOfPod }, options)
    },
    mtls: () => clientCertificate({ cluster: cluster === '' ? undefined : cluster, now }),
  }
  return anyOf([...agentAuth.map(auth => makers[auth]()), ...further.map(tokens => tokensOf(tokens, options))])
}

function tokensOf(tokens: TokensOf, { settings, now, log }: WaysInOptions): Authenticate {
  const { agentServiceAccount: serviceAccount, flowLogServiceAccount: readerAccount, agentAudience } = settings
  const accounts = { serviceAccount, readerAccount }
  if (tokens.by === 'review') return tokenReview({ ...tokens, audience: agentAudience, ...accounts, now, log })
  return offlineTokens({
    ...tokens,
    ...accounts,
    keys: new KeySet({ source: keySource(tokens.jwks), now, log }),
    now,
  })
}
