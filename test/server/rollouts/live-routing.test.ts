import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { watchKubernetes } from '../../../server/directory/kubernetes/kubernetes.ts'
import type { ClusterRouting, WorkloadPlacement } from '../../../server/rollouts/cluster-routing.ts'
import { LiveRoutings } from '../../../server/rollouts/routings.ts'
import { nodeObject, ownedObject, podObject, serviceObject, sliceObject } from '../../kubernetes-api/objects.ts'
import type { KubernetesApi } from '../../kubernetes-api/server.ts'
import { apiWorld } from '../directory/kubernetes/api-world.ts'

/** The routing of the cluster of a test's API server, asked for whenever the watch has told something. */
async function routed(t: TestContext, prepare: (api: KubernetesApi) => void = () => {}) {
  const { api, kubeconfig, clock, until } = await apiWorld(t)
  api.put('nodes', nodeObject('node-a', '10.20.1.1', 'us-east-1a'))
  api.put('nodes', nodeObject('node-b', '10.20.2.1', 'us-east-1b'))
  prepare(api)
  const routings = new LiveRoutings()
  const listener = routings.listenerOf('prod')
  const watch = watchKubernetes({ cluster: 'prod', kubeconfig, labelKeys: [], listener, log: () => {}, clock })
  t.after(() => watch.stop())
  assert.equal(routings.of('prod'), undefined, 'nothing is known before everything was listed')
  await watch.start()
  await until(() => routings.of('prod') !== undefined && api.watches('pods').length === 1)
  const now = (): ClusterRouting => {
    const routing = routings.of('prod')
    assert.ok(routing !== undefined)
    return routing
  }
  return { api, routings, now, until }
}

const ownedBy = (name: string) => ({ kind: 'ReplicaSet', name })
const placement = ({ workloads }: ClusterRouting, name: string): WorkloadPlacement | undefined =>
  workloads.find(({ workload }) => workload.name === name)
const zones = (routing: ClusterRouting, name: string) =>
  Object.fromEntries([...(placement(routing, name)?.podsByZone ?? [])].sort())

test('a Service comes with its slices, and another one when either changes', async t => {
  const { api, now, until } = await routed(t, api => {
    api.put('services', serviceObject('cart', '172.20.0.7', 80, 8080))
    api.put('services', serviceObject('web', '172.20.0.8', 80, 8080))
    api.put('endpointslices', sliceObject('cart', 8080, [{ address: '10.244.1.10', zone: 'us-east-1a' }]))
  })
  const before = now()
  assert.deepEqual(
    before.services.map(({ service, slices }) => [service.name, slices.map(({ name }) => name)]),
    [
      ['cart', ['cart-abc12']],
      ['web', []],
    ],
  )
  api.put('endpointslices', sliceObject('cart', 8080, [{ address: '10.244.1.11', zone: 'us-east-1b' }], 'cart-fghij'))
  await until(() => now().services[0]?.slices.length === 2)
  assert.equal(now().services[1], before.services[1], 'what did not change is the same object')
  api.delete('endpointslices', 'shop/cart-abc12')
  await until(
    () =>
      now()
        .services[0]?.slices.map(({ name }) => name)
        .join() === 'cart-fghij',
  )
  api.delete('services', 'shop/cart')
  await until(
    () =>
      now()
        .services.map(({ service }) => service.name)
        .join() === 'web',
  )
})

test('pods are counted by zone under their top controller; ended, ending and pending ones are not', async t => {
  const { api, now, until } = await routed(t, api => {
    api.put('replicasets', ownedObject('web-abc', { kind: 'Rollout', name: 'web' }))
    api.put('replicasets', ownedObject('web-def', { kind: 'Rollout', name: 'web' }))
    api.put('pods', podObject({ name: 'web-1', node: 'node-a', owner: ownedBy('web-abc') }))
    api.put('pods', podObject({ name: 'web-2', node: 'node-b', owner: ownedBy('web-def') }))
    api.put('pods', podObject({ name: 'web-3', node: 'node-b', owner: ownedBy('web-def') }))
    api.put('pods', podObject({ name: 'web-4', node: '', owner: ownedBy('web-def') }))
    api.put('pods', podObject({ name: 'web-5', phase: 'Failed', owner: ownedBy('web-def') }))
    const deletionTimestamp = '2026-11-02T00:00:00Z'
    api.put('pods', podObject({ name: 'web-6', owner: ownedBy('web-def'), deletionTimestamp }))
  })
  assert.deepEqual(placement(now(), 'web')?.workload, { kind: 'Rollout', name: 'web' })
  assert.deepEqual(zones(now(), 'web'), { 'us-east-1a': 1, 'us-east-1b': 2 })
  api.put('pods', podObject({ name: 'web-4', node: 'node-a', owner: ownedBy('web-def') }))
  api.delete('pods', 'shop/web-1')
  api.delete('pods', 'shop/web-2')
  await until(() => JSON.stringify(zones(now(), 'web')) === '{"us-east-1a":1,"us-east-1b":1}')
  assert.deepEqual([...(placement(now(), 'web')?.nodes ?? [])].sort(), ['node-a', 'node-b'])
  for (const name of ['web-3', 'web-4']) api.delete('pods', `shop/${name}`)
  await until(() => placement(now(), 'web') === undefined)
})

