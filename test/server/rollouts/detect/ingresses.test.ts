import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubernetesApi } from '../../../kubernetes-api/server.ts'
import { put, rolloutsStage } from '../rollouts-stage.ts'

const extras = ['ingresses'] as const
const ALB = 'alb.ingress.kubernetes.io'

function ingress(api: KubernetesApi, annotations: { readonly [key: string]: string }, ingressClassName = 'alb'): void {
  const path = (name: string) => ({
    path: '/',
    pathType: 'Prefix',
    backend: { service: { name, port: { number: 80 } } },
  })
  api.put('ingresses', {
    metadata: { name: 'web', namespace: 'shop', annotations },
    spec: { ingressClassName, rules: [{ host: 'shop.example', http: { paths: [path('cart'), path('cart')] } }] },
  })
}

test('the targets of an application load balancer are told of the Services it leads to, and of no other', async t => {
  const stage = await rolloutsStage(
    t,
    api => {
      for (const name of ['cart', 'other']) put(api, name)
      ingress(api, {})
    },
    extras,
  )
  ingress(stage.api, { [`${ALB}/target-type`]: 'ip' })
  await stage.pass()
  ingress(stage.api, {
    [`${ALB}/target-type`]: 'ip',
    [`${ALB}/load-balancer-attributes`]: 'load_balancing.cross_zone.enabled=true',
    [`${ALB}/target-group-attributes`]: 'stickiness.enabled=true, load_balancing.cross_zone.enabled=false',
  })
  await stage.pass()
  assert.deepEqual(stage.told(), [
    'load balancer shop/cart: Ingress web: targets default, cross-zone default -> Ingress web: targets ip, cross-zone default',
    'load balancer shop/cart: Ingress web: targets ip, cross-zone default -> Ingress web: targets ip, cross-zone false',
  ])
})

test('an Ingress of another controller says nothing of zones', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'), extras)
  ingress(stage.api, { 'nginx.ingress.kubernetes.io/affinity': 'cookie' }, 'nginx')
  await stage.pass()
  assert.deepEqual(stage.told(), [])
})

test('one that is made, and one that is taken away, are told', async t => {
  const stage = await rolloutsStage(t, api => put(api, 'cart'), extras)
  ingress(stage.api, {})
  await stage.pass()
  stage.api.delete('ingresses', 'shop/web')
  await stage.pass()
  assert.deepEqual(stage.told(), [
    'load balancer shop/cart: none -> Ingress web: targets default, cross-zone default',
    'load balancer shop/cart: Ingress web: targets default, cross-zone default -> none',
  ])
})
