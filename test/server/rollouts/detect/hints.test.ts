import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sliceObject } from '../../../kubernetes-api/objects.ts'
import { A, B, endpoints, MINUTE, put, rolloutsStage } from '../rollouts-stage.ts'

test('hints that are set and lost are told; while they are asked for, the loss stands as a figure', async t => {
  const stage = await rolloutsStage(t, api => {
    put(api, 'cart')
    endpoints(api, 'cart', false)
  })
  put(stage.api, 'cart', { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } })
  endpoints(stage.api, 'cart', true)
  await stage.pass()
  endpoints(stage.api, 'cart', false)
  await stage.pass()
  const hinted = `IPv4: ${A} 1, ${B} 1`
  assert.deepEqual(
    stage.told(),
    [
      `hints set shop/cart: none -> ${hinted}`,
      'topology mode shop/cart: none -> Auto',
      `hints lost shop/cart: ${hinted} -> none`,
    ].sort((a, b) => stage.told().indexOf(a) - stage.told().indexOf(b)),
  )
  assert.deepEqual([...stage.rollouts().counts().hintsLost], [['prod', 1]])
  await stage.restart()
  await stage.pass()
  assert.deepEqual([...stage.rollouts().counts().hintsLost], [['prod', 1]], 'a restart does not forget it')
  endpoints(stage.api, 'cart', true)
  await stage.pass()
  assert.deepEqual([...stage.rollouts().counts().hintsLost], [['prod', 0]])
})

test('hints that go with the setting are told, but nothing is missing', async t => {
  const stage = await rolloutsStage(t, api => {
    put(api, 'cart', { spec: { trafficDistribution: 'PreferClose' } })
    endpoints(api, 'cart', true)
  })
  put(stage.api, 'cart')
  endpoints(stage.api, 'cart', false)
  await stage.pass()
  assert.equal(stage.told().length, 2)
  assert.deepEqual([...stage.rollouts().counts().hintsLost], [['prod', 0]])
})

test('hints that one ready endpoint lacks are none; a Service without ready endpoints has lost nothing', async t => {
  const stage = await rolloutsStage(t, api => {
    put(api, 'cart')
    endpoints(api, 'cart', true)
  })
  const both = (ready: boolean) => [
    { address: '10.244.1.10', zone: A, forZone: A },
    { address: '10.244.2.10', zone: B, ready },
  ]
  stage.api.put('endpointslices', sliceObject('cart', 8080, both(false)))
  await stage.pass()
  stage.api.put('endpointslices', sliceObject('cart', 8080, []))
  await stage.pass()
  assert.deepEqual(stage.told(), [])
  stage.api.put('endpointslices', sliceObject('cart', 8080, both(true)))
  await stage.pass()
  assert.deepEqual(stage.told(), [`hints lost shop/cart: IPv4: ${A} 1 -> none`])
})

test('hints that flap all day are told six times, and once more, with a count, when they hold still', async t => {
  const stage = await rolloutsStage(t, api => {
    put(api, 'cart')
    endpoints(api, 'cart', true)
  })
  // Six turns are told as they come; 95 more are not, and the last of those lasts.
  for (let turn = 1; turn <= 101; turn++) {
    endpoints(stage.api, 'cart', turn % 2 === 0)
    await stage.pass(5 * MINUTE)
  }
  assert.equal(stage.all().length, 6)
  await stage.pass(61 * MINUTE)
  assert.equal(stage.all().length, 7)
  assert.deepEqual([stage.all().at(-1)?.kind, stage.all().at(-1)?.times], ['hints lost', 95])
})
