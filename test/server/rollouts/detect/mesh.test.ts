import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trimDestinationRule } from '../../../../server/directory/kubernetes/trim/destination-rule.ts'
import { meshRules } from '../../../../server/rollouts/detect/mesh-rules.ts'
import { destinationRuleObject } from '../../../kubernetes-api/objects.ts'
import { put, rolloutsStage } from '../rollouts-stage.ts'

const extras = ['destinationRules'] as const
const distribute = [
  { from: 'us-east-1/us-east-1a/*', to: { 'us-east-1/us-east-1a/*': 80, 'us-east-1/us-east-1b/*': 20 } },
]

/** Named by its host alone; every object has a uid. */
const rulesOf = (...rules: readonly [host: string, locality: object | undefined][]) =>
  meshRules(
    rules.map(([host, locality], i) => {
      const object = destinationRuleObject(`rule-${i}`, host, locality)
      return trimDestinationRule({ ...object, metadata: { ...object.metadata, uid: `uid-${i}` } })
    }),
  )

const hosts: [host: string, service: string | undefined][] = [
  ['cart', 'shop/cart'],
  ['cart.other', 'other/cart'],
  ['cart.other.svc', 'other/cart'],
  ['cart.other.svc.cluster.local', 'other/cart'],
  ['*.shop.svc.cluster.local', undefined],
  ['api.example.com', undefined],
  ['', undefined],
]
for (const [host, service] of hosts)
  test(`the host "${host}" is ${service ?? 'no single Service of the cluster'}`, () => {
    assert.deepEqual([...rulesOf([host, { enabled: true }]).keys()], service === undefined ? [] : [service])
  })

const settings: [locality: object, text: string][] = [
  [{ enabled: false }, 'locality off, no outlier detection'],
  [
    { failover: [{ from: 'us-east-1', to: 'us-west-2' }] },
    'locality on, failover us-east-1 to us-west-2, no outlier detection',
  ],
  [{ failoverPriority: ['a', 'b'] }, 'locality on, priority a b, no outlier detection'],
]
for (const [locality, text] of settings)
  test(`${JSON.stringify(locality)} is "${text}"`, () => {
    const [said = ''] = rulesOf(['cart', locality]).values()
    assert.ok(said === text || text.startsWith(said.slice(0, 60)), said)
  })

test('rules that say nothing of localities are none, and weights beyond what is shown make a difference', () => {
  assert.equal(rulesOf(['cart', undefined]).size, 0)
  const [a] = rulesOf(['cart', { distribute }]).values()
  const [b] = rulesOf(['cart', { distribute: [{ ...distribute[0], to: { 'us-east-1/us-east-1b/*': 100 } }] }]).values()
  assert.ok(a !== undefined && b !== undefined && a !== b)
  assert.ok(a.length < 80)
})

test('a DestinationRule that comes, changes and goes is told of its Service', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'), extras)
  stage.api.put(
    'destinationrules',
    destinationRuleObject('cart', 'cart', { enabled: true }, { consecutive5xxErrors: 5 }),
  )
  await stage.pass()
  stage.api.put('destinationrules', destinationRuleObject('cart', 'cart', { enabled: true }))
  await stage.pass()
  stage.api.delete('destinationrules', 'shop/cart')
  await stage.pass()
  assert.deepEqual(stage.told(), [
    'mesh locality shop/cart: none -> locality on, outlier detection',
    'mesh locality shop/cart: locality on, outlier detection -> locality on, no outlier detection',
    'mesh locality shop/cart: locality on, no outlier detection -> none',
  ])
})

test('rules that are there when they are first watched are no change', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'))
  stage.api.put('destinationrules', destinationRuleObject('cart', 'cart', { enabled: true }))
  await stage.pass()
  assert.deepEqual(stage.told(), [], 'nobody watches them')
  await stage.restart(() => {}, extras)
  await stage.pass()
  assert.deepEqual(stage.told(), [])
})
