import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findHelm, KUBERNETES } from './helm.ts'
import { type Manifest, parseManifests } from './manifest.ts'

export const chart = join(import.meta.dirname, '..', '..', 'charts', 'weir')

const helm = findHelm()
/** For `test(…, { skip })`: why nothing can be rendered here. */
export const skip = helm === undefined ? 'no helm here: npm test builds one where Go is installed' : false

/** Values of the cases: a file of test/chart/values, or flags. */
export const cases = {
  default: [],
  minimal: ['--values', join(import.meta.dirname, 'values', 'minimal.yaml')],
  everything: ['--values', join(import.meta.dirname, 'values', 'everything.yaml')],
  'only agents': ['--set', 'server.enabled=false', '--set', 'agent.serverUrl=https://weir.example:8081'],
  'agents and a server elsewhere': [
    ...['--set', 'server.enabled=false', '--set', 'agent.serverUrl=https://weir.example:8081'],
    ...['--set', 'rbac.remoteServer=true', '--set', 'clusterName=prod-2'],
  ],
  'without sign-in': ['--set', 'dashboard.auth=none'],
  'only the server, behind a proxy': [
    ...['--set', 'agent.enabled=false', '--set', 'dashboard.auth=proxy', '--set', 'dashboard.proxy.existingSecret=p'],
    ...['--set', 'dashboard.proxy.addresses={10.0.0.0/8}', '--set', 'agentAuth.modes={secret}'],
  ],
} as const satisfies { readonly [name: string]: readonly string[] }

export interface Ran {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

export function runHelm(...args: readonly string[]): Ran {
  if (helm === undefined) throw new Error('no helm')
  const { status, stdout, stderr } = spawnSync(helm, args, { encoding: 'utf8', timeout: 60_000 })
  return { ok: status === 0, stdout, stderr }
}

/** Whatever the helm was built against, the chart is rendered for this Kubernetes. */
export const forKubernetes = ['--kube-version', `${KUBERNETES.major}.${KUBERNETES.minor}.0`]

export const lint = (...values: readonly string[]): Ran =>
  runHelm('lint', '--strict', chart, ...forKubernetes, ...values)
export const template = (...values: readonly string[]): Ran =>
  runHelm('template', 'weir', chart, '--namespace', 'obs', ...forKubernetes, ...values)

/** The objects of a case. @throws Error with helm's words. */
export function render(name: keyof typeof cases): readonly Manifest[] {
  const { ok, stdout, stderr } = template(...cases[name])
  if (!ok) throw new Error(stderr)
  return parseManifests(stdout)
}
