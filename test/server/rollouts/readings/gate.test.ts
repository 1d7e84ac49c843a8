import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { GateAnswer } from '@weir/contract/rollout-queries.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { askGate } from '../../../../server/rollouts/readings/gate.ts'
import { DAY, HOUR, midnight } from './changes.ts'
import { openTown, type Stretch, shopCart, type Watch } from './town.ts'

const minutes = { stepMinutes: 1, bytes: 2 ** 24 }
const hour: Stretch = { ...minutes, hours: [9, 10], share: 0.08 }

async function ask(
  stretches: readonly Stretch[],
  bar: number,
  since = 9,
  watches: readonly Watch[] = [{ hours: [-48, 48] }],
) {
  await using town = await openTown({ stretches, watches, sealed: 10 })
  const question = { service: shopCart, since: epochMs(midnight + since * HOUR), maxCrossShare: bar, kept: town.kept }
  return { answer: await askGate(town.traffic, question), made: town.made }
}

const cases: [what: string, stretches: Stretch[], bar: number, pass: GateAnswer['pass'], why: RegExp][] = [
  ['below the bar for certain', [hour], 0.12, 'yes', /^8\.\d % .* 09:00Z to 2026-11-20 10:00Z, .*: at most 12\.0 %$/],
  ['above it for certain', [hour], 0.05, 'no', /more than 5\.0 %$/],
  ['the bar lies within the interval', [hour], 0.08, 'not enough data', /8\.0 % lies within$/],
  ['nothing crosses', [{ ...hour, share: 0 }], 0.1, 'yes', /^0\.0 %/],
  [
    'nothing crosses, but an hour cannot prove one percent',
    [{ ...hour, share: 0 }],
    0.01,
    'not enough data',
    /lies within/,
  ],
  ['no traffic', [], 0.1, 'not enough data', /^no traffic of shop\/cart from 2026-11-20 09:00Z to 2026-11-20 10:00Z$/],
  [
    'a few minutes only',
    [{ ...hour, hours: [9.9, 10] }],
    0.5,
    'not enough data',
    /^7 minutes were watched .*; at least 30 are needed$/,
  ],
  ['most of it unknown', [{ ...hour, unknown: 0.5 }], 0.5, 'not enough data', /only 50\.\d % of the truth was seen/],
  ['senders without agents', [{ ...hour, untold: 0.4 }], 0.5, 'not enough data', /only 60\.\d % of the truth/],
]
for (const [what, stretches, bar, pass, why] of cases)
  test(`${what}: ${pass}`, async () => {
    const { answer } = await ask(stretches, bar)
    equal(answer.pass, pass, answer.why)
    match(answer.why, why)
    equal(answer.maxCrossShare, bar)
  })

test('the share is that of all bytes of the range, by a second computation', async () => {
  const { answer, made } = await ask([hour, { ...hour, hours: [8, 9], share: 0.9 }], 0.5)
  const inRange = made.filter(({ minute }) => minute * MINUTE_MS >= midnight + 9 * HOUR)
  const bytes = inRange.reduce((sum, fact) => sum + fact.bytes, 0)
  const crossing = inRange.reduce((sum, fact) => sum + (fact.crosses ? fact.bytes : 0), 0)
  deepEqual([answer.bytes, answer.crossShare], [bytes, crossing / bytes])
  ok(answer.interval !== null && answer.interval.low <= crossing / bytes && answer.interval.high >= crossing / bytes)
})

test('what is not decided yet is no answer', async () => {
  const { answer } = await ask([hour], 0.5, 10)
  equal(answer.pass, 'not enough data')
  match(answer.why, /^nothing since 2026-11-20 10:00Z is decided yet: minutes are up to 2026-11-20 10:00Z$/)
})

test('a long range is read by the hour, from the first whole one', async () => {
  const days: Stretch = { hours: [-80, 10], share: 0.2 }
  const { answer } = await ask([days], 0.3, -71.5, [{ hours: [-80, 48] }])
  equal(answer.pass, 'yes', answer.why)
  equal((answer.range.to - answer.range.from) / HOUR, 81)
  ok(answer.range.to - answer.range.from > 3 * DAY)
})
