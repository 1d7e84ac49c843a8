import { createHash, timingSafeEqual } from 'node:crypto'
import type { Rights } from './rights.ts'
import type { Refusal } from './rules.ts'
import type { ProxyAddresses, Visit } from './visit.ts'
import type { WhoIs } from './who-is.ts'

/** The header in which the proxy proves that it is the one. */
export const PROXY_SECRET = 'x-weir-proxy-secret'
const MAX_NAME = 256

/**
 * Believes X-Forwarded-User and X-Forwarded-Groups of an authenticating proxy, as oauth2-proxy sends them: only from its
 * addresses and only with the shared secret. Either alone is not enough: an address can be another pod's on the proxy's
 * node, a secret can leak.
 */
export function proxyAccess(secrets: readonly string[], rights: Rights, proxies: ProxyAddresses): WhoIs {
  const known = secrets.map(digest)
  return visit => {
    if (!proxies.has(visit.remoteAddress))
      return refused(`${visit.remoteAddress} is none of the dashboard's proxies: open the dashboard through the proxy`)
    const offered = digest(header(visit, PROXY_SECRET))
    if (known.filter(secret => timingSafeEqual(secret, offered)).length === 0)
      return refused(`the proxy must send its secret in the header ${PROXY_SECRET}`)
    const name = header(visit, 'x-forwarded-user').trim()
    if (name === '') return refused('the proxy names no user in the header x-forwarded-user')
    // A comma: the header came twice, once from somewhere else. Control characters are in nobody's name.
    if (name.length > MAX_NAME || /[,\p{Cc}]/u.test(name))
      return refused('the header x-forwarded-user is no single name')
    const groups = header(visit, 'x-forwarded-groups')
      .split(',')
      .map(group => group.trim())
    return { name, scope: rights.of(name, groups), auth: 'proxy' }
  }
}

const refused = (detail: string): Refusal => ({ code: 'unauthenticated', detail })
const header = ({ headers }: Visit, name: string): string => String(headers[name] ?? '')
const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()
