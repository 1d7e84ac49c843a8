import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeObject, podObject } from '../../../kubernetes-api/objects.ts'
import { stage } from './stage.ts'

test('what is there at the start is listed, what comes and goes is watched', async t => {
  const { api, watch, podsAre, changes } = await stage(t)
  assert.deepEqual(
    Array.from(watch.maps.nodes.values(), ({ name }) => name),
    ['node-a'],
  )
  api.put('pods', podObject({ name: 'web-1', addresses: ['10.244.1.11'] }))
  api.delete('pods', 'shop/web-0')
  await podsAre('cart-0', 'web-1')
  assert.equal(api.count('list', 'pods'), 1)
  void changes
})

test('a node’s heartbeat is no change', async t => {
  const { api, until, watch, changes } = await stage(t)
  api.put('nodes', nodeObject('node-a', '10.20.1.1', 'us-east-1a', '2026-11-01T10:05:00Z'))
  api.put('nodes', nodeObject('node-b', '10.20.2.1', 'us-east-1b'))
  await until(() => watch.maps.nodes.size === 2)
  await until(() => changes.length > 0)
  assert.deepEqual(
    changes.map(({ record }) => record?.name),
    ['node-b'],
  )
})
