import assert from 'node:assert/strict'
import { test } from 'node:test'
import { destinationRuleObject } from '../../../kubernetes-api/objects.ts'
import { stage } from './stage.ts'

const extras = ['destinationRules'] as const
const rule = destinationRuleObject('cart', 'cart', { enabled: true })

test('what nobody asked for is not asked of the API server', async t => {
  const { api, watch, podsAre } = await stage(t, { prepare: api => void api.put('destinationrules', rule) })
  await podsAre('cart-0', 'web-0')
  assert.equal(watch.state('destinationRules'), 'off')
  assert.equal(watch.maps.destinationRules.size, 0)
  assert.deepEqual(
    api.seen.filter(({ plural }) => plural === 'destinationrules'),
    [],
  )
})

test('what is asked for and not there holds nothing up, is told once, and is found when it is installed', async t => {
  let install = (): void => {}
  const { api, watch, until, lines } = await stage(t, {
    extras,
    prepare: api => {
      const target = { plural: 'destinationrules' } as const
      install = api.faults.add(target, { kind: 'status', code: 404 }, Number.POSITIVE_INFINITY)
    },
  })
  assert.equal(watch.isSynced, true)
  assert.equal(watch.state('destinationRules'), 'absent')
  await until(() => api.count('list', 'destinationrules') >= 3)
  assert.deepEqual(lines, ['destinationRules: absent, 404: refused with 404'])
  api.put('destinationrules', rule)
  install()
  await until(() => watch.maps.destinationRules.size === 1)
  assert.equal(watch.state('destinationRules'), 'watching')
})

test('when it is taken away, what was there is gone', async t => {
  const { api, watch, until } = await stage(t, { extras, prepare: api => void api.put('destinationrules', rule) })
  await until(() => watch.maps.destinationRules.size === 1 && api.watches('destinationrules').length === 1)
  api.faults.add({ plural: 'destinationrules' }, { kind: 'status', code: 404 }, Number.POSITIVE_INFINITY)
  for (const each of api.watches('destinationrules')) each.end()
  await until(() => watch.maps.destinationRules.size === 0)
  assert.equal(watch.state('destinationRules'), 'absent')
})
