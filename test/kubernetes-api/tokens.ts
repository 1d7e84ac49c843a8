import { createPublicKey, generateKeyPairSync, type JsonWebKey, randomUUID, sign, verify } from 'node:crypto'

/** Whose token: claims as a projected service-account token has them. */
export interface TokenRequest {
  /** namespace/name. */
  readonly serviceAccount: string
  readonly audience: string
  readonly pod?: { readonly name: string; readonly uid: string }
  readonly node?: { readonly name: string; readonly uid: string }
  /** Default 3,600. */
  readonly expiresInSeconds?: number
}

interface Claims {
  readonly aud: readonly string[]
  readonly exp: number
  readonly jti: string
  readonly sub: string
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly serviceaccount: { readonly name: string; readonly uid: string }
    readonly pod?: { readonly name: string; readonly uid: string }
    readonly node?: { readonly name: string; readonly uid: string }
  }
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Issues service-account tokens (RS256, as the API server does) and reviews them. */
export class Tokens {
  readonly issuer: string
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  readonly #keyId = randomUUID()
  readonly #now: () => number
  readonly #revoked = new Set<string>()

  constructor(issuer: string, now: () => number) {
    this.issuer = issuer
    this.#now = now
  }

  issue({ serviceAccount, audience, pod, node, expiresInSeconds = 3_600 }: TokenRequest): string {
    const [namespace = '', name = ''] = serviceAccount.split('/')
    const now = Math.floor(this.#now() / 1_000)
    const bound = { ...(pod !== undefined && { pod }), ...(node !== undefined && { node }) }
    const claims = {
      aud: [audience],
      exp: now + expiresInSeconds,
      iat: now,
      iss: this.issuer,
      jti: randomUUID(),
      'kubernetes.io': { namespace, serviceaccount: { name, uid: `uid-of-${name}` }, ...bound },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    }
    const signed = `${part({ alg: 'RS256', kid: this.#keyId })}.${part(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#keys.privateKey).toString('base64url')}`
  }

  /** As when the pod it is bound to was deleted. */
  revoke(token: string): void {
    this.#revoked.add(token)
  }

  /** The status of a TokenReview. `audiences`: those the reviewer takes. */
  review(token: string, audiences: readonly string[]): object {
    const claims = this.#claims(token)
    if (claims === undefined || this.#revoked.has(token))
      return { authenticated: false, user: {}, error: '[invalid bearer token, token lookup failed]' }
    if (claims.exp * 1_000 <= this.#now())
      return { authenticated: false, user: {}, error: '[invalid bearer token, service account token has expired]' }
    const shared = claims.aud.filter(audience => audiences.includes(audience))
    if (shared.length === 0)
      return {
        authenticated: false,
        user: {},
        error: `[invalid bearer token, token audiences ${JSON.stringify(claims.aud)} is invalid for the target audiences ${JSON.stringify(audiences)}]`,
      }
    const { namespace, serviceaccount, pod, node } = claims['kubernetes.io']
    const extra = {
      'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`],
      ...(pod && { 'authentication.kubernetes.io/pod-name': [pod.name] }),
      ...(pod && { 'authentication.kubernetes.io/pod-uid': [pod.uid] }),
      ...(node && { 'authentication.kubernetes.io/node-name': [node.name] }),
      ...(node && { 'authentication.kubernetes.io/node-uid': [node.uid] }),
    }
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
    return {
      authenticated: true,
      user: { username: claims.sub, uid: serviceaccount.uid, groups, extra },
      audiences: shared,
    }
  }

  /** For /openid/v1/jwks. */
  jwks(): { readonly keys: readonly JsonWebKey[] } {
    const key = createPublicKey(this.#keys.privateKey).export({ format: 'jwk' })
    return { keys: [{ ...key, use: 'sig', kid: this.#keyId, alg: 'RS256' }] }
  }

  #claims(token: string): Claims | undefined {
    const [head = '', body = '', signature = '', ...more] = token.split('.')
    const isSigned =
      more.length === 0 &&
      verify('sha256', Buffer.from(`${head}.${body}`), this.#keys.publicKey, Buffer.from(signature, 'base64url'))
    // What we signed ourselves is what `issue` made.
    return isSigned ? (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims) : undefined
  }
}
