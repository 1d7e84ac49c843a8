import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { readAgentSettings } from '../../agent/config.ts'
import { readFlowLogSettings } from '../../agent/vpcflow/config.ts'
import { parseRights } from '../../server/access/rights.ts'
import { readServerSettings } from '../../server/config.ts'
import { resourceTable } from '../../server/directory/kubernetes/resources.ts'
import { at, containersOf, listAt, type Manifest, pick, podSpec, textAt } from './manifest.ts'
import { cases, render, skip } from './render.ts'

/** Programs of a rendering: containers of the image that run `weir agent`, `server` or `flow-logs`. */
const programsOf = (manifests: readonly Manifest[]) =>
  manifests.flatMap(manifest =>
    containersOf(podSpec(manifest)).filter(container => textAt(container, 'args', '0') in readersOf),
  )

type Read = (
  argv: readonly string[],
  env: { readonly [variable: string]: string },
) => Readonly<{ ok: true } | { ok: false; problems: readonly string[] }>
const readersOf: { readonly [program: string]: Read } = {
  agent: readAgentSettings,
  server: readServerSettings,
  'flow-logs': readFlowLogSettings,
}
const unknown = { ok: false, problems: ['no such program'] } as const

/** Variables as the container gets them; what the cluster fills in is a name. */
function environmentOf(container: unknown): { [variable: string]: string } {
  const env: { [variable: string]: string } = {}
  for (const variable of listAt(container, 'env')) {
    const value = at(variable, 'value')
    equal(typeof (value ?? ''), 'string', `${textAt(variable, 'name')} must be a text`)
    env[textAt(variable, 'name')] = value === undefined ? 'node-1' : String(value)
  }
  return env
}

for (const name of Object.keys(cases).filter(isCase))
  test(`the programs take the settings they are given: ${name}`, { skip }, () => {
    const programs = programsOf(render(name))
    equal(programs.length > 0, true)
    for (const container of programs) {
      const settings = readersOf[textAt(container, 'args', '0')]?.([], environmentOf(container)) ?? unknown
      deepEqual(settings.ok ? [] : settings.problems, [])
    }
  })

function isCase(name: string): name is keyof typeof cases {
  return name in cases
}

test('whole numbers reach the program as digits, whatever their size', { skip }, () => {
  const [agent] = containersOf(podSpec(pick(render('everything'), 'DaemonSet', 'flows-agent'))).slice(-1)
  equal(environmentOf(agent).WEIR_SPOOL_MAX_BYTES, '536870912')
})

test('the agent of a case sends its batches to the server of that case', { skip }, () => {
  for (const [name, url] of [
    ['default', 'http://weir-server.obs.svc:8081'],
    ['everything', 'https://flows-server.obs.svc:8081'],
    ['only agents', 'https://weir.example:8081'],
  ] as const)
    for (const agent of programsOf(render(name)).filter(one => textAt(one, 'args', '0') === 'agent'))
      equal(environmentOf(agent).WEIR_SERVER_URL, url)
})

test('the rights of people reach the server as it reads them', { skip }, () => {
  const rights = parseRights(textAt(pick(render('everything'), 'ConfigMap', 'flows-server'), 'data', 'rights.yaml'))
  equal(rights.of('ann', ['platform']), 'all')
  deepEqual(rights.of('bob', ['shop']), new Set(['shop', 'cart']))
})

const watchedIn = (values: Parameters<typeof render>[0], role: string): string[] =>
  listAt(pick(render(values), 'ClusterRole', role), 'rules')
    .filter(rule => listAt(rule, 'verbs').includes('watch'))
    .flatMap(rule => listAt(rule, 'resources').map(resource => `${listAt(rule, 'apiGroups')}/${resource}`))
    .sort()

test('the server may read exactly what it watches', { skip }, () => {
  const read = (extras: boolean) =>
    Object.values(resourceTable)
      .filter(({ isExtra }) => extras || isExtra !== true)
      .map(({ path }) => {
        const [, root, ...rest] = path.split('/')
        return `${root === 'api' ? '' : rest[0]}/${rest.at(-1)}`
      })
      .sort()
  deepEqual(watchedIn('default', 'obs-weir-server'), read(false))
  deepEqual(watchedIn('everything', 'obs-flows-server'), read(true))
})
