import { hostname } from 'node:os'
import {
  decimal,
  flag,
  type ListenAddress,
  listenAddress,
  nonEmpty,
  oneOf,
  readSettings,
  type Setting,
  type Settings,
  type SettingsResult,
  settingsHelp,
  text,
  wholeNumber,
} from '@weir/contract/settings.ts'

/** A name as the wire takes it (contract/batch-header.ts). */
function name(value: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(value))
    throw new Error('must be 1 to 253 letters, digits, dots, dashes and underscores')
  return value
}

function serverUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new Error('must be a URL such as http://weir-server:8081')
  if (url.username !== '' || url.password !== '') throw new Error('must hold no user or password: use --secret-file')
  return value
}

/** Divides an hour evenly, so that windows of all nodes are cut at the same instants. */
function windowLength(value: string): number {
  const ms = wholeNumber(1_000, 60_000)(value)
  if (60_000 % ms !== 0) throw new Error('must divide 60000: windows lie on whole minutes')
  return ms
}

/** Every setting of the agent, once: reader, help and docs derive from this table. */
export const agentSettings = {
  serverUrl: {
    means: 'URL of the server’s port for agents',
    fallback: 'http://127.0.0.1:8081',
    parse: serverUrl,
  },
  node: { means: 'name of this node, as the cluster knows it', fallback: hostname(), parse: name },
  cluster: { means: 'name of the cluster', fallback: 'default', parse: name },
  secret: {
    means: 'secret that proves this agent to the server; prefer a file',
    fallback: '',
    parse: text,
    secret: true,
  },
  secretFile: {
    means: 'file with that secret, read anew for every request; empty = none',
    fallback: '',
    parse: text,
  },
  tlsCa: {
    means: 'file with the CA (PEM) of the server’s certificate; empty = those the system trusts',
    fallback: '',
    parse: text,
  },
  tlsCert: {
    means: 'file with this agent’s certificate (PEM), for a server that asks for one',
    fallback: '',
    parse: text,
  },
  tlsKey: { means: 'file with that certificate’s key (PEM)', fallback: '', parse: text },
  spoolDir: {
    means: 'folder for windows that wait to be sent and for counter checkpoints; keep it on the node’s disk',
    fallback: '/var/lib/weir',
    parse: nonEmpty,
  },
  spoolMaxBytes: {
    means: 'bytes the spool may take; when it is full, windows are merged, then the oldest dropped',
    fallback: String(256 * 1024 * 1024),
    parse: wholeNumber(1024 * 1024, 2 ** 40),
  },
  windowMs: { means: 'length of a window in ms; must divide 60000', fallback: '10000', parse: windowLength },
  dumpEveryMs: {
    means: 'ms between reads of the connection table; must divide the window',
    fallback: '5000',
    parse: wholeNumber(100, 60_000),
  },
  mtu: {
    means: 'largest packet in bytes on the wire, for the estimate of wire bytes; 0 = of the default route’s interface',
    fallback: '0',
    parse: wholeNumber(0, 65_535),
  },
  source: {
    means: 'where flows come from: live (this node’s kernel) or recording (a file, replayed)',
    fallback: 'live',
    parse: oneOf('live', 'recording'),
  },
  recording: { means: 'file to replay when the source is recording', fallback: '', parse: text },
  recordTo: { means: 'file to write what the kernel says to, for a replay; empty = none', fallback: '', parse: text },
  manageSysctls: {
    means: 'whether to switch on the kernel’s counters, events and timestamps where they are off: true or false',
    fallback: 'true',
    parse: flag,
  },
  cpuShare: {
    means: 'share of one core that reading the table may take; the interval grows beyond it',
    fallback: '0.05',
    parse: decimal(0.001, 1),
  },
  metricsListen: {
    means: 'address for /metrics and /healthz, such as 127.0.0.1:9091; empty = off',
    fallback: '',
    parse: (value: string): ListenAddress | undefined => (value === '' ? undefined : listenAddress(value)),
  },
} satisfies { readonly [setting: string]: Setting<unknown> }

export type AgentSettings = Settings<typeof agentSettings>

/** Settings from flags and environment, with the rules that span several of them. */
export function readAgentSettings(
  argv: readonly string[],
  env: { readonly [name: string]: string | undefined } = process.env,
): SettingsResult<typeof agentSettings> {
  const read = readSettings(agentSettings, argv, env)
  if (!read.ok) return read
  const { windowMs, dumpEveryMs, source, recording, secret, secretFile, tlsCa, tlsCert, tlsKey } = read.settings
  const problems: string[] = []
  if (windowMs % dumpEveryMs !== 0) problems.push(`--dump-every-ms ${dumpEveryMs} must divide --window-ms ${windowMs}`)
  if (source === 'recording' && recording === '')
    problems.push('--recording must name a file when --source is recording')
  if (secret !== '' && secretFile !== '') problems.push('--secret and --secret-file exclude each other')
  if ((tlsCert === '') !== (tlsKey === '')) problems.push('--tls-cert and --tls-key are given together or not at all')
  if (tlsCa + tlsCert !== '' && !read.settings.serverUrl.startsWith('https:'))
    problems.push('--tls-ca and --tls-cert need a --server-url that begins with https:')
  return problems.length > 0 ? { ok: false, problems } : read
}

export const agentHelp = (): string =>
  `weir agent: measures one node's traffic and reports it to the server.\n\n${settingsHelp(agentSettings)}`
