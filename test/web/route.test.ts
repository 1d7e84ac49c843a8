import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { pagePaths } from '@weir/contract/page-paths.ts'
import { menu, menuOf, pathOf, routeOf, titles } from '../../web/route.ts'

const paths: readonly [path: string, page: string | undefined, parts: { readonly [name: string]: string }][] = [
  ['/', 'overview', {}],
  ['/costs', 'costs', {}],
  ['/costs/', 'costs', {}],
  ['/services/shop/cart', 'service', { namespace: 'shop', name: 'cart' }],
  ['/rollouts/a%2Fb%20c', 'rollout', { id: 'a/b c' }],
  ['/rollouts/100%', 'rollout', { id: '100%' }],
  ['/services/shop', undefined, {}],
  ['/nowhere', undefined, {}],
]
for (const [path, page, parts] of paths)
  test(`${path} is ${page ?? 'no page'}`, () => {
    const route = routeOf(path)
    equal(route?.page, page)
    deepEqual(route?.parts ?? {}, parts)
  })

test('the path of a page leads back to it, whatever its parts are called', () => {
  const parts = { namespace: 'a b', name: 'c/d?e=#%' }
  deepEqual(routeOf(pathOf('service', parts)), { page: 'service', parts })
  throws(() => pathOf('service', { namespace: 'shop' }), /the path of service needs a name/)
})

test('every page has a title; a service is found under the rollouts', () => {
  for (const page of Object.keys(pagePaths) as (keyof typeof pagePaths)[]) equal(titles[page].length > 0, true)
  for (const page of menu) equal(menuOf(page), page)
  equal(menuOf('service'), 'rollouts')
})
