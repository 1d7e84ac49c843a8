import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { differenceAgainst } from '../../../../server/rollouts/evaluate/against-others.ts'
import { hours } from './made-steps.ts'

const week = (share: number) => ({ hours: 168, share })
let seed = 1
const moved = (before: number, after: number) => hours(week(before), week(after), usual => usual, seed++)
const silent = hours(week(0.5), week(0.5), () => ({ bytes: 0, share: 0 }))

test('what unchanged Services did as well is not the change', () => {
  const found = differenceAgainst(moved(0.6, 0.4), [moved(0.5, 0.4), moved(0.7, 0.6)])
  equal(found?.services, 2)
  ok(found !== null && Math.abs(found.change.estimate + 0.1) < 0.01, JSON.stringify(found))
  ok(found.change.low <= -0.1 && found.change.high >= -0.1 && found.change.high < 0, JSON.stringify(found))
})

test('at most 20 of them are asked, the first', () => {
  const found = differenceAgainst(moved(0.6, 0.4), [
    ...Array.from({ length: 20 }, () => moved(0.5, 0.5)),
    moved(0.9, 0.1),
  ])
  equal(found?.services, 20)
  ok(found !== null && Math.abs(found.change.estimate + 0.2) < 0.01)
})

test('a Service without traffic on a side is passed over', () => {
  equal(differenceAgainst(moved(0.6, 0.4), [silent, moved(0.5, 0.4)])?.services, 1)
})

test('without any other, or without traffic of its own, there is nothing to say', () => {
  equal(differenceAgainst(moved(0.6, 0.4), []), null)
  equal(differenceAgainst(moved(0.6, 0.4), [silent]), null)
  equal(differenceAgainst(silent, [moved(0.6, 0.4)]), null)
})
