import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose'

export const NOW = Date.UTC(2026, 10, 21, 12)
export const AUDIENCE = 'weir'
export const ISSUER = 'https://issuer.example/id/1'
export const ACCOUNT = 'weir/agent'

/** What Kubernetes writes into a token that is projected into a pod of the agents' DaemonSet on node a1. */
export const boundTo = (node: string | undefined, pod: string | undefined = 'agent-x7'): JWTPayload => ({
  'kubernetes.io': {
    namespace: 'weir',
    serviceaccount: { name: 'agent', uid: 'sa-1' },
    ...(pod !== undefined && { pod: { name: pod, uid: `uid-of-${pod}` } }),
    ...(node !== undefined && { node: { name: node, uid: `uid-of-${node}` } }),
  },
})

export interface TokenWishes {
  readonly audience?: string
  readonly issuer?: string
  readonly subject?: string
  /** Epoch ms. */
  readonly expiresAt?: number
  readonly bound?: JWTPayload
  readonly kid?: string
}

export interface Issuer {
  readonly jwks: JSONWebKeySet
  token(wishes?: TokenWishes): Promise<string>
}

/** A cluster's token issuer with one key, as an API server is. */
export async function issuerWith(kid: string): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] },
    token: ({ bound = boundTo('a1'), ...wishes } = {}) =>
      new SignJWT(bound)
        .setProtectedHeader({ alg: 'ES256', kid: wishes.kid ?? kid })
        .setIssuer(wishes.issuer ?? ISSUER)
        .setAudience([wishes.audience ?? AUDIENCE])
        .setSubject(wishes.subject ?? 'system:serviceaccount:weir:agent')
        .setIssuedAt(NOW / 1000 - 60)
        .setExpirationTime((wishes.expiresAt ?? NOW + 3_600_000) / 1000)
        .sign(privateKey),
  }
}

export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
