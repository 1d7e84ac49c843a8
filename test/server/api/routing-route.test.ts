import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem, TimeRange } from '@weir/contract/queries.ts'
import type { RoutingAnswer } from '@weir/contract/routing-queries.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { routingRoute } from '../../../server/api/routing-route.ts'
import { guardedDoor, tokens } from '../access/people.ts'
import { auto, routedCart, routingsOf, sameZone, trafficOf, watchOver } from '../rollouts/routed-world.ts'
import { now, stage } from './stage.ts'

const path = '/api/v1/services/shop/cart/routing'

test('a Service: what was asked, what there is and what was measured', async () => {
  await using server = await stage()
  const answer = (await (await server.get(path)).json()) as RoutingAnswer // the schema is checked in openapi.test.ts
  deepEqual([answer.preference, answer.preferenceFrom], ['PreferSameZone', 'spec.trafficDistribution: PreferSameZone'])
  deepEqual(
    answer.families.map(({ state, readyEndpoints }) => [state, readyEndpoints]),
    [['as predicted', 3]],
  )
  equal(answer.expectation?.observed, 0.2)
  equal(answer.expectation?.expected, 0)
})

test('what still crosses is asked of whole minutes behind the last change of routing', async () => {
  const asked: TimeRange[] = []
  const clusters = [routedCart(sameZone, ['a>a'])]
  const source = {
    hints: watchOver(
      () => clusters,
      () => now,
    ),
    traffic: {
      of: async (_: unknown, range: TimeRange) => {
        asked.push(range)
        return trafficOf()
      },
    },
  }
  const minutesAgo = (minutes: number) => epochMs(now - minutes * MINUTE_MS)
  const recentlyAsked = async (...began: number[]) => {
    const generations = began.map((minutes, at) => ({ generation: at + 1, from: minutesAgo(minutes) }))
    const route = routingRoute({ ...source, generationsOf: () => generations }, () => now)
    await route.reply(
      new URLSearchParams(),
      { name: 'all', scope: 'all', auth: 'none' },
      { namespace: 'shop', name: 'cart' },
    )
    const { from, to } = asked.at(-1) ?? { from: 0, to: 0 }
    return [(now - from) / MINUTE_MS, (now - to) / MINUTE_MS]
  }
  deepEqual(await recentlyAsked(), [60, 0])
  deepEqual(await recentlyAsked(300, 90), [60, 0])
  deepEqual(await recentlyAsked(300, 10.5), [10, 0])
  deepEqual(await recentlyAsked(300, 0), [0, 0])
})

test('without traffic there is nothing to expect', async () => {
  await using server = await stage({
    traffic: { cluster: 'town', namespace: 'shop', name: 'cart', flows: [], unknownBytes: 0, elsewhereBytes: 0 },
  })
  const answer = (await (await server.get(path)).json()) as RoutingAnswer // as above
  equal(answer.expectation, null)
})

test('what is not there, and what is not theirs, answer alike', async () => {
  await using server = await stage({ access: guardedDoor(() => now) })
  const as = (token: string, at = path) => server.get(at, { headers: { authorization: `Bearer ${token}` } })
  equal((await as(tokens.shop)).status, 200)
  const problems: Problem[] = []
  for (const response of [await as(tokens.data), await as(tokens.all, path.replace('cart', 'basket'))]) {
    equal(response.status, 404)
    problems.push((await response.json()) as Problem) // openapi.test.ts
  }
  deepEqual(
    problems.map(({ detail }) => detail),
    ['no Service shop/cart is known', 'no Service shop/basket is known'],
  )
})

test('nodes are named to those who may see all, and counted for others', async () => {
  const clusters = [routedCart({ internalTrafficPolicy: 'Local' }, ['a', 'b'])]
  await using server = await stage({ access: guardedDoor(() => now), routings: routingsOf(() => clusters) })
  const told = async (token: string) => {
    const response = await server.get(path, { headers: { authorization: `Bearer ${token}` } })
    const { whyDropped } = (await response.json()) as RoutingAnswer // as above
    return whyDropped.find(({ reason }) => reason === 'no endpoint on the node')?.sentence
  }
  const rest = ': connections from pods there are dropped.'
  equal(await told(tokens.all), `1 of 3 nodes has no endpoint (node-c)${rest}`)
  equal(await told(tokens.shop), `1 of 3 nodes has no endpoint${rest}`)
})

test('of two clusters with such a Service one has to be named', async () => {
  const clusters = [routedCart(sameZone, ['a>a']), routedCart(auto, ['a'], { cluster: 'village' })]
  await using server = await stage({ routings: routingsOf(() => clusters) })
  const response = await server.get(path)
  equal(response.status, 400)
  const problem = (await response.json()) as Problem // openapi.test.ts
  equal(problem.allowed, 'town, village')
  match(problem.detail, /cluster: several clusters have such a Service/)
  const named = (await (await server.get(`${path}?cluster=village`)).json()) as RoutingAnswer // as above
  deepEqual([named.cluster, named.preference], ['village', 'Auto'])
})
