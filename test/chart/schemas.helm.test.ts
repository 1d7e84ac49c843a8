import { deepEqual, equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { at, type Manifest } from './manifest.ts'
import { cases, render, skip } from './render.ts'

const root = join(import.meta.dirname, '..', '..')

/** Kinds of custom resources: no schema of theirs is at hand, so only their shape at the top is looked at. */
const custom: { readonly [kind: string]: { readonly apiVersion: string; readonly spec: readonly string[] } } = {
  ServiceMonitor: { apiVersion: 'monitoring.coreos.com/v1', spec: ['selector', 'endpoints'] },
  PodMonitor: { apiVersion: 'monitoring.coreos.com/v1', spec: ['selector', 'podMetricsEndpoints'] },
  PrometheusRule: { apiVersion: 'monitoring.coreos.com/v1', spec: ['groups'] },
  HTTPRoute: { apiVersion: 'gateway.networking.k8s.io/v1', spec: ['parentRefs', 'hostnames', 'rules'] },
}

for (const name of Object.keys(cases).filter(isCase))
  test(`what is rendered is valid Kubernetes, without a key it does not know: ${name}`, { skip }, async () => {
    const manifests = render(name)
    for (const manifest of manifests) checkCustom(manifest)
    const known = manifests.filter(({ kind }) => custom[kind] === undefined)
    deepEqual((await Promise.all(known.map(schemaProblems))).flat(), [])
    equal(typeProblems(known), '')
  })

test('the check itself finds a wrong type and an unknown key', { skip }, async () => {
  const [service] = render('default').filter(({ kind }) => kind === 'Service')
  if (service === undefined) throw new Error('no Service')
  const wrongType = { ...service, spec: { ports: [{ port: 'many' }] } }
  equal((await schemaProblems(wrongType)).length > 0, true)
  equal(typeProblems([{ ...service, spec: { prots: [] } } as Manifest]).includes('prots'), true)
})

function isCase(name: string): name is keyof typeof cases {
  return name in cases
}

function checkCustom(manifest: Manifest): void {
  const shape = custom[manifest.kind]
  if (shape === undefined) return
  equal(manifest.apiVersion, shape.apiVersion)
  deepEqual(Object.keys(at(manifest, 'spec') ?? {}), shape.spec)
}

/** The types of kubernetes-models are made from Kubernetes' own OpenAPI documents. */
const moduleOf = ({ apiVersion, kind }: Manifest): string => `kubernetes-models/${apiVersion}/${kind}`

/** Values against the schema: types, enumerations, formats, what is required. */
async function schemaProblems(manifest: Manifest): Promise<string[]> {
  const module: { readonly [name: string]: unknown } = await import(moduleOf(manifest))
  const Model = module[manifest.kind]
  if (typeof Model !== 'function') throw new Error(`no schema of ${manifest.kind}`)
  try {
    Reflect.construct(Model, [manifest]).validate()
    return []
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : error}`]
  }
}

/** The schemas take keys that they do not know; the compiler does not, in a literal at any depth. */
function typeProblems(manifests: readonly Manifest[]): string {
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'weir-chart-'))
  try {
    const source = manifests.map(
      (manifest, index) =>
        `import type { I${manifest.kind} as T${index} } from '${moduleOf(manifest)}'\n` +
        `export const m${index}: T${index} = ${JSON.stringify(manifest)}\n`,
    )
    writeFileSync(join(folder, 'manifests.ts'), source.join(''))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig', '--types', '']
    const { stdout } = spawnSync('tsc', [...options, join(folder, 'manifests.ts')], { encoding: 'utf8', cwd: root })
    return stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
