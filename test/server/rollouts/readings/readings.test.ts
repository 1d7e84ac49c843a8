import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { ShareReading } from '@weir/contract/rollout-queries.ts'
import { epochMs, MINUTE_MS } from '@weir/contract/units.ts'
import { aChange, DAY, HOUR, midnight } from './changes.ts'
import { type Made, openTown, type Stretch, type Town } from './town.ts'

const before: Stretch = { hours: [-30 * 24, 10], share: 0.6 }
const after: Stretch = { hours: [10, 30 * 24], share: 0.2 }
const change = aChange(10.5)

async function settledOf(town: Town, of = change): Promise<ShareReading> {
  const [settled] = await town.readings.of(of)
  if (settled?.kind !== 'settled') throw new Error('no settled reading')
  return settled
}

const hourOf = ({ minute }: Made) => Math.floor((minute * MINUTE_MS - midnight) / HOUR)

test('a rollout that cut the share is reduced, with figures that a second computation finds too', async () => {
  await using town = await openTown({ stretches: [before, after] })
  const reading = await settledOf(town)
  equal(reading.verdict, 'reduced')
  // Hours 11 to 682 after, and the 672 before the hour of the change.
  const ofAfter = town.made.filter(fact => hourOf(fact) >= 11 && hourOf(fact) < 683)
  const ofBefore = town.made.filter(fact => hourOf(fact) >= 10 - 672 && hourOf(fact) < 10)
  const sum = (facts: readonly Made[]) => facts.reduce((total, { bytes }) => total + bytes, 0)
  const crossing = (facts: readonly Made[]) => facts.filter(({ crosses }) => crosses)
  deepEqual([reading.after.bytes, reading.after.crossZoneBytes], [sum(ofAfter), sum(crossing(ofAfter))])
  deepEqual([reading.before.bytes, reading.before.crossZoneBytes], [sum(ofBefore), sum(crossing(ofBefore))])
  const fell = sum(crossing(ofBefore)) / sum(ofBefore) - sum(crossing(ofAfter)) / sum(ofAfter)
  // A month of 720 hours like the 671 of the after side; 3 % more on the wire, two sides, $0.01 per GiB.
  const wanted = ((fell * sum(ofAfter) * 1.03 * 720) / 672) * ((2 * 10_000) / 2 ** 30)
  const { estimate = 0, low = 0, high = 0, currency } = reading.savedPerMonth ?? {}
  ok(Math.abs(estimate - wanted) < wanted * 0.001, `${estimate} is not ${wanted}`)
  ok(low < estimate && estimate < high && [low, estimate, high].every(Number.isInteger), 'whole micro-dollars')
  equal(currency, 'USD')
})

test('a share that rose is increased, and what it costs is below nothing saved', async () => {
  await using town = await openTown({
    stretches: [
      { ...before, share: 0.2 },
      { ...after, share: 0.6 },
    ],
  })
  const { verdict, savedPerMonth } = await settledOf(town)
  equal(verdict, 'increased')
  ok((savedPerMonth?.high ?? 0) < 0)
})

test('a share that stayed is no clear change, and saves nothing', async () => {
  await using town = await openTown({ stretches: [before, { ...after, share: 0.6 }] })
  const { verdict, savedPerMonth } = await settledOf(town)
  deepEqual([verdict, savedPerMonth], ['no clear change', null])
})

