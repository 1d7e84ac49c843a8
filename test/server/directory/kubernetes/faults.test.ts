import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SILENCE_MS } from '../../../../server/directory/kubernetes/exchange.ts'
import type { Failure } from '../../../../server/directory/kubernetes/plan.ts'
import { podObject } from '../../../kubernetes-api/objects.ts'
import type { OpenWatch } from '../../../kubernetes-api/open-watch.ts'
import { type Stage, stage } from './stage.ts'

const late = podObject({ name: 'late-0', addresses: ['10.244.1.30'] })

/** The one watch of pods that stands. */
function podWatch({ api }: Stage): OpenWatch {
  const [watch] = api.watches('pods')
  assert.ok(watch)
  return watch
}

/** What breaks, the failure it is counted as, and how many lists follow. */
const breaks: [why: string, breakIt: (stage: Stage) => void, failure: Failure | undefined, lists: number][] = [
  ['the server ends the watch in good order: it is resumed', s => podWatch(s).end(), undefined, 0],
  ['the connection is reset: the watch is resumed where it stood', s => podWatch(s).reset(), 'cut', 0],
  ['the watch ends within a line: it is resumed before that line', s => podWatch(s).endWithinLine(), 'cut', 0],
  ['the version is too old, said in a frame: a list is made', s => podWatch(s).expire(), 'expired', 1],
  [
    'an error of the server comes in a frame: the watch is resumed',
    s => podWatch(s).error(500, 'E', 'etcd'),
    'server error',
    0,
  ],
  ['a line is no JSON: what it said is lost, a list is made', s => podWatch(s).write('{"type":\n'), 'garbled', 1],
  ['a frame of a type nobody knows: a list is made', s => podWatch(s).write('{"type":"PATCHED"}\n'), 'garbled', 1],
  [
    'the watch goes silent: it is cut and resumed',
    s => {
      podWatch(s).mute()
      s.clock.passSilence(SILENCE_MS)
    },
    'silent',
    0,
  ],
]
for (const [why, breakIt, failure, lists] of breaks)
  test(why, async t => {
    const on = await stage(t)
    const before = on.api.count('list', 'pods')
    const reopened = on.api.nextWatch('pods')
    breakIt(on)
    // While nobody watches: it must be found by the watch's past or by the list.
    on.api.put('pods', late)
    on.api.delete('pods', 'shop/web-0')
    await reopened
    await on.podsAre('cart-0', 'late-0')
    assert.equal(on.api.count('list', 'pods') - before, lists)
    if (failure !== undefined) assert.ok((on.watch.counts('pods').failures[failure] ?? 0) >= 1)
    assert.equal(on.watch.state('pods'), 'watching')
  })

test('a server that answers errors is asked ever more seldom, and taken up again', async t => {
  const on = await stage(t)
  on.api.faults.add({ plural: 'pods', verb: 'watch' }, { kind: 'status', code: 500 }, 8)
  on.clock.slept.length = 0
  podWatch(on).end()
  on.api.put('pods', late)
  await on.podsAre('cart-0', 'late-0', 'web-0')
  // The first is for the watch that ended too soon; random is a half: 3/4 of 1, 2, 4 … s, up to 30 s.
  assert.deepEqual(on.clock.slept, [750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500, 22_500, 22_500])
})

test('429 with Retry-After is not asked sooner than told', async t => {
  const on = await stage(t)
  on.api.faults.add({ plural: 'pods', verb: 'watch' }, { kind: 'status', code: 429, retryAfterSeconds: 17 })
  podWatch(on).end()
  on.api.put('pods', late)
  await on.podsAre('cart-0', 'late-0', 'web-0')
  assert.equal(on.watch.counts('pods').failures.throttled, 1)
  assert.ok(on.clock.slept.some(ms => ms >= 17_000 && ms <= 17_000 * 1.25))
})

test('a watch that is taken and never answered is given up and asked again', async t => {
  const on = await stage(t)
  on.api.faults.add({ plural: 'pods', verb: 'watch' }, { kind: 'silence' })
  const asked = on.api.count('watch', 'pods') + 1
  podWatch(on).end()
  await on.until(() => on.api.count('watch', 'pods') === asked)
  on.clock.passSilence(SILENCE_MS)
  on.api.put('pods', late)
  await on.podsAre('cart-0', 'late-0', 'web-0')
})

test('a server that ends every watch at once does not make us spin', async t => {
  const on = await stage(t)
  on.clock.slept.length = 0
  for (let ended = 0; ended < 6; ended++) {
    const next = on.api.nextWatch('pods')
    podWatch(on).bookmark()
    podWatch(on).end()
    await next
  }
  assert.deepEqual(on.clock.slept, [750, 1_500, 3_000, 6_000, 12_000, 22_500])
})

test('an API server that is gone for an hour is found again, with all that changed', async t => {
  const on = await stage(t)
  const goneUntil = on.clock.now() + 3_600_000
  const back = on.api.faults.add({}, { kind: 'reset' }, Number.POSITIVE_INFINITY)
  for (const plural of ['pods', 'nodes', 'services', 'endpointslices', 'replicasets', 'jobs'] as const)
    for (const watch of on.api.watches(plural)) watch.reset()
  await on.until(() => on.clock.now() >= goneUntil)
  assert.equal(on.watch.state('pods'), 'waiting')
  assert.equal(on.watch.maps.pods.size, 2, 'what is known stays known')
  on.api.delete('pods', 'shop/web-0')
  on.api.put('pods', late)
  on.api.store.compact()
  back()
  await on.podsAre('cart-0', 'late-0')
  assert.equal(on.lines.filter(line => /^pods: unreachable/.test(line)).length, 1, 'told once')
  assert.ok(on.lines.includes('pods: read again'))
})

test('after five minutes without a sign the version is not trusted: a list is made', async t => {
  const on = await stage(t)
  const before = on.api.count('list', 'pods')
  on.clock.advance(300_000)
  podWatch(on).end()
  on.api.put('pods', late)
  await on.podsAre('cart-0', 'late-0', 'web-0')
  assert.equal(on.api.count('list', 'pods'), before + 1)
})

test('a bookmark moves the version: what is older may be forgotten', async t => {
  const on = await stage(t)
  on.api.store.compact()
  const frames = on.watch.counts('pods').frames
  podWatch(on).bookmark()
  await on.until(() => on.watch.counts('pods').frames > frames)
  const reopened = on.api.nextWatch('pods')
  podWatch(on).reset()
  on.api.put('pods', late)
  await reopened
  await on.podsAre('cart-0', 'late-0', 'web-0')
  assert.equal(on.api.count('list', 'pods'), 1)
  assert.equal(on.watch.counts('pods').failures.expired, undefined)
})
