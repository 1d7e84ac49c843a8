import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownedObject, podObject } from '../../../kubernetes-api/objects.ts'
import { stage } from './stage.ts'

test('without the right to read ReplicaSets the rest is read; it is told once and taken up when granted', async t => {
  const { POSITIVE_INFINITY } = Number
  let grant = (): void => {}
  const { api, watch, until, lines, clock } = await stage(t, {
    prepare: api => {
      api.put('replicasets', ownedObject('web-abc', { kind: 'Deployment', name: 'web' }))
      grant = api.faults.add({ plural: 'replicasets' }, { kind: 'status', code: 403 }, POSITIVE_INFINITY)
    },
  })
  assert.equal(watch.state('replicaSets'), 'forbidden')
  await until(() => api.count('list', 'replicasets') >= 3)
  assert.ok(Math.min(...clock.slept) >= 30_000, 'asked seldom')
  assert.deepEqual(lines, ['replicaSets: forbidden, 403: refused with 403'])
  grant()
  await until(() => watch.maps.replicaSets.size === 1)
  assert.deepEqual(
    Array.from(watch.maps.replicaSets.values(), ({ owner }) => owner),
    [{ kind: 'Deployment', name: 'web' }],
  )
})

test('without the right to read pods nothing is told to be complete', async t => {
  let grant = (): void => {}
  const { api, watch, until } = await stage(t, {
    waitForSync: false,
    prepare: api => {
      grant = api.faults.add({ plural: 'pods' }, { kind: 'status', code: 403 }, Number.POSITIVE_INFINITY)
    },
  })
  await until(() => api.count('list', 'pods') >= 3)
  assert.equal(watch.isSynced, false)
  assert.match(watch.problem('pods'), /^forbidden, 403/)
  grant()
  await until(() => watch.isSynced)
})

test('a token that is rotated is read anew, with no restart', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weir-token-'))
  t.after(() => rm(folder, { recursive: true }))
  const tokenFile = join(folder, 'token')
  await writeFile(tokenFile, 'first')
  const { api, podsAre, watch } = await stage(t, { tokenFile, prepare: api => void api.credentials.add('first') })
  api.credentials.clear()
  api.credentials.add('second')
  for (const each of api.watches('pods')) each.end()
  const refused = api.count('watch', 'pods')
  await writeFile(tokenFile, 'second')
  api.put('pods', podObject({ name: 'late-0' }))
  await podsAre('cart-0', 'late-0', 'web-0')
  assert.equal(api.seen.at(-1)?.authorization, 'Bearer second')
  assert.ok(refused > 0 && (watch.counts('pods').failures.unauthorized ?? 0) >= 1)
})
