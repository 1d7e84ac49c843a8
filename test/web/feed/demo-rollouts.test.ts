import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { epochMs } from '@weir/contract/units.ts'
import { demoRollout, demoRollouts } from '../../../web/feed/demo-rollouts.ts'
import { DemoWorld } from '../../../web/feed/demo-world.ts'

const now = Date.UTC(2026, 10, 20, 14, 3)
const world = new DemoWorld('', () => now)
const range = { from: epochMs(0), to: epochMs(now) }
const { rows } = demoRollouts(world, { range })

test('the demo tells no saving while the interval holds zero, and no difference without enough data', () => {
  ok(rows.length > 3)
  for (const { reading } of rows) {
    const change = reading?.change ?? null
    if (change === null || (change.low <= 0 && change.high >= 0)) equal(reading?.savedPerMonth ?? null, null)
    if (reading?.verdict === 'not enough data') equal(change, null)
  }
})

test('each of its changes can be looked at, and its sides add up', () => {
  for (const { change } of rows) {
    const { readings } = demoRollout(world, { id: change.id })
    for (const { before, after } of readings)
      for (const { bytes, crossZoneBytes, share } of [before, after])
        ok(Math.abs(crossZoneBytes / bytes - (share ?? -1)) < 1e-6)
  }
})

test('a viewer of two namespaces hears of their changes only', () => {
  const scoped = new DemoWorld('scoped', () => now)
  const found = demoRollouts(scoped, { range }).rows
  ok(found.length > 0)
  for (const { change } of found) ok(['shop', 'payments'].includes(change.services[0]?.namespace ?? ''))
})
