import type { EpochMs } from '@weir/contract/units.ts'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  type IDToken,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { Rights } from './rights.ts'
import { seal, unseal } from './sealed.ts'
import type { Sessions } from './sessions.ts'
import type { WhoIs } from './who-is.ts'

export const CALLBACK_PATH = '/login/oidc/callback'
/** How long one may take at the provider's page. */
export const FLOW_MS = 10 * 60_000
const PROVIDER_PATIENCE_S = 10

export interface OidcOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where browsers reach the dashboard: the provider sends them back below it. */
  readonly dashboardUrl: string
  readonly key: Buffer
}

/**
 * Signing in at an OpenID provider: authorization code with PKCE, state and nonce, the ID token's signature checked
 * against the provider's keys. What belongs to one attempt travels in a signed cookie, so that nothing is stored for
 * those who never come back.
 */
export class OidcAccess {
  readonly #options: OidcOptions
  readonly #rights: Rights
  readonly #sessions: Sessions
  readonly #basis: string
  #provider: Promise<Configuration> | undefined

  constructor(options: OidcOptions, rights: Rights, sessions: Sessions) {
    this.#options = options
    this.#rights = rights
    this.#sessions = sessions
    // Another provider or client: sessions of the former are over.
    this.#basis = sessions.basisOf(`${options.issuer} ${options.clientId}`)
  }

  readonly whoIs: WhoIs = (visit, now) => {
    const session = this.#sessions.of(visit, now)
    if (session?.basis !== this.#basis) return { code: 'unauthenticated', detail: 'sign in' }
    const { expiresAt, groups, id, name } = session
    return { name, scope: this.#rights.of(name, groups), auth: 'oidc', session: { id, expiresAt } }
  }

  /**
   * Begins an attempt: where to send the browser, and what its cookie must hold when it comes back.
   * @throws Error when the provider cannot be reached or is not what the settings say.
   */
  async begin(next: string, now: EpochMs): Promise<{ readonly url: string; readonly flow: string }> {
    const provider = await this.#discover()
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()]
    const known = provider.serverMetadata().scopes_supported ?? []
    const url = buildAuthorizationUrl(provider, {
      redirect_uri: `${this.#options.dashboardUrl}${CALLBACK_PATH}`,
      // Many providers give groups only when asked, others fail on a scope they do not know.
      scope: ['openid', 'profile', 'email', ...(known.includes('groups') ? ['groups'] : [])].join(' '),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    return {
      url: url.href,
      flow: seal(this.#options.key, 'oidc flow', { state, nonce, verifier, next }, now + FLOW_MS),
    }
  }

  /**
   * Ends an attempt. `query`: that of the callback, with its question mark.
   * @returns the Set-Cookie header of the session and where the viewer wanted to go.
   * @throws Error when anything does not fit: no such attempt here, state, nonce, code, signature, audience, expiry.
   */
  async finish(
    query: string,
    flow: string | undefined,
    https: boolean,
    now: EpochMs,
  ): Promise<{ readonly cookie: string; readonly next: string }> {
    const begun = unseal(this.#options.key, 'oidc flow', flow, now)
    const { state, nonce, verifier, next }: { readonly [field: string]: unknown } = { ...begun }
    if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string')
      throw new Error('this sign-in was not begun in this browser, or more than ten minutes ago')
    const tokens = await authorizationCodeGrant(
      await this.#discover(),
      new URL(`${this.#options.dashboardUrl}${CALLBACK_PATH}${query}`),
      { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
    )
    const claims = tokens.claims()
    if (claims === undefined) throw new Error('the provider sent no ID token')
    const groups = groupsOf(claims).filter(group => this.#rights.isKnownGroup(group))
    const cookie = this.#sessions.begin({ name: nameOf(claims), groups, basis: this.#basis }, https, now)
    return { cookie, next: String(next) }
  }

  /** Once, and again after a failure: a provider that was away at our start must not need a restart of ours. */
  #discover(): Promise<Configuration> {
    const { clientId, clientSecret, issuer } = this.#options
    const url = new URL(issuer)
    this.#provider ??= discovery(url, clientId, clientSecret, undefined, {
      // The settings allow http: to this machine only.
      execute: [enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [allowInsecureRequests] : [])],
      timeout: PROVIDER_PATIENCE_S,
    })
    this.#provider.catch(() => {
      this.#provider = undefined
    })
    return this.#provider
  }
}

/**
 * Why a sign-in failed, for the log: the words of the error and its causes, the provider's error code, the claim that was
 * wrong. Never a claim's value, a code or a token.
 */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const words = ['message', 'error', 'claim'].map(field => Reflect.get(error, field)).filter(isText)
  if ('cause' in error && error.cause !== undefined) words.push(reasonOf(error.cause))
  return [...new Set(words)].filter(word => word !== '').join(': ')
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** A verified e-mail address, else the subject: other names people may choose for themselves at many providers. */
const nameOf = ({ email, email_verified, sub }: IDToken): string =>
  typeof email === 'string' && email_verified === true ? email : sub

const groupsOf = ({ groups }: IDToken): string[] => (Array.isArray(groups) ? groups.filter(isText) : [])