test('a pod of an unknown ReplicaSet moves to its Deployment when that is read, and stays there without it', async t => {
  const { api, now, until } = await routed(t, api => {
    api.put('pods', podObject({ name: 'web-1', owner: ownedBy('odd') }))
  })
  assert.deepEqual(
    now().workloads.map(({ workload }) => workload),
    [{ kind: 'ReplicaSet', name: 'odd' }],
  )
  api.put('replicasets', ownedObject('odd', { kind: 'Deployment', name: 'web' }))
  await until(() => placement(now(), 'web') !== undefined)
  assert.equal(now().workloads.length, 1)
  api.delete('replicasets', 'shop/odd')
  api.put('pods', podObject({ name: 'web-2', owner: ownedBy('odd') }))
  await until(() => zones(now(), 'web')['us-east-1a'] === 2)
})

test('static pods of all nodes are one workload', async t => {
  const { now } = await routed(t, api => {
    for (const node of ['node-a', 'node-b'])
      api.put('pods', podObject({ name: `proxy-${node}`, node, owner: { kind: 'Node', name: node } }))
  })
  assert.deepEqual(zones(now(), 'proxy'), { 'us-east-1a': 1, 'us-east-1b': 1 })
})

test('a node whose zone becomes known places its pods anew', async t => {
  const { api, now, until } = await routed(t, api => {
    api.put('pods', podObject({ name: 'web-1', node: 'node-c', owner: { kind: 'StatefulSet', name: 'web' } }))
  })
  assert.deepEqual(zones(now(), 'web'), { '': 1 })
  api.put('nodes', nodeObject('node-c', '10.20.3.1', 'us-east-1c'))
  await until(() => zones(now(), 'web')['us-east-1c'] === 1)
  assert.deepEqual(zones(now(), 'web'), { 'us-east-1c': 1 })
})

test('the rules of spread are those of the newest pods, and only those about zones', async t => {
  const byZone = (maxSkew: number) => ({
    topologyKey: 'topology.kubernetes.io/zone',
    maxSkew,
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: { app: 'web' } },
  })
  const byHost = { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }
  const owner = { kind: 'StatefulSet', name: 'web' }
  const { now } = await routed(t, api => {
    const [old, young] = ['2026-11-01T10:00:00Z', '2026-11-01T11:00:00Z']
    api.put('pods', podObject({ name: 'web-1', owner, spread: [byZone(1), byHost], startTime: young }))
    api.put('pods', podObject({ name: 'web-0', owner, spread: [byZone(3)], startTime: old }))
    for (const name of ['x-0', 'y-0'])
      api.put('pods', podObject({ name, owner: { kind: 'StatefulSet', name: name.slice(0, 1) }, spread: [byZone(1)] }))
  })
  const rule = { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }
  assert.deepEqual(placement(now(), 'web')?.spread, [rule])
  assert.equal(placement(now(), 'x')?.spread, placement(now(), 'y')?.spread, 'equal rules are one object in memory')
})

test('a thousand pods that come cost nothing for the workloads they are not of', async t => {
  const { api, now, until } = await routed(t, api => {
    api.put('pods', podObject({ name: 'cart-0', owner: { kind: 'StatefulSet', name: 'cart' } }))
  })
  const before = placement(now(), 'cart')
  for (let i = 0; i < 1_000; i++) api.put('pods', podObject({ name: `web-${i}`, owner: ownedBy('web-abc') }))
  await until(() => zones(now(), 'web-abc')['us-east-1a'] === 1_000)
  assert.equal(placement(now(), 'cart'), before)
  assert.equal(now().workloads, now().workloads, 'asked again without a change, the answer is the same')
})

test('the version of the API server is read; a cluster that nobody watches has no routing', async t => {
  const { now, until, routings } = await routed(t)
  await until(() => now().version !== undefined)
  assert.equal(now().version, 'v1.34.2-eks-1a2b3c4')
  assert.deepEqual(routings.clusters, ['prod'])
  assert.equal(routings.of('of-a-file'), undefined)
})
