import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { openLab } from './lab.ts'
import { type Measured, measure } from './rollouts/measure.ts'
import { apply, changeOf, endOfMinutes, hintsLost, nextMinute, preferring } from './rollouts/rollout.ts'
import { CART, QUAD, town } from './rollouts/town.ts'
import { listenFor } from './traffic/background.ts'
import { Endpoints } from './traffic/endpoints.ts'
import { homeIn, startWeir } from './weir/weir.ts'

const skip =
  process.platform === 'linux' && process.getuid?.() === 0 ? false : 'needs root on Linux: makes network namespaces'

/** Of a thousand connections and more, chance moves a share by less than this. */
const CHANCE = 0.1

test('a rollout cuts a share as the wire has it, lost hints are told, and four endpoints in three zones get none', {
  skip,
}, async () => {
  await using lab = await openLab(town)
  const endpoints = new Endpoints(lab)
  await listenFor(lab, endpoints)
  const weir = await startWeir(homeIn(lab), { directory: 'kubernetes', windowMs: 1000, dumpEveryMs: 1000 })
  const stage = { lab, endpoints, weir }

  const before = await measure(stage, [CART, QUAD], endOfMinutes(1))
  near(before, CART, 2 / 3)
  near(before, QUAD, 2 / 3)

  await nextMinute()
  await apply(stage, preferring)
  const change = await changeOf(stage, 'traffic distribution')
  deepEqual([change.before, change.after], ['none', 'PreferSameZone'])
  const set = await weir.answers.routing('shop', CART)
  deepEqual(
    set.families.map(({ addressType, state }) => [addressType, state]),
    [
      ['IPv4', 'as predicted'],
      ['IPv6', 'as predicted'],
    ],
  )
  const after = await measure(stage, [CART, QUAD], endOfMinutes(1))
  near(after, CART, 0)
  near(after, QUAD, 2 / 3)
  const { readings } = await weir.answers.rollout(change.id)
  // Half an hour on each side is what it takes: npm run lab:rollout waits for it.
  deepEqual([...new Set(readings.map(({ verdict }) => verdict))], ['not enough data'])
  const { expectation } = await weir.answers.routing('shop', CART)
  equal(expectation?.expected, 0)
  ok(Math.abs(expectation.baseline - 2 / 3) < 0.001, `${expectation.baseline}`)

  const quad = await weir.answers.routing('shop', QUAD)
  deepEqual([...new Set(quad.families.map(({ state }) => state))], ['none, as predicted'])
  deepEqual(
    quad.whyNoHints.map(({ reason }) => reason),
    ['overload threshold'],
  )
  match(quad.whyNoHints[0]?.sentence ?? '', /^4 ready endpoints cannot be shared out among 3 zones \(lab-1a 33 %/)

  await nextMinute()
  await apply(stage, hintsLost)
  const lost = await changeOf(stage, 'hints lost')
  equal(lost.subject.kind === 'service' && lost.subject.name, CART)
  // What the alert WeirHintsLost looks at.
  match(await weir.metrics(), /^weir_rollouts_hints_lost_services\{cluster="lab"\} 1$/m)
  const climbed = await measure(stage, [CART], Date.now() + 15_000)
  near(climbed, CART, 2 / 3)
  deepEqual([...new Set((await weir.answers.routing('shop', CART)).families.map(({ state }) => state))], ['missing'])
})

/** Weir's share is that of the wire, and the wire's is what routing makes it. */
function near(measured: ReadonlyMap<string, Measured>, service: string, share: number): void {
  const { told, wire } = measured.get(service) ?? {}
  ok(told !== undefined && wire !== undefined && wire.bytes > 500_000, JSON.stringify(wire))
  ok(Math.abs(wire.share - share) < CHANCE, `${service}: the wire's share is ${wire.share}, expected about ${share}`)
  ok(Math.abs(told.share - wire.share) < 0.005, `${service}: told ${told.share}, on the wire ${wire.share}`)
}
