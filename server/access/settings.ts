import { type DashboardAuth, dashboardAuths } from '@weir/contract/queries.ts'
import { envName, flagName, oneOf, type Settings, text } from '@weir/contract/settings.ts'
import { ProxyAddresses } from './visit.ts'

/** Settings of who people are: rows of the server's table (config.ts). */
export const accessSettings = {
  dashboardAuth: {
    means:
      'Who may see the page and its API: token (a token from a file), proxy (names from an authenticating proxy), oidc (an OpenID provider), or none (everybody who reaches the port)',
    fallback: 'token',
    parse: oneOf(...dashboardAuths),
  },
  dashboardTokenFile: {
    means:
      'For token: file with tokens of 16 or more characters, comma separated, each alone or as NAME:TOKEN to give it rights of its own',
    fallback: '',
    parse: text,
  },
  dashboardProxyAddresses: {
    means:
      'Comma separated CIDRs of the proxies before the dashboard; their X-Forwarded-For is believed, and with proxy also who they say is asking',
    fallback: '',
    parse: proxyAddresses,
  },
  dashboardProxySecretFile: {
    means: 'For proxy: file with the secret that the proxy sends as X-Weir-Proxy-Secret; several, comma separated',
    fallback: '',
    parse: text,
  },
  oidcIssuer: {
    means: 'For oidc: URL of the OpenID provider, as in its discovery document',
    fallback: '',
    parse: secureUrl,
  },
  oidcClientId: { means: 'For oidc: id of the client at the provider', fallback: '', parse: text },
  oidcClientSecretFile: { means: "For oidc: file with the client's secret", fallback: '', parse: text },
  dashboardUrl: {
    means:
      'URL under which browsers reach the dashboard, without a path; needed for oidc, which returns to /login/oidc/callback below it',
    fallback: '',
    parse: dashboardUrl,
  },
  rightsFile: {
    means:
      'YAML file from users and groups to namespaces (docs/operations.md); without it every viewer sees everything',
    fallback: '',
    parse: text,
  },
} as const

export type AccessSettings = Settings<typeof accessSettings>

const needs: { readonly [auth in DashboardAuth]: readonly (keyof AccessSettings)[] } = {
  token: ['dashboardTokenFile'],
  proxy: ['dashboardProxyAddresses', 'dashboardProxySecretFile'],
  oidc: ['oidcIssuer', 'oidcClientId', 'oidcClientSecretFile', 'dashboardUrl'],
  none: [],
}

/** What is missing for the chosen way, each with the ways out. */
export function accessProblems(settings: AccessSettings): string[] {
  const auth = settings.dashboardAuth
  const ways = `the ways are ${dashboardAuths.join(', ')}; none shows the dashboard to everybody who reaches it`
  return needs[auth]
    .filter(name => settings[name].length === 0)
    .map(name => `${flagName(name)} (or ${envName(name)}) must be given for --dashboard-auth ${auth} (${ways})`)
}

function proxyAddresses(value: string): readonly string[] {
  const cidrs = value
    .split(',')
    .map(cidr => cidr.trim())
    .filter(cidr => cidr !== '')
  new ProxyAddresses(cidrs) // throws on what is no CIDR
  return cidrs
}

/** Over plain HTTP only to this machine, for trials: what comes from the provider is who people are. */
function secureUrl(value: string): string {
  if (value === '') return value
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isLocal = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (url?.protocol !== 'https:' && !isLocal) throw new Error('must be an https:// URL')
  return value
}

function dashboardUrl(value: string): string {
  if (value === '') return value
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!/^https?:$/.test(url?.protocol ?? '') || url?.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new Error('must be http(s)://HOST[:PORT] without a path')
  return url.origin
}
