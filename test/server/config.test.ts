import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readServerSettings, serverHelp, settingsTable } from '../../server/config.ts'
import { readSecrets } from '../../server/secrets.ts'

const needed = ['--directory-file', 'd.yaml', '--secret-file', 's', '--dashboard-token-file', 't']

test('with the three files that have no default, everything else has one', () => {
  const read = readServerSettings(needed, {})
  if (!read.ok) throw new Error(read.problems.join())
  deepEqual(read.settings.dashboardListen, { host: '0.0.0.0', port: 8080 })
  deepEqual(read.settings.agentsListen, { host: '0.0.0.0', port: 8081 })
  deepEqual(read.settings.metricsListen, { host: '0.0.0.0', port: 9090 })
  equal(read.settings.sealAfterMs, 15 * 60_000)
  equal(read.settings.usdPerGb, 0.01)
  equal(read.settings.bytesPerGb, 2 ** 30)
  equal(read.settings.open, false)
})

const bad: [why: string, argv: string[], env: { [name: string]: string }, problem: RegExp][] = [
  ['no directory file', ['--secret-file', 's'], {}, /--directory-file \(or WEIR_DIRECTORY_FILE\) must be given/],
  [
    'Kubernetes without the name of the cluster',
    ['--directory', 'kubernetes', '--secret-file', 's'],
    {},
    /--cluster \(or WEIR_CLUSTER\) must be given for --directory kubernetes/,
  ],
  ['Kubernetes and a file', [...needed, '--directory', 'kubernetes'], {}, /--directory-file is for --directory file/],
  ['a kubeconfig for a file', [...needed, '--kubeconfig', 'k'], {}, /--kubeconfig is for --directory kubernetes/],
  ['a directory nobody knows', [...needed, '--directory', 'consul'], {}, /must be one of file, kubernetes/],
  [
    'no secret and not told to run open',
    ['--directory-file', 'd', '--dashboard-auth', 'none'],
    {},
    /--secret-file .* or --open true/,
  ],
  [
    'no way to tell who may see the dashboard, with the ways there are',
    ['--directory-file', 'd', '--secret-file', 's'],
    {},
    /--dashboard-token-file .* for --dashboard-auth token \(the ways are token, proxy, oidc, none; none shows/,
  ],
  [
    'a proxy from anywhere',
    [...needed, '--dashboard-auth', 'proxy'],
    {},
    /--dashboard-proxy-addresses .* must be given/,
  ],
  ['a proxy address that is no CIDR', [...needed, '--dashboard-proxy-addresses', '10.0.0.1'], {}, /no CIDR such as/],
  ['a provider over plain HTTP', [...needed, '--oidc-issuer', 'http://id.example'], {}, /must be an https:/],
  [
    'a provider without the rest',
    [...needed, '--dashboard-auth=oidc'],
    {},
    /--oidc-client-secret-file .* must be given/,
  ],
  ['a dashboard below a path', [...needed, '--dashboard-url', 'https://a.example/weir'], {}, /without a path/],
  [
    'a variable with a typing error',
    needed,
    { WEIR_DATADIR: 'x' },
    /unknown variable WEIR_DATADIR: did you mean WEIR_DATA_DIR/,
  ],
  ['a flag with a typing error', [...needed, '--usd-per-bg', '1'], {}, /did you mean --usd-per-gb/],
  ['a listen address without a port', [...needed, '--agents-listen', 'localhost'], {}, /HOST:PORT/],
  ['a price finer than a micro-dollar', [...needed, '--usd-per-gb', '0.0123456'], {}, /six decimals/],
  ['a price of more than four dollars', [...needed, '--usd-per-gb', '5'], {}, /0 to 4/],
  ['a GB of neither kind', [...needed, '--bytes-per-gb', '1024'], {}, /1073741824, 1000000000/],
]
const kubernetes = ['--directory-file', 'd', '--agent-auth', 'token-review,jwks']
const agents: typeof bad = [
  ['an unknown way in', [...needed, '--agent-auth', 'password'], {}, /comma separated list of secret, token-review/],
  ['a way in twice', [...needed, '--agent-auth', 'mtls,mtls'], {}, /at most once/],
  ['no service account', kubernetes, {}, /--agent-service-account must be given for --agent-auth token-review/],
  ['a service account without namespace', [...kubernetes, '--agent-service-account', 'weir'], {}, /NAMESPACE\/NAME/],
  ['one of several without', [...kubernetes, '--agent-service-account', 'weir/a,b'], {}, /NAMESPACE\/NAME, or several/],
  ['proven agents of no cluster', kubernetes, {}, /--cluster must be given for --agent-auth token-review/],
  ['reviews without an API server', kubernetes, {}, /token-review needs --directory kubernetes/],
  ['keys of no issuer', kubernetes, {}, /--agent-issuer must be given for --agent-auth jwks/],
  ['keys over plain HTTP', [...needed, '--agent-jwks', 'http://issuer.example/keys'], {}, /https:\/\/ URL or a file/],
  ['client certificates of no CA', [...needed, '--agent-auth', 'mtls'], {}, /--agents-client-ca must be given/],
  ['a CA but no TLS', [...needed, '--agents-client-ca', 'ca'], {}, /--agents-client-ca needs --agents-tls-cert/],
  ['a certificate without its key', [...needed, '--agents-tls-cert', 'c'], {}, /are given together or not at all/],
  ['open, but with identity', [...needed, '--open', 'true', '--agent-auth', 'mtls'], {}, /exclude each other/],
  ['a line rate of 0', [...needed, '--line-rate-gbps', '0'], {}, /from 0.001/],
]
for (const [why, argv, env, problem] of [...bad, ...agents])
  test(`refused: ${why}`, () => {
    const read = readServerSettings(argv, env)
    match(read.ok ? '' : read.problems.join('\n'), problem)
  })

test('all problems are told at once', () => {
  const read = readServerSettings(['--open', 'maybe', '--seal-after-ms', '-1', '--usd-per-gb', 'x'], {})
  equal(read.ok ? 0 : read.problems.length, 3)
})

test('open needs no secret', () =>
  equal(readServerSettings(['--directory-file', 'd', '--open', 'true', '--dashboard-auth', 'none'], {}).ok, true))

test('the help names every setting by flag and variable', () => {
  for (const name of Object.keys(settingsTable)) {
    const dashed = name.replace(/[A-Z]/g, c => `-${c.toLowerCase()}`)
    match(serverHelp(), new RegExp(`--${dashed}  \\(WEIR_${dashed.replaceAll('-', '_').toUpperCase()}, `))
  }
})

async function secretsIn(content: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-secrets-'))
  try {
    const file = join(folder, 'secret')
    await writeFile(file, content)
    return await readSecrets(file)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a secret file ends with a line break as a rule', async () => deepEqual(await secretsIn('s3cret\n'), ['s3cret']))
test('two secrets while one replaces the other', async () => deepEqual(await secretsIn('old, new\n'), ['old', 'new']))

for (const [why, content, problem] of [
  ['empty', ' \n', /is empty/],
  ['with a blank inside, which no header can carry', 'two words', /blank or line break/],
] as const)
  test(`a secret file that is ${why} is refused without being repeated`, async () => {
    const told = await secretsIn(content).then(
      () => '',
      (error: Error) => error.message,
    )
    match(told, problem)
    equal(told.includes('two words'), false)
  })

test('a secret file that is not there is refused by name', async () => {
  match(
    await readSecrets('/nowhere/secret').then(
      () => '',
      (error: Error) => error.message,
    ),
    /\/nowhere\/secret/,
  )
})
