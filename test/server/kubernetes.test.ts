import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { LabelAnswer } from '@weir/contract/directory-wire.ts'
import { type Part, runUntil } from '@weir/contract/parts.ts'
import type { RolloutsAnswer } from '@weir/contract/rollout-queries.ts'
import { readServerSettings } from '../../server/config.ts'
import { createServerParts } from '../../server/parts.ts'
import { kubeconfigText } from '../kubernetes-api/kubeconfig.ts'
import { nodeObject, ownedObject, podObject, serviceObject } from '../kubernetes-api/objects.ts'
import { KubernetesApi } from '../kubernetes-api/server.ts'
import type { TokenRequest } from '../kubernetes-api/tokens.ts'

const agent: TokenRequest = {
  serviceAccount: 'weir/agent',
  audience: 'weir',
  pod: { name: 'weir-agent-x', uid: 'agent-uid' },
  node: { name: 'node-a', uid: 'node-uid' },
}

/** A whole server, in this process, that watches an API server and asks it who agents are. */
async function server(t: TestContext, prepare: (api: KubernetesApi) => void = () => {}) {
  const api = new KubernetesApi()
  await api.listen()
  api.put('nodes', nodeObject('node-a', '10.20.1.1', 'us-east-1a'))
  api.put('replicasets', ownedObject('web-abc', { kind: 'Deployment', name: 'web' }))
  const owner = { kind: 'ReplicaSet', name: 'web-abc' }
  api.put('pods', podObject({ name: 'web-0', addresses: ['10.244.1.10'], owner }))
  prepare(api)
  const folder = await mkdtemp(join(tmpdir(), 'weir-server-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, kubeconfigText({ server: api.url }))
  const listen = ['dashboard', 'agents', 'metrics'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const directory = ['--directory', 'kubernetes', '--cluster', 'prod', '--kubeconfig', kubeconfig]
  const trust = ['--agent-auth', 'token-review', '--agent-service-account', 'weir/agent', '--dashboard-auth', 'none']
  const read = readServerSettings([...listen, ...directory, ...trust, '--data-dir', folder], {})
  if (!read.ok) throw new Error(read.problems.join())
  const ports: { [part: string]: unknown } = {}
  const { promise: end, resolve: stop } = Promise.withResolvers<void>()
  const { promise: started, resolve: isStarted } = Promise.withResolvers<void>()
  const parts = await createServerParts(
    read.settings,
    (_level, part, message, more) => {
      if (message === 'listening') ports[part] = more?.port
    },
    error => t.diagnostic(String(error)),
  )
  const last: Part = { name: 'test', start: async () => isStarted(), stop: async () => {} }
  const stopped = runUntil(end, [...parts, last], line => t.diagnostic(line))
  t.after(async () => {
    stop()
    await stopped
    await api.close()
    await rm(folder, { recursive: true })
  })
  await Promise.race([started, stopped])
  const url = (part: string, path: string): string => `http://127.0.0.1:${ports[part]}${path}`
  const ask = (path: string, token: string, body?: object) =>
    fetch(url('agents', path), {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
  const label = async (address: string): Promise<LabelAnswer> => {
    const answer = await ask('/agent/v1/labels', api.tokens.issue(agent), { node: 'node-a', addresses: [address] })
    assert.equal(answer.status, 200)
    return (await answer.json()) as LabelAnswer // the route's own tests check its shape
  }
  const readiness = async (): Promise<{ status: number; text: string }> => {
    const answer = await fetch(url('dashboard', '/readyz'))
    return { status: answer.status, text: await answer.text() }
  }
  return { api, ask, url, label, readiness }
}

/** Asks again until it holds: over HTTP there is no event to wait for. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20))
}

test('what Kubernetes tells is what agents are told: pods, their workload and zone, and what comes later', async t => {
  const { api, label, readiness } = await server(t)
  await eventually(async () => (await readiness()).status === 200)
  const [web] = (await label('10.244.1.10')).labels
  assert.deepEqual(web?.peer, {
    kind: 'pod',
    namespace: 'shop',
    name: 'web-0',
    workload: { kind: 'Deployment', name: 'web' },
    hostNetwork: false,
  })
  assert.deepEqual([web?.zone?.name, web?.zone?.id, web?.node], ['us-east-1a', 'id-of-us-east-1a', 'node-a'])
  api.put('pods', podObject({ name: 'cart-0', addresses: ['10.244.1.11'] }))
  await eventually(async () => (await label('10.244.1.11')).labels.length === 1)
})

test('an agent is its token’s node and no other', async t => {
  const { api, ask, readiness } = await server(t)
  await eventually(async () => (await readiness()).status === 200)
  const status = async (token: string, node: string) => (await ask(`/agent/v1/directory?node=${node}`, token)).status
  assert.equal(await status(api.tokens.issue(agent), 'node-a'), 200)
  assert.equal(await status(api.tokens.issue(agent), 'node-b'), 403)
  assert.equal(await status(api.tokens.issue({ ...agent, audience: 'vault' }), 'node-a'), 401)
  // An older cluster's token names its pod only: the directory knows where that is.
  api.put('pods', podObject({ name: 'weir-agent-x', namespace: 'weir', uid: 'agent-uid', node: 'node-a' }))
  const { node: _, ...older } = agent
  await eventually(async () => (await status(api.tokens.issue(older), 'node-a')) === 200)
  assert.equal(await status(api.tokens.issue(older), 'node-b'), 403)
})

test('while the API server is away the server runs, is not ready, and says why; then it catches up', async t => {
  let back = (): void => {}
  const { readiness, url } = await server(t, api => {
    back = api.faults.add({}, { kind: 'status', code: 503 }, Number.POSITIVE_INFINITY)
  })
  await eventually(async () => (await readiness()).text.includes('pods are not listed yet (server error, 503'))
  assert.equal((await readiness()).status, 503)
  assert.equal((await fetch(url('dashboard', '/healthz'))).status, 200)
  const metrics = await (await fetch(url('metrics', '/metrics'))).text()
  assert.match(
    metrics,
    /weir_directory_watch_failures_total\{cluster="prod",resource="pods",failure="server error"\} \d/,
  )
  back()
  await eventually(async () => (await readiness()).status === 200)
})

test('a change of a Service is in the list, one that is marked beside it, and both in the metrics', async t => {
  const { api, url } = await server(t, api => void api.put('services', serviceObject('cart', '172.20.0.7', 80, 8080)))
  const list = async (): Promise<RolloutsAnswer> => {
    const answer = await fetch(url('dashboard', '/api/v1/rollouts'))
    assert.equal(answer.status, 200)
    return (await answer.json()) as RolloutsAnswer // the route's own tests check its shape
  }
  const mark = async (service: string): Promise<number> => {
    const body = JSON.stringify({ namespace: 'shop', service, note: 'a mesh' })
    const headers = { 'content-type': 'application/json' }
    return (await fetch(url('dashboard', '/api/v1/rollouts'), { method: 'POST', headers, body })).status
  }
  const metrics = async () => await (await fetch(url('metrics', '/metrics'))).text()
  await eventually(async () => (await metrics()).includes('weir_rollouts_hints_lost_services{cluster="prod"} 0'))
  assert.equal(await mark('cart'), 201)
  assert.equal(await mark('crat'), 400)
  const cart = serviceObject('cart', '172.20.0.7', 80, 8080)
  api.put('services', { ...cart, spec: { ...(cart.spec as object), trafficDistribution: 'PreferClose' } }) // made above
  await eventually(async () => (await list()).rows.length === 2)
  const { rows } = await list()
  assert.deepEqual(
    rows.map(({ change }) => [change.cluster, change.kind, change.after]),
    [
      ['prod', 'traffic distribution', 'PreferClose'],
      ['prod', 'marked by hand', ''],
    ],
  )
  assert.match(await metrics(), /^weir_rollouts_changes_total\{kind="traffic distribution"\} 1$/m)
})
