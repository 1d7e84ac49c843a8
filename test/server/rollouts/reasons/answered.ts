import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { RoutingAnswer, RoutingReason } from '@weir/contract/routing-queries.ts'
import { epochMs } from '@weir/contract/units.ts'
import type { ClusterRouting } from '../../../../server/rollouts/cluster-routing.ts'
import { routingAnswer } from '../../../../server/rollouts/routing-answer.ts'
import { cart, trafficOf, watchOver } from '../routed-world.ts'

export const hinted = ['a>a', 'b>b', 'c>c']
const even = trafficOf('a>a 100', 'b>b 100', 'c>c 100')

/** The answer about shop/cart, `minutes` after the cluster began to look as it does. */
export function answer(routing: ClusterRouting, { minutes = 0, hour = even, day = even } = {}): RoutingAnswer {
  let now = epochMs(0)
  const watch = watchOver(
    () => [routing],
    () => now,
  )
  watch.look()
  now = epochMs(minutes * 60_000)
  const watched = watch.of(cart)
  ok(watched !== undefined)
  return routingAnswer(watched, day, { traffic: hour, lastingMs: 3_600_000 })
}

export type Why = 'whyNoHints' | 'whyDropped' | 'whyBillDidNotFall'
export type Told = readonly [why: string, found: RoutingAnswer, reason: RoutingReason, sentence: string, remedy: RegExp]

export function tells(question: Why, rows: readonly Told[]): void {
  for (const [why, found, reason, sentence, remedy] of rows)
    test(`${question}: ${why}`, () => {
      const finding = found[question].find(each => each.reason === reason)
      ok(finding !== undefined, JSON.stringify(found[question]))
      equal(finding.sentence, sentence)
      ok(remedy.test(finding.remedy), finding.remedy)
    })
}

export function saysNothing(question: Why, rows: readonly (readonly [why: string, found: RoutingAnswer])[]): void {
  for (const [why, found] of rows)
    test(`${question} is empty: ${why}`, () => equal(found[question].length, 0, JSON.stringify(found[question])))
}
