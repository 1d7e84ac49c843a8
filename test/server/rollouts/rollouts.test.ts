import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { climbedBack } from '../../../server/rollouts/climbed-back.ts'
import { unseenChanges } from '../../../server/rollouts/unseen.ts'
import { endpoints, MINUTE, nameOf, put, rolloutsStage } from './rollouts-stage.ts'

test('a change says where, when it was learnt, and whose traffic it may have moved', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'))
  put(stage.api, 'cart', { spec: { trafficDistribution: 'PreferClose' } })
  await stage.pass()
  const [change] = stage.all()
  assert.ok(change !== undefined)
  const { id, at, ...said } = change
  assert.match(id, /^[0-9a-f]{20}$/)
  assert.ok(at <= stage.clock.now() && at >= stage.clock.now() - 2 * MINUTE)
  assert.deepEqual(said, {
    cluster: 'prod',
    kind: 'traffic distribution',
    subject: { kind: 'service', namespace: 'shop', name: 'cart' },
    services: [{ namespace: 'shop', name: 'cart' }],
    before: 'none',
    after: 'PreferClose',
    note: '',
    times: 1,
  })
  assert.deepEqual(stage.rollouts().counts().added, { 'traffic distribution': 1 })
})

test('what is there at the first look is no change, and neither is a new Service or one that goes', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart', { spec: { trafficDistribution: 'PreferClose' } }))
  put(stage.api, 'web', { spec: { trafficDistribution: 'PreferClose' } })
  endpoints(stage.api, 'web', true)
  await stage.pass()
  stage.api.delete('services', 'shop/cart')
  await stage.pass()
  assert.deepEqual(stage.told(), [])
})

test('a Service that is deleted and made anew is compared with what it was', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart', { spec: { trafficDistribution: 'PreferClose' } }))
  stage.api.delete('services', 'shop/cart')
  await stage.pass()
  put(stage.api, 'cart')
  await stage.pass()
  assert.deepEqual(stage.told(), ['traffic distribution shop/cart: PreferClose -> none'])
})

test('after a week it is somebody else', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart', { spec: { trafficDistribution: 'PreferClose' } }))
  stage.api.delete('services', 'shop/cart')
  await stage.pass()
  await stage.pass(8 * 24 * 60 * MINUTE)
  put(stage.api, 'cart')
  await stage.pass()
  assert.deepEqual(stage.told(), [])
})

test('a restart tells nothing anew, and what changed meanwhile with the moment it was learnt', async t => {
  const stage = await rolloutsStage(t, api => {
    put(api, 'cart')
    put(api, 'web')
  })
  put(stage.api, 'cart', { spec: { trafficDistribution: 'PreferClose' } })
  await stage.pass()
  stage.clock.advance(60 * MINUTE)
  await stage.restart(api => put(api, 'web', { spec: { internalTrafficPolicy: 'Local' } }))
  await stage.pass()
  assert.deepEqual(stage.told(), [
    'traffic distribution shop/cart: none -> PreferClose',
    'internal traffic policy shop/web: Cluster -> Local',
  ])
  const [first, second] = stage.all()
  assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 60 * MINUTE)
})

test('10,000 Services cost one line each at first and nothing after; one that changes costs one line', async t => {
  const stage = await rolloutsStage(t, api => {
    for (let i = 0; i < 10_000; i++) put(api, `service-${i}`)
  })
  await stage.pass()
  const { changes } = stage.rollouts()
  assert.equal([...changes.seen('prod')].length, 10_001, 'with the cluster itself')
  put(stage.api, 'service-7', { spec: { trafficDistribution: 'PreferClose' } })
  await stage.pass()
  assert.deepEqual(
    stage.all().map(({ subject }) => nameOf(subject)),
    ['shop/service-7'],
  )
})

test('that a share climbed back is told once of a rollout, whatever the figures, and survives a restart', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'))
  put(stage.api, 'cart', { spec: { trafficDistribution: 'PreferClose' } })
  await stage.pass()
  const [rollout] = stage.all()
  assert.ok(rollout !== undefined)
  assert.equal(stage.rollouts().add(climbedBack(rollout, epochMs(rollout.at + MINUTE), '20 %', '60 %')), true)
  await stage.restart()
  assert.equal(stage.rollouts().add(climbedBack(rollout, stage.clock.now(), '20 %', '61 %')), false)
  assert.deepEqual(stage.told(), [
    'traffic distribution shop/cart: none -> PreferClose',
    'share climbed back shop/cart: 20 % -> 60 %',
  ])
})

test('which Services there are is known of a watched cluster: those of now, and of the last week', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'))
  const has = (name: string, cluster = 'prod') => stage.rollouts().hasService(cluster, 'shop', name)
  put(stage.api, 'young')
  await stage.heard()
  assert.deepEqual([has('young'), has('cart'), has('crat'), has('cart', 'of-a-file')], [true, true, false, undefined])
  stage.api.delete('services', 'shop/cart')
  await stage.pass()
  assert.equal(has('cart'), true)
})

test('a clock that is put back by a day holds nothing up', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'))
  stage.clock.advance(-24 * 60 * MINUTE)
  put(stage.api, 'cart', { spec: { trafficDistribution: 'PreferClose' } })
  await stage.pass()
  assert.equal(stage.told().length, 1)
})

test('where changes cannot be seen is said: a file, a cluster that is not listed, an API server that is silent', async t => {
  const stage = await rolloutsStage(t)
  const unseen = (now: number) => unseenChanges(['prod', 'lab'], stage.routings(), epochMs(now))
  const file = 'lab is described by a file: of its changes only those marked by hand are known'
  const { asOf } = stage.routings().of('prod') ?? { asOf: 0 }
  assert.deepEqual(unseen(asOf + MINUTE), [file])
  assert.deepEqual(unseen(asOf + 3 * MINUTE), [
    file,
    'prod has said nothing for 3 min: what changed since is told when its API server is back',
  ])
  stage.routings().listenerOf('new')
  assert.deepEqual(unseen(asOf), [file, 'new is not listed yet: what changed is told once it is'])
})

test('changes that cannot be written are told once they can be, each once, with the moment they were seen', async t => {
  const stage = await rolloutsStage(t, api => {
    put(api, 'cart')
    put(api, 'web')
  })
  const { changes } = stage.rollouts()
  const { keep } = changes
  changes.keep = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }
  put(stage.api, 'cart', { spec: { trafficDistribution: 'PreferClose' } })
  await stage.pass()
  const seenBy = stage.clock.now()
  put(stage.api, 'web', { spec: { internalTrafficPolicy: 'Local' } })
  stage.api.delete('services', 'shop/cart')
  await stage.pass(MINUTE)
  assert.deepEqual(stage.told(), [])
  assert.ok(stage.rollouts().counts().failures >= 2)
  assert.equal(stage.lines.filter(line => /ENOSPC/.test(line)).length, 1, 'told once in the log')
  changes.keep = keep
  await stage.pass()
  assert.deepEqual(stage.told(), [
    'traffic distribution shop/cart: none -> PreferClose',
    'internal traffic policy shop/web: Cluster -> Local',
  ])
  assert.ok((stage.all()[0]?.at ?? 0) <= seenBy)
  await stage.restart()
  await stage.pass()
  assert.equal(stage.told().length, 2)
})
