import { decimal, nonEmpty, type Settings, text } from '@weir/contract/settings.ts'

/** secret: one for all. token-review, jwks: projected service account tokens. mtls: client certificates. */
export const agentAuths = ['secret', 'token-review', 'jwks', 'mtls'] as const
export type AgentAuth = (typeof agentAuths)[number]

/** Settings of who agents are: rows of the server's table (config.ts). */
export const trustSettings = {
  agentAuth: {
    means: `How agents prove who they are: one or several, comma separated, tried in order: ${agentAuths.join(', ')}`,
    fallback: 'secret',
    parse: agentAuthList,
  },
  agentAudience: {
    means: "For token-review and jwks: audience of the agents' tokens, which nothing else must accept",
    fallback: 'weir',
    parse: nonEmpty,
  },
  agentServiceAccount: {
    means: "For token-review and jwks: NAMESPACE/NAME of the agents' service account; several, comma separated",
    fallback: '',
    parse: serviceAccount,
  },
  flowLogServiceAccount: {
    means:
      "For token-review and jwks: NAMESPACE/NAME of readers of flow logs, several comma separated, which then are no agents, and agents no readers; empty = the agents' accounts bring flow logs, too",
    fallback: '',
    parse: serviceAccount,
  },
  agentIssuer: {
    means: "For jwks: issuer of the agents' tokens, exactly as in their claim iss",
    fallback: '',
    parse: text,
  },
  agentJwks: {
    means: "For jwks: https URL or file of the issuer's public keys; read again every 5 minutes",
    fallback: '',
    parse: keySource,
  },
  agentsTlsCert: {
    means: 'File with the certificate (PEM, with its chain) of the port for agents; empty = plain HTTP',
    fallback: '',
    parse: text,
  },
  agentsTlsKey: { means: "File with that certificate's key (PEM)", fallback: '', parse: text },
  agentsClientCa: {
    means: "For mtls: file with the CA (PEM) of the agents' certificates, which name node:NAME",
    fallback: '',
    parse: text,
  },
  lineRateGbps: {
    means: 'Gigabit per second that a node can send, and receive; batches that claim more are set aside and shown',
    fallback: '100',
    parse: decimal(0.001, 100_000),
  },
} as const

export type TrustSettings = Settings<typeof trustSettings>

/** What is missing for the chosen ways in, each with what would be right. */
export function trustProblems(
  settings: TrustSettings & {
    readonly open: boolean
    readonly secretFile: string
    readonly cluster: string
    readonly directory: string
  },
): string[] {
  const { agentAuth, open, secretFile, cluster, directory, agentsTlsCert, agentsTlsKey, agentsClientCa } = settings
  const needs = (flag: string, value: string, ...auths: readonly AgentAuth[]): string[] => {
    const wanting = auths.find(auth => agentAuth.includes(auth))
    return wanting === undefined || value !== '' ? [] : [`${flag} must be given for --agent-auth ${wanting}`]
  }
  const problems: string[] = []
  if ((agentsTlsCert === '') !== (agentsTlsKey === ''))
    problems.push('--agents-tls-cert and --agents-tls-key are given together or not at all')
  if (agentsClientCa !== '' && agentsTlsCert === '') problems.push('--agents-client-ca needs --agents-tls-cert')
  if (open) {
    const isDefault = agentAuth.length === 1 && agentAuth[0] === 'secret'
    return isDefault ? problems : [...problems, '--open true and --agent-auth exclude each other']
  }
  if (agentAuth.includes('secret') && secretFile === '')
    problems.push('--secret-file (or WEIR_SECRET_FILE) must be given, or --open true to take batches from anyone')
  if (agentAuth.includes('token-review') && directory !== 'kubernetes')
    problems.push('--agent-auth token-review needs --directory kubernetes, whose API server checks the tokens')
  return [
    ...problems,
    ...needs('--agent-service-account', settings.agentServiceAccount, 'token-review', 'jwks'),
    ...needs('--cluster', cluster, 'token-review', 'jwks'),
    ...needs('--agent-issuer', settings.agentIssuer, 'jwks'),
    ...needs('--agent-jwks', settings.agentJwks, 'jwks'),
    ...needs('--agents-client-ca', agentsClientCa, 'mtls'),
  ]
}

function agentAuthList(value: string): readonly AgentAuth[] {
  const given = value.split(',').map(one => one.trim())
  const known = given.flatMap(one => agentAuths.find(auth => auth === one) ?? [])
  if (known.length < given.length || new Set(known).size < known.length)
    throw new Error(`must be a comma separated list of ${agentAuths.join(', ')}, each at most once`)
  return known
}

function serviceAccount(value: string): string {
  // RFC 1123 labels and subdomains, as Kubernetes takes them.
  const given = value === '' ? [] : value.split(',').map(one => one.trim())
  if (!given.every(one => /^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9.-]{0,252}$/.test(one)))
    throw new Error('must be NAMESPACE/NAME, or several of them, comma separated')
  return given.join(',')
}

/** Over plain HTTP only from this machine: whoever can change the keys on their way can be any agent. */
export function keySource(value: string): string {
  if (!/^[a-z]+:\/\//i.test(value)) return value
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isLocal = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (url?.protocol !== 'https:' && !isLocal) throw new Error('must be an https:// URL or a file')
  return value
}
