import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault } from '../../../kubernetes-api/faults.ts'
import { nodeObject, podObject } from '../../../kubernetes-api/objects.ts'
import type { KubernetesApi } from '../../../kubernetes-api/server.ts'
import { stage } from './stage.ts'

/** With the two of the stage: three pages. */
const MANY = 1_200
const many = (api: KubernetesApi): void => {
  for (let i = 2; i < MANY; i++)
    api.put('pods', podObject({ name: `pod-${i}`, addresses: [`10.245.${i >> 8}.${i & 255}`] }))
}

test('a long list is read in pages of 500', async t => {
  const { api, watch } = await stage(t, { prepare: many })
  assert.equal(watch.maps.pods.size, MANY)
  const asked = api.seen.filter(({ plural, verb }) => plural === 'pods' && verb === 'list')
  assert.deepEqual(
    asked.map(({ query }) => [query.get('limit'), query.has('continue')]),
    [
      ['500', false],
      ['500', true],
      ['500', true],
    ],
  )
})

/** A later page fails; how many pages are asked for in all. */
const later: [why: string, fault: Fault, pages: number][] = [
  ['a page answered 500 is asked for again, not the whole list', { kind: 'status', code: 500 }, 4],
  ['a page answered 429 is asked for again', { kind: 'status', code: 429, retryAfterSeconds: 1 }, 4],
  ['a page that breaks off is asked for again', { kind: 'half' }, 4],
  ['a page that comes in crumbs is read', { kind: 'slow', chunkBytes: 10_007 }, 3],
  ['a page whose token is too old begins the list anew', { kind: 'status', code: 410 }, 5],
  ['a page of somebody else begins the list anew', { kind: 'html' }, 5],
]
for (const [why, fault, pages] of later)
  test(why, async t => {
    const prepare = (api: KubernetesApi): void => {
      many(api)
      api.faults.add({ plural: 'pods', verb: 'list', continued: true }, fault)
    }
    const { api, watch } = await stage(t, { prepare })
    assert.equal(watch.maps.pods.size, MANY)
    assert.equal(api.count('list', 'pods'), pages)
  })

test('text of several bytes a letter survives, wherever the bytes are cut', async t => {
  const labels = { team: 'Füße-日本-🛒' }
  const prepare = (api: KubernetesApi): void => {
    api.put('pods', podObject({ name: 'shoes-0', uid: 'u1', labels }))
    api.faults.add({ plural: 'pods', verb: 'list' }, { kind: 'slow', chunkBytes: 7 })
  }
  const { api, watch, until } = await stage(t, { prepare, labelKeys: ['team'] })
  assert.equal(watch.maps.pods.get('u1')?.labels.team, labels.team)
  const frame = Buffer.from(
    `${JSON.stringify({ type: 'ADDED', object: podObject({ name: 'shoes-1', uid: 'u2', labels }) })}\n`,
  )
  for (const byte of frame) api.watches('pods')[0]?.write(Buffer.of(byte))
  await until(() => watch.maps.pods.has('u2'))
  assert.equal(watch.maps.pods.get('u2')?.labels.team, labels.team)
})

test('what vanished and what was made anew under the same name while nobody watched is found by the list', async t => {
  const { api, changes, podsAre, until, watch } = await stage(t, {
    prepare: api => api.put('pods', podObject({ name: 'db-0', uid: 'first', addresses: ['10.244.1.40'] })),
  })
  const [open] = api.watches('pods')
  open?.mute()
  api.delete('pods', 'shop/cart-0')
  api.delete('pods', 'shop/db-0')
  api.put('pods', podObject({ name: 'db-0', uid: 'second', addresses: ['10.244.1.41'] }))
  api.store.compact()
  open?.reset()
  await until(() => watch.maps.pods.has('second'))
  await podsAre('db-0', 'web-0')
  await until(() => changes.length === 3)
  assert.deepEqual(
    changes.map(({ uid, record }) => [uid === 'first' || uid === 'second' ? uid : 'cart', record?.name]),
    [
      ['cart', undefined],
      ['first', undefined],
      ['second', 'db-0'],
    ],
  )
})

test('an object without identity is counted and skipped, in a list and in a watch; the others are taken', async t => {
  const { api, watch, podsAre, lines } = await stage(t)
  api.watches('pods')[0]?.write(`${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'nobody' } } })}\n`)
  api.watches('pods')[0]?.write(`${JSON.stringify({ type: 'ADDED', object: 'text' })}\n`)
  api.put('pods', podObject({ name: 'late-0' }))
  await podsAre('cart-0', 'late-0', 'web-0')
  assert.equal(watch.counts('pods').badObjects, 2)
  assert.deepEqual(lines, ['pods: one is skipped: Error: metadata.uid: expected a text'])
})

test('once a day or so a list is made anew, whatever the watch says', async t => {
  const { api, clock, podsAre } = await stage(t)
  clock.advance(31 * 3_600_000)
  const [open] = api.watches('pods')
  open?.bookmark()
  open?.end()
  api.put('pods', podObject({ name: 'late-0' }))
  await podsAre('cart-0', 'late-0', 'web-0')
  assert.equal(api.count('list', 'pods'), 2)
})

test('only metadata of ReplicaSets and Jobs is asked for', async t => {
  const { api } = await stage(t)
  for (const plural of ['replicasets', 'jobs'] as const) {
    const asked = api.seen.filter(each => each.plural === plural)
    assert.ok(asked.every(({ accept }) => accept.includes('as=PartialObjectMetadata')))
  }
})

test('a zone that a node gets later is a change, its next heartbeat is none', async t => {
  const { api, changes, until } = await stage(t)
  api.put('nodes', nodeObject('node-a', '10.20.1.1', 'us-east-1b'))
  await until(() => changes.length === 1)
  api.put('nodes', nodeObject('node-a', '10.20.1.1', 'us-east-1b', '2026-11-01T10:05:00Z'))
  api.put('nodes', nodeObject('node-b', '10.20.2.1', 'us-east-1b', '2026-11-01T10:05:00Z'))
  await until(() => changes.length >= 2)
  assert.deepEqual(
    changes.map(({ record }) => record?.name),
    ['node-a', 'node-b'],
  )
})
