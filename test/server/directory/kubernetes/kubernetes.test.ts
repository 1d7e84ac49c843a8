import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { watchKubernetes } from '../../../../server/directory/kubernetes/kubernetes.ts'
import type { ClusterObjects, RecordChange } from '../../../../server/directory/kubernetes/objects.ts'
import { kubeconfigText } from '../../../kubernetes-api/kubeconfig.ts'
import { nodeObject, podObject } from '../../../kubernetes-api/objects.ts'
import type { KubernetesApi } from '../../../kubernetes-api/server.ts'
import { apiWorld } from './api-world.ts'

async function watched(t: TestContext, prepare: (api: KubernetesApi) => void = () => {}) {
  const { api, kubeconfig, clock, until } = await apiWorld(t)
  prepare(api)
  const told: (ClusterObjects | readonly RecordChange[])[] = []
  const failing = { left: 0 }
  const take = (what: ClusterObjects | readonly RecordChange[]): void => {
    if (failing.left-- > 0) throw new Error('ENOSPC')
    told.push(what)
  }
  const lines: string[] = []
  const watch = watchKubernetes({
    cluster: 'prod',
    kubeconfig,
    labelKeys: [],
    listener: { onSynced: take, onChanges: take, onCurrent: () => {} },
    log: line => void lines.push(line),
    clock,
  })
  t.after(() => watch.stop())
  await watch.start()
  return { api, clock, watch, told, failing, lines, until }
}

test('not synced, and every resource is named with its reason, while the API server is away', async t => {
  let back = (): void => {}
  const { watch, until } = await watched(t, api => {
    back = api.faults.add({}, { kind: 'status', code: 503 }, Number.POSITIVE_INFINITY)
  })
  await until(() => watch.reasons().every(reason => /503/.test(reason)))
  assert.equal(watch.isSynced, false)
  assert.equal(watch.reasons().length, 6)
  assert.ok(watch.reasons().includes('prod: pods are not listed yet (server error, 503: refused with 503)'))
  back()
  await until(() => watch.isSynced)
  await until(() => watch.reasons().length === 0)
})

test('silence of five minutes is a reason, and ends with the next sign', async t => {
  const { api, clock, watch, until } = await watched(t)
  await until(() => watch.isSynced && api.watches('nodes').length === 1)
  clock.advance(299_000)
  assert.deepEqual(watch.reasons(), [])
  clock.advance(13_000)
  assert.ok(watch.reasons().includes('prod: nothing heard of nodes for 312 s'))
  assert.equal(watch.isSynced, true, 'what was read still serves')
  api.put('nodes', nodeObject('node-b', '10.20.2.1', 'us-east-1b'))
  await until(() => !watch.reasons().some(reason => /nodes/.test(reason)))
})

test('figures: objects, lists, frames and seconds since the last', async t => {
  const { api, clock, watch, until } = await watched(t, each => void each.put('pods', podObject({ name: 'web-0' })))
  await until(() => watch.isSynced && api.watches('pods').length === 1)
  clock.advance(7_000)
  const pods = watch.stats().find(({ resource }) => resource === 'pods')
  assert.deepEqual(
    {
      objects: pods?.objects,
      lists: pods?.lists,
      secondsSinceFrame: pods?.secondsSinceFrame,
      failures: pods?.failures,
    },
    { objects: 1, lists: 1, secondsSinceFrame: 7, failures: {} },
  )
})

test('what the directory could not take in is told again, with what came since', async t => {
  const { api, told, failing, until, lines, watch } = await watched(t)
  await until(() => told.length === 1 && api.watches('pods').length === 1)
  failing.left = 3
  api.put('pods', podObject({ name: 'web-0', uid: 'u0' }))
  await until(() => failing.left <= 2)
  api.put('pods', podObject({ name: 'web-1', uid: 'u1' }))
  await until(() => watch.stats().some(({ resource, objects }) => resource === 'pods' && objects === 2))
  await until(() => told.slice(1).flatMap(batch => (Array.isArray(batch) ? batch : [])).length === 2)
  assert.equal(lines.filter(line => /ENOSPC/.test(line)).length, 1, 'told once')
})

test('a first listing that could not be taken in is told again', async t => {
  const { kubeconfig, clock } = await apiWorld(t)
  let fails = 2
  const { promise: synced, resolve } = Promise.withResolvers<void>()
  const onSynced = (): void => {
    if (fails-- > 0) throw new Error('ENOSPC')
    resolve()
  }
  const listener = { onSynced, onChanges: () => {}, onCurrent: () => {} }
  const watch = watchKubernetes({ cluster: 'prod', kubeconfig, labelKeys: [], listener, log: () => {}, clock })
  t.after(() => watch.stop())
  await watch.start()
  await synced
  assert.equal(fails, -1)
})

const unreadable: [why: string, text: string | undefined, context: string | undefined, problem: RegExp][] = [
  ['a kubeconfig that is not there', undefined, undefined, /ENOENT/],
  ['a kubeconfig without clusters', '{}', undefined, /no cluster for context/],
  [
    'a context that is not there',
    kubeconfigText({ server: 'http://127.0.0.1:1' }),
    'other',
    /no cluster for context "other"/,
  ],
  ['a server that is no URL', kubeconfigText({ server: 'api.example' }), undefined, /no API server at "api.example"/],
]
for (const [why, text, context, problem] of unreadable)
  test(`${why} refuses to start and says why`, async t => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-kubernetes-'))
    t.after(() => rm(folder, { recursive: true }))
    const kubeconfig = join(folder, 'kubeconfig')
    if (text !== undefined) await writeFile(kubeconfig, text)
    const listener = { onSynced: () => {}, onChanges: () => {}, onCurrent: () => {} }
    const options = { cluster: 'prod', kubeconfig, labelKeys: [], listener, log: () => {} }
    assert.throws(() => watchKubernetes({ ...options, ...(context !== undefined && { context }) }), problem)
  })

test('outside a cluster, without a kubeconfig, it is said so', t => {
  const host = process.env.KUBERNETES_SERVICE_HOST
  delete process.env.KUBERNETES_SERVICE_HOST
  t.after(() => {
    if (host !== undefined) process.env.KUBERNETES_SERVICE_HOST = host
  })
  const listener = { onSynced: () => {}, onChanges: () => {}, onCurrent: () => {} }
  const options = { cluster: 'prod', kubeconfig: '', labelKeys: [], listener, log: () => {} }
  assert.throws(
    () => watchKubernetes(options),
    /the service account of this pod: no API server .* not inside a cluster\?/,
  )
})
