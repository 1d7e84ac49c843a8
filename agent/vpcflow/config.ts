import {
  flag,
  type ListenAddress,
  listenAddress,
  readSettings,
  type Setting,
  type Settings,
  type SettingsResult,
  settingsHelp,
  text,
  wholeNumber,
} from '@weir/contract/settings.ts'
import { type EpochMs, epochMs } from '@weir/contract/units.ts'
import { agentSettings } from '../config.ts'
import { type Format, readLogFormat } from './format.ts'
import { readS3Url } from './s3-keys.ts'

export interface S3Place {
  readonly bucket: string
  readonly prefix: string
}

function s3Places(value: string): readonly S3Place[] {
  return listed(value).map(url => {
    const place = readS3Url(url)
    if (place === undefined) throw new Error('must be s3://bucket/prefix, or several with commas between them')
    return place
  })
}

const listed = (value: string): readonly string[] =>
  value
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '')

function format(value: string): Format | undefined {
  if (value === '') return undefined
  const read = readLogFormat(value)
  if (!read.ok) throw new Error(read.detail)
  return read.format
}

/** An instant, or the beginning of a UTC day. */
function instant(value: string): EpochMs | undefined {
  if (value === '') return undefined
  const at = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)?$/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) throw new Error('must be a UTC day or time such as 2026-11-01 or 2026-11-01T06:00Z')
  return epochMs(at)
}

const { serverUrl, cluster, secret, secretFile, tlsCa, tlsCert, tlsKey } = agentSettings

/** What both programs need: the server, who this is, and where flow logs lie. */
const shared = {
  serverUrl,
  cluster,
  secret,
  secretFile,
  tlsCa,
  tlsCert,
  tlsKey,
  fromS3: {
    means: 'where flow logs are delivered to, s3://bucket/prefix; several with commas between them',
    fallback: '',
    parse: s3Places,
  },
  fromLogGroup: {
    means: 'log groups of CloudWatch Logs that flow logs are delivered to, with commas between them',
    fallback: '',
    parse: listed,
  },
  format: {
    means:
      'fields of the lines in log groups, as the flow log’s format has them; empty = asked from AWS (ec2:DescribeFlowLogs)',
    fallback: '',
    parse: format,
  },
  region: {
    means: 'region of the bucket or the log groups; empty = as the AWS SDK finds it (AWS_REGION, profile)',
    fallback: '',
    parse: text,
  },
} satisfies { readonly [setting: string]: Setting<unknown> }

/** Every setting of `weir flow-logs`, once: reader, help and docs derive from this table. */
export const flowLogSettings = {
  ...shared,
  lookBackMinutes: {
    means: 'minutes before the newest object read within which late ones are looked for',
    fallback: '60',
    parse: wholeNumber(5, 7 * 24 * 60),
  },
  catchUpHours: {
    means: 'hours that a start looks back for where the last reader stopped; what came since is read first',
    fallback: '72',
    parse: wholeNumber(1, 31 * 24),
  },
  pollMs: {
    means: 'ms between two looks at what is new; AWS delivers every 5 minutes',
    fallback: '60000',
    parse: wholeNumber(1_000, 3_600_000),
  },
  metricsListen: {
    means: 'address for /metrics and /healthz, such as 127.0.0.1:9091; empty = off',
    fallback: '',
    parse: (value: string): ListenAddress | undefined => (value === '' ? undefined : listenAddress(value)),
  },
} satisfies { readonly [setting: string]: Setting<unknown> }

/** Every setting of `weir import`. */
export const importSettings = {
  ...shared,
  from: { means: 'first moment to read, UTC: 2026-11-01 or 2026-11-01T06:00Z', fallback: '', parse: instant },
  to: { means: 'first moment not to read any more; empty = now', fallback: '', parse: instant },
  takeOver: {
    means: 'whether a tail that reads flow logs gives way until the import has ended: true or false',
    fallback: 'false',
    parse: flag,
  },
  json: {
    means: 'whether progress and the result are lines of JSON: true or false',
    fallback: 'false',
    parse: flag,
  },
} satisfies { readonly [setting: string]: Setting<unknown> }

export type FlowLogSettings = Settings<typeof flowLogSettings>
export type ImportSettings = Settings<typeof importSettings>
export type SharedSettings = Settings<typeof shared>

type Environment = { readonly [name: string]: string | undefined }

export function readFlowLogSettings(
  argv: readonly string[],
  env: Environment = process.env,
): SettingsResult<typeof flowLogSettings> {
  const read = readSettings(flowLogSettings, argv, env)
  if (!read.ok) return read
  const problems = sharedProblems(read.settings)
  const { lookBackMinutes, catchUpHours } = read.settings
  if (lookBackMinutes > catchUpHours * 60)
    problems.push(`--look-back-minutes ${lookBackMinutes} must not be longer than --catch-up-hours ${catchUpHours}`)
  return problems.length > 0 ? { ok: false, problems } : read
}

export function readImportSettings(
  argv: readonly string[],
  env: Environment = process.env,
): SettingsResult<typeof importSettings> {
  const read = readSettings(importSettings, argv, env)
  if (!read.ok) return read
  const problems = sharedProblems(read.settings)
  const { from, to } = read.settings
  if (from === undefined) problems.push('--from must be given: the first moment to read, such as 2026-11-01')
  else if (to !== undefined && to <= from) problems.push('--to must be later than --from')
  return problems.length > 0 ? { ok: false, problems } : read
}

function sharedProblems(settings: SharedSettings): string[] {
  const { fromS3, fromLogGroup, secret, secretFile, tlsCa, tlsCert, tlsKey, serverUrl } = settings
  const problems: string[] = []
  if (fromS3.length + fromLogGroup.length === 0)
    problems.push('--from-s3 or --from-log-group must say where flow logs are')
  if (secret !== '' && secretFile !== '') problems.push('--secret and --secret-file exclude each other')
  if ((tlsCert === '') !== (tlsKey === '')) problems.push('--tls-cert and --tls-key are given together or not at all')
  if (tlsCa + tlsCert !== '' && !serverUrl.startsWith('https:'))
    problems.push('--tls-ca and --tls-cert need a --server-url that begins with https:')
  return problems
}

export const flowLogHelp = (): string =>
  `weir flow-logs: reads VPC flow logs as they arrive and sends their sums to the server.\n\n${settingsHelp(flowLogSettings)}`

export const importHelp = (): string =>
  `weir import: reads VPC flow logs of a past range, once.\n\n${settingsHelp(importSettings)}`
