import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** What a provider does wrong on purpose. */
export interface Faults {
  /** Claims put over the right ones. */
  readonly claims?: JWTPayload
  /** The ID token is signed with a key that is not the provider's. */
  readonly forged?: boolean
  /** The browser comes back with these over the right parameters. */
  readonly callback?: { readonly [name: string]: string }
  readonly expiresInS?: number
}

interface Asked {
  readonly redirectUri: string
  readonly challenge: string
  readonly nonce: string
}

export const client = { id: 'weir', secret: 'client-secret-0123456789' }

/**
 * An OpenID provider as the specifications have it (OpenID Connect Core 1.0, RFC 7636), on loopback: it lets everybody in
 * as `person` and refuses what a real one would refuse.
 */
export async function openProvider(person: JWTPayload, faults: () => Faults = () => ({})) {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const { privateKey: foreignKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, Asked>()
  const scopes: string[] = []
  const refusals: string[] = []
  let issuer = ''

  const authorize = (query: URLSearchParams): string => {
    const [redirectUri = '', state = ''] = [query.get('redirect_uri') ?? '', query.get('state') ?? '']
    scopes.push(query.get('scope') ?? '')
    const code = randomBytes(8).toString('hex')
    codes.set(code, {
      redirectUri,
      challenge: query.get('code_challenge_method') === 'S256' ? (query.get('code_challenge') ?? '') : '',
      nonce: query.get('nonce') ?? '',
    })
    return `${redirectUri}?${new URLSearchParams({ code, state, ...faults().callback })}`
  }
  const token = async (form: URLSearchParams): Promise<object | string> => {
    const code = form.get('code') ?? ''
    const asked = codes.get(code)
    codes.delete(code) // a code is good for once
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret) return 'invalid_client'
    if (asked === undefined || asked.redirectUri !== form.get('redirect_uri')) return 'invalid_grant'
    if (asked.challenge !== verifier) return 'invalid_grant'
    const now = Math.floor(Date.now() / 1000)
    const claims = { ...person, nonce: asked.nonce, ...faults().claims }
    const idToken = await new SignJWT({
      iss: issuer,
      aud: client.id,
      iat: now,
      exp: now + (faults().expiresInS ?? 300),
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(faults().forged === true ? foreignKey : privateKey)
    return { access_token: 'opaque', token_type: 'Bearer', expires_in: 300, id_token: idToken }
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return json(200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          scopes_supported: ['openid', 'profile', 'email', 'groups'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/keys':
        return json(200, { keys: [jwk] })
      case '/authorize':
        return response.writeHead(302, { location: authorize(searchParams) }).end()
      case '/token': {
        const answer = await token(new URLSearchParams(await bodyOf(request)))
        if (typeof answer !== 'string') return json(200, answer)
        refusals.push(answer)
        return json(400, { error: answer })
      }
      default:
        return response.writeHead(404).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // TCP
  return {
    issuer,
    /** Scopes that were asked for, and refusals of the token endpoint, in turn. */
    scopes,
    refusals,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
