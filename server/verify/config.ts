import {
  flag,
  readSettings,
  type Settings,
  type SettingsResult,
  settingsHelp,
  text,
  wholeNumber,
} from '@weir/contract/settings.ts'
import { readShare } from '../api/gate-parameters.ts'

function dashboardUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Error('must be a URL such as https://weir.example.com')
  if (url.username !== '' || url.password !== '') throw new Error('must hold no user or password: use --token-file')
  return url
}

function serviceName(value: string): { readonly namespace: string; readonly name: string } {
  const [namespace, name, more] = value.split('/')
  if (!namespace || !name || more !== undefined) throw new Error('must be NAMESPACE/NAME, such as shop/cart')
  return { namespace, name }
}

/** As text, for the server reads it; checked here so that a typing error needs no server. */
function share(value: string): string {
  readShare(value)
  return value
}

/** Every setting of `weir verify`: variable, flag, help and docs come from these rows. */
export const verifySettings = {
  serverUrl: { means: 'URL of the dashboard', fallback: 'http://127.0.0.1:8080', parse: dashboardUrl },
  tokenFile: { means: 'file with a token of the dashboard; empty = none', fallback: '', parse: text },
  cluster: { means: 'cluster by name, where the server has several', fallback: '', parse: text },
  service: { means: 'the Service, NAMESPACE/NAME', fallback: undefined, parse: serviceName },
  maxCrossShare: {
    means: 'largest share of its bytes that may cross zones: 10% or 0.1',
    fallback: undefined,
    parse: share,
  },
  since: { means: 'from when on: 30m, 6h, 7d ago, or a moment (2026-11-21T10:00Z)', fallback: '1h', parse: text },
  waitMinutes: {
    means: 'minutes for which to go on asking while there is not enough data',
    fallback: '0',
    parse: wholeNumber(0, 1_440),
  },
  json: { means: 'whether the answer is a line of JSON: true or false', fallback: 'false', parse: flag },
} as const

export type VerifySettings = Settings<typeof verifySettings>

export const readVerifySettings = (
  argv: readonly string[],
  env: { readonly [name: string]: string | undefined } = process.env,
): SettingsResult<typeof verifySettings> => readSettings(verifySettings, argv, env)

export const verifyHelp = (): string =>
  `weir verify: whether a Service's share that crosses zones is below a bar, for scripts and pipelines.

Exit code: 0 it is, 1 it is above, 2 the question is wrong, 3 there is not enough data, 4 the server cannot be reached or
refuses.

${settingsHelp(verifySettings)}`
