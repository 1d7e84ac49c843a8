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

test('a Service that is scaled to nothing misses no hints; once it is back without them it does', async t => {
  const stage = await rolloutsStage(t, api => {
    put(api, 'cart', { spec: { trafficDistribution: 'PreferClose' } })
    endpoints(api, 'cart', true)
  })
  const lost = () => [...stage.rollouts().counts().hintsLost.values()]
  endpoints(stage.api, 'cart', false)
  await stage.pass()
  assert.deepEqual(lost(), [1])
  stage.api.put('endpointslices', sliceObject('cart', 8080, []))
  await stage.pass()
  assert.deepEqual(lost(), [0])
  endpoints(stage.api, 'cart', false)
  await stage.pass()
  assert.deepEqual(lost(), [1])
  stage.api.delete('services', 'shop/cart')
  await stage.pass()
  assert.deepEqual(lost(), [0])
})

test('of two address families one that loses its hints is told; what is left is no alarm', async t => {
  const families = (withoutHints: readonly string[]) =>
    ['IPv4', 'IPv6'].map(addressType => {
      const hints = withoutHints.includes(addressType) ? {} : { forZone: A }
      const slice = sliceObject(
        'cart',
        8080,
        [{ address: addressType === 'IPv4' ? '10.244.1.10' : 'fd00::10', zone: A, ...hints }],
        `cart-${addressType.toLowerCase()}`,
      )
      return { ...slice, addressType }
    })
  const stage = await rolloutsStage(t, api => {
    put(api, 'cart', { spec: { trafficDistribution: 'PreferClose' } })
    for (const slice of families([])) api.put('endpointslices', slice)
  })
  for (const slice of families(['IPv6'])) stage.api.put('endpointslices', slice)
  await stage.pass()
  assert.deepEqual(stage.told(), [`hints lost shop/cart: IPv4: ${A} 1; IPv6: ${A} 1 -> IPv4: ${A} 1`])
  assert.deepEqual([...stage.rollouts().counts().hintsLost.values()], [0])
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
