import { readFile } from 'node:fs/promises'
import type { DashboardAuth } from '@weir/contract/queries.ts'
import type { EpochMs } from '@weir/contract/units.ts'
import { readSecrets } from '../secrets.ts'
import { OidcAccess } from './oidc.ts'
import { proxyAccess } from './proxy.ts'
import { parseRights, type Rights, rightsToAll } from './rights.ts'
import type { Refusal, Viewer } from './rules.ts'
import { sealingKey } from './sealed.ts'
import { Sessions } from './sessions.ts'
import type { AccessSettings } from './settings.ts'
import { TokenAccess } from './token.ts'
import { ProxyAddresses, type Visit } from './visit.ts'
import { anyone, type WhoIs } from './who-is.ts'

/** Who people are, put together as the settings say. HTTP and the live views ask the same one. */
export interface Access {
  readonly auth: DashboardAuth
  readonly sessions: Sessions
  readonly proxies: ProxyAddresses
  /** Under which browsers reach the dashboard; '' where the settings do not tell. */
  readonly dashboardUrl: string
  /** Signing in with a token, or at a provider, where that is the way. */
  readonly token?: TokenAccess
  readonly oidc?: OidcAccess
  whoIs(visit: Visit): Viewer | Refusal
}

/**
 * Reads the files that the settings name.
 * @throws Error that names the file which cannot be read or is wrong, never its content.
 */
export async function createAccess(
  settings: AccessSettings & { readonly dataDir: string },
  now: () => EpochMs,
): Promise<Access> {
  const { dashboardAuth: auth, dashboardUrl, rightsFile } = settings
  const rights = await readRights(rightsFile)
  const key = await sealingKey(settings.dataDir)
  const sessions = new Sessions(key)
  const proxies = new ProxyAddresses(settings.dashboardProxyAddresses)
  const base = { auth, sessions, proxies, dashboardUrl }
  const asking = (whoIs: WhoIs) => (visit: Visit) => whoIs(visit, now())
  switch (auth) {
    case 'token': {
      const token = new TokenAccess(await readSecrets(settings.dashboardTokenFile), rights, sessions, proxies)
      return { ...base, token, whoIs: asking(token.whoIs) }
    }
    case 'proxy': {
      const secrets = await readSecrets(settings.dashboardProxySecretFile)
      return { ...base, whoIs: asking(proxyAccess(secrets, rights, proxies)) }
    }
    case 'oidc': {
      const [clientSecret = ''] = await readSecrets(settings.oidcClientSecretFile)
      const { oidcClientId: clientId, oidcIssuer: issuer } = settings
      const oidc = new OidcAccess({ issuer, clientId, clientSecret, dashboardUrl, key }, rights, sessions)
      return { ...base, oidc, whoIs: asking(oidc.whoIs) }
    }
    case 'none':
      return { ...base, whoIs: asking(anyone) }
  }
}

async function readRights(file: string): Promise<Rights> {
  if (file === '') return rightsToAll
  try {
    return parseRights(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`the rights file ${file}: ${error instanceof Error ? error.message : error}`)
  }
}