const gone: Stretch = { ...after, hours: [10, 10 * 24] }
const earlier = aChange(9.4, {
  kind: 'topology spread',
  subject: { kind: 'workload', namespace: 'shop', workload: { kind: 'Deployment', name: 'cart' } },
})
const cases: [
  what: string,
  given: Partial<Parameters<typeof openTown>[0]>,
  of: Parameters<typeof aChange>,
  verdict: ShareReading['verdict'],
  why: RegExp,
][] = [
  [
    'an hour after another change',
    { changes: [earlier, change] },
    [10.5],
    'not enough data',
    /^before it lies “topology spread” of Deployment shop\/cart at 2026-11-20 09:24Z; 0 hours/,
  ],
  [
    'an hour before another change',
    { changes: [earlier, change] },
    [9.4, earlier],
    'not enough data',
    /after it comes “traffic distribution” of shop\/cart at 2026-11-20 10:30Z; 0 hours/,
  ],
  [
    'marked for tomorrow',
    {},
    [41 * 24],
    'not enough data',
    /^it is marked for 2026-12-31 00:00Z, which is still to come$/,
  ],
  [
    'older than what is kept',
    {},
    [-91 * 24],
    'not enough data',
    /^it is of 2026-08-21 00:00Z, and sums by the hour are kept from 2026-08-22 00:00Z on$/,
  ],
  ['not sealed yet', { sealed: 10 }, [10.5], 'not enough data', /^0 hours after the change/],
  [
    'a Service that nobody calls any more',
    { stretches: [before] },
    [10.5],
    'not enough data',
    /no traffic after the change/,
  ],
  ['a new Service', { stretches: [after] }, [10.5], 'not enough data', /no traffic before the change/],
  [
    'a Service deleted after nine days',
    { stretches: [before, gone] },
    [10.5],
    'reduced',
    /There was no traffic since 2026-11-30 00:00Z$/,
  ],
  [
    'nobody watched around it',
    {
      watches: [{ hours: [-24, -20] }],
      stretches: [
        { ...before, hours: [-24, -20] },
        { ...after, hours: [600, 640] },
      ],
    },
    [10.5],
    'not enough data',
    /^nobody watched in 1300 of its 1344 hours; 0 hours/,
  ],
  [
    'half of the nodes lost their agents',
    { watches: [{ hours: [-40 * 24, 10] }, { hours: [10, 40 * 24], nodes: 2 }] },
    [10.5],
    'coverage changed',
    /saw 100.0 % .* 50.0 %/,
  ],
  [
    'the agents of its clients stopped, few among many',
    { stretches: [before, { ...after, untold: 0.3 }] },
    [10.5],
    'coverage changed',
    /saw 100.0 % .* 70.0 %/,
  ],
  [
    'zones became unknown',
    { stretches: [before, { ...after, unknown: 0.4 }] },
    [10.5],
    'coverage changed',
    /100.0 % .* 60.0 %/,
  ],
]
for (const [what, given, of, verdict, why] of cases)
  test(`${what}: ${verdict}`, async () => {
    await using town = await openTown({ stretches: [before, after], ...given })
    const reading = await settledOf(town, aChange(...of))
    equal(reading.verdict, verdict, reading.why)
    match(reading.why, why)
    equal(reading.savedPerMonth === null, verdict !== 'reduced')
  })

const minutes = { stepMinutes: 1, bytes: 2 ** 24 }
const early: readonly Stretch[] = [
  { ...minutes, hours: [4, 10], share: 0.6, generation: 3 },
  { ...minutes, hours: [10, 16], share: 0.6, generation: 3, bytes: 2 ** 19 },
  { ...minutes, hours: [10, 16], share: 0.1, generation: 4 },
]
const generations = [
  { generation: 3, hour: -100 },
  { generation: 4, hour: 10.001 },
]

test('early: connections of the new routing generation against those of the old', async () => {
  const at = aChange(10)
  await using town = await openTown({ stretches: early, generations, sealed: 16, changes: [at], watches: [] })
  const [settled, reading] = await town.readings.of(at)
  equal(settled?.verdict, 'not enough data')
  equal(reading?.verdict, 'reduced', reading?.why)
  // The hour after the minute of the change: more is looked at only where the day before is known.
  const ten = midnight / MINUTE_MS + 600
  const fresh = town.made.filter(({ generation, minute }) => generation === 4 && minute > ten && minute <= ten + 60)
  equal(
    reading?.after.bytes,
    fresh.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  ok((reading?.savedPerMonth?.low ?? 0) > 0)
})

test('a change that began no routing generation has no early reading', async () => {
  const at = aChange(12)
  await using town = await openTown({ stretches: early, generations, sealed: 16, changes: [at] })
  deepEqual(
    (await town.readings.of(at)).map(({ kind }) => kind),
    ['settled'],
  )
})

test('nothing is asked of the store while there is nothing new to read', async () => {
  await using town = await openTown({ stretches: [before, after], sealed: 300 })
  const first = await settledOf(town)
  const asked = town.asked()
  ok(asked > 0)
  equal(await settledOf(town), first)
  town.kept = { ...town.kept, sealedUntil: epochMs(town.kept.sealedUntil + 59 * MINUTE_MS) }
  equal(await settledOf(town), first)
  equal(town.asked(), asked)
  town.kept = { ...town.kept, sealedUntil: epochMs(town.kept.sealedUntil + MINUTE_MS) }
  equal((await settledOf(town)).after.stepsInRange, first.after.stepsInRange + 1)
})

test('two who ask at once are answered by one reading', async () => {
  await using town = await openTown({ stretches: [before, after] })
  const [one, other] = await Promise.all([settledOf(town), settledOf(town)])
  equal(one, other)
})

test('a reading outlives the minutes and hours it was made of', async () => {
  const at = aChange(10)
  await using town = await openTown({ stretches: early, generations, sealed: 16, changes: [at] })
  const read = await town.readings.of(at)
  town.kept = {
    sealedUntil: epochMs(midnight + 100 * DAY),
    hoursFrom: epochMs(midnight + 10 * DAY),
    minutesFrom: epochMs(midnight + 98 * DAY),
  }
  deepEqual((await town.readings.of(at))[1], read[1])
  deepEqual(town.readings.peek(at)?.length, 2)
})
