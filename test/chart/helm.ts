import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { programFor } from '../system.ts'

/** Builds in the least time of the versions that are maintained: 4 CPU minutes, modules included. */
const VERSION = 'v3.22.0'
/** What it takes Kubernetes to be: without it a helm built from source says 1.20, which the chart refuses. */
export const KUBERNETES = { major: '1', minor: '34' }
const BUILD_WITHIN_MS = 8 * 60_000

/** Outlives node_modules: `npm ci` must not cost another build. */
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'weir', `helm-${VERSION}`)
const built = join(folder, 'helm')

/** The helm on the PATH, else the one built before; undefined = none. */
export const findHelm = (): string | undefined => programFor('helm') ?? (existsSync(built) ? built : undefined)

/** Sees to it that a helm is on the PATH: finds one or, where Go is installed, builds one. Says so where it cannot. */
export function provideHelm(): void {
  const why = findHelm() === undefined ? build() : undefined
  if (why !== undefined) console.log(`no helm: ${why}`)
  else if (programFor('helm') === undefined) process.env.PATH = `${folder}${delimiter}${process.env.PATH ?? ''}`
}

/** @returns why it could not be built, undefined when it was. */
function build(): string | undefined {
  if (programFor('go') === undefined) return 'neither helm nor Go to build it with is on the PATH'
  console.log(`building helm ${VERSION} with Go, once: a few minutes`)
  const version = `helm.sh/helm/v3/pkg/chartutil.k8sVersion`
  const linked = `-s -w -X ${version}Major=${KUBERNETES.major} -X ${version}Minor=${KUBERNETES.minor}`
  const { status, signal, stderr } = spawnSync(
    'go',
    ['install', '-trimpath', '-ldflags', linked, `helm.sh/helm/v3/cmd/helm@${VERSION}`],
    { env: { ...process.env, GOBIN: folder }, timeout: BUILD_WITHIN_MS, encoding: 'utf8' },
  )
  if (status === 0) return undefined
  const last = stderr.trim().split('\n').at(-1) ?? ''
  return signal === null
    ? `go install failed: ${last}`
    : `go install took more than ${BUILD_WITHIN_MS / 60_000} minutes`
}
