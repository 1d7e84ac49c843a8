import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeObject, ownedObject, podObject, sliceObject } from '../../../kubernetes-api/objects.ts'
import type { KubernetesApi } from '../../../kubernetes-api/server.ts'
import { A, B, MINUTE, put, rolloutsStage } from '../rollouts-stage.ts'

const pods = (api: KubernetesApi, counts: { [node: string]: number }): void => {
  for (const { metadata } of api.store.all('/api/v1/pods')) api.delete('pods', `shop/${metadata.name}`)
  for (const [node, count] of Object.entries(counts))
    for (let i = 0; i < count; i++)
      api.put(
        'pods',
        podObject({
          name: `web-${node}-${i}`,
          uid: `${node}-${i}`,
          node,
          owner: { kind: 'ReplicaSet', name: 'web-abc' },
        }),
      )
}
const deployed = (api: KubernetesApi): void =>
  void api.put('replicasets', ownedObject('web-abc', { kind: 'Deployment', name: 'web' }))

test('an autoscaler that changes replicas all day within its zones is not told', async t => {
  const stage = await rolloutsStage(t, api => {
    deployed(api)
    pods(api, { 'node-a': 3, 'node-b': 3 })
  })
  for (const [a, b] of [
    [4, 3],
    [5, 4],
    [6, 6],
    [9, 8],
    [3, 3],
    [2, 2],
    [3, 2],
  ]) {
    pods(stage.api, { 'node-a': a ?? 0, 'node-b': b ?? 0 })
    await stage.pass(30 * MINUTE)
  }
  assert.deepEqual(stage.told(), [])
})

test('a zone that loses its replicas for five minutes is told, with the Services they answer for', async t => {
  const stage = await rolloutsStage(t, api => {
    deployed(api)
    pods(api, { 'node-a': 2, 'node-b': 2 })
    put(api, 'front')
    put(api, 'other')
    const slice = sliceObject('front', 8080, [{ address: '10.244.1.10' }])
    const targetRef = { kind: 'Pod', namespace: 'shop', name: 'web-node-a-0', uid: 'node-a-0' }
    api.put('endpointslices', {
      ...slice,
      endpoints: [{ addresses: ['10.244.1.10'], conditions: { ready: true }, targetRef }],
    })
  })
  pods(stage.api, { 'node-a': 3 })
  await stage.pass()
  await stage.pass(4 * MINUTE)
  assert.deepEqual(stage.told(), [], 'it may be a roll-out')
  await stage.pass(MINUTE)
  assert.deepEqual(stage.told(), [`replicas per zone shop/Deployment/web: ${A} 2, ${B} 2 -> ${A} 3`])
  assert.deepEqual(stage.all()[0]?.services, [{ namespace: 'shop', name: 'front' }])
})

test('what comes back within five minutes is not told', async t => {
  const stage = await rolloutsStage(t, api => {
    deployed(api)
    pods(api, { 'node-a': 2, 'node-b': 2 })
  })
  pods(stage.api, { 'node-a': 4 })
  await stage.pass(3 * MINUTE)
  pods(stage.api, { 'node-a': 2, 'node-b': 2 })
  await stage.pass(30 * MINUTE)
  assert.deepEqual(stage.told(), [])
})

test('topology spread constraints are told of the workload', async t => {
  const rule = { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }
  const owner = { kind: 'StatefulSet', name: 'db' }
  const stage = await rolloutsStage(t, api => void api.put('pods', podObject({ name: 'db-0', owner })))
  stage.api.put('pods', podObject({ name: 'db-1', owner, spread: [rule], startTime: '2026-11-01T11:00:00Z' }))
  await stage.pass()
  assert.deepEqual(stage.told(), [
    'topology spread shop/StatefulSet/db: none -> topology.kubernetes.io/zone maxSkew 1 DoNotSchedule',
  ])
})

test('a zone that gets its first node or loses its last, and NodeLocal DNSCache, are told of the cluster', async t => {
  const dns = { kind: 'DaemonSet', name: 'node-local-dns' }
  const stage = await rolloutsStage(t)
  stage.api.put('nodes', nodeObject('node-c', '10.20.3.1', 'us-east-1c'))
  stage.api.put('pods', podObject({ name: 'dns-a', namespace: 'kube-system', owner: dns }))
  await stage.pass()
  await stage.pass(5 * MINUTE)
  assert.deepEqual(stage.told().sort(), [
    'node-local DNS cluster: none -> kube-system/node-local-dns',
    `zones of nodes cluster: ${A}, ${B} -> ${A}, ${B}, us-east-1c`,
  ])
})
