import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { settledReading } from '../../../../server/rollouts/evaluate/settled.ts'
import { CHANGE, DAY, HOUR, hours, MINUTE, seen, steps } from './made-steps.ts'

const WEEK = 168
type Sides = ReturnType<typeof hours>
const weeks = (count: number, share: number) => ({ hours: count * WEEK, share })

const cases: [why: string, sides: Sides, verdict: string, says: RegExp][] = [
  [
    'a share that fell by half is reduced',
    hours(weeks(1, 0.66), weeks(1, 0.33)),
    'reduced',
    /^6[56]\.\d % before, 3[23]\.\d % after: −3[234]\.\d points, 95 % between −3\d\.\d and −3\d\.\d; 168 hours/,
  ],
  ['one that rose is increased', hours(weeks(1, 0.3), weeks(1, 0.5)), 'increased', /^30\.\d % before, 50\.\d % after/],
  ['one that stayed is no clear change', hours(weeks(1, 0.5), weeks(1, 0.5)), 'no clear change', /points/],
  [
    'a change of one point is none, however sure it is',
    hours(weeks(4, 0.5), weeks(4, 0.49)),
    'no clear change',
    /95 % between −1\.\d and −[01]\.\d/,
  ],
  [
    'no traffic before the change',
    hours(weeks(1, 0.5), weeks(1, 0.5), (usual, at) => (at < CHANGE ? { bytes: 0, share: 0 } : usual)),
    'not enough data',
    /no traffic before the change/,
  ],
  [
    'no traffic after it',
    hours(weeks(1, 0.5), weeks(1, 0.5), (usual, at) => (at >= CHANGE ? { bytes: 0, share: 0 } : usual)),
    'not enough data',
    /no traffic after the change/,
  ],
  [
    'traffic that stops two days after the change is still compared: hours without bytes weigh nothing',
    hours(weeks(1, 0.6), weeks(1, 0.2), (usual, at) => (at >= CHANGE + 2 * DAY ? { bytes: 0, share: 0 } : usual)),
    'reduced',
    /168 hours/,
  ],
  [
    'traffic that stops after ten hours is too little',
    hours(weeks(1, 0.6), weeks(1, 0.2), (usual, at) => (at >= CHANGE + 10 * HOUR ? { bytes: 0, share: 0 } : usual)),
    'not enough data',
    /a few hours carry most of the traffic after the change: they weigh as 10\.0 even ones/,
  ],
  [
    'one giant hour is no share of a week',
    hours(weeks(1, 0.6), weeks(1, 0.2), (usual, at) => (at === CHANGE + 50 * HOUR ? { ...usual, bytes: 1e13 } : usual)),
    'not enough data',
    /weigh as 1\.\d even ones, at least 12 are needed/,
  ],
  [
    'nobody watched after the change',
    hours(weeks(1, 0.6), weeks(1, 0.2), (usual, at) => (at >= CHANGE ? undefined : usual)),
    'not enough data',
    /^0 hours after the change have the same hour of the week before it, at least 72 are needed/,
  ],
  [
    'a gap of two days across the change is left out on both sides',
    hours(weeks(1, 0.6), weeks(1, 0.2), (usual, at) => (Math.abs(at - CHANGE) < DAY ? undefined : usual)),
    'reduced',
    /121 hours/,
  ],
  [
    'the hour between two changes is too short',
    hours(weeks(4, 0.6), { hours: 1, share: 0.2 }),
    'not enough data',
    /^1 hours after the change/,
  ],
  [
    'routing that flaps leaves hours on both sides',
    hours({ hours: 3, share: 0.6 }, { hours: 2, share: 0.2 }),
    'not enough data',
    /^0 hours/,
  ],
  [
    'three days after the change are compared with the same days of four weeks before',
    hours(weeks(4, 0.6), { hours: 72, share: 0.2 }),
    'reduced',
    /72 hours with the same hours of the week/,
  ],
  [
    'three days before and after it have no hour of the week in common',
    hours({ hours: 72, share: 0.6 }, { hours: 72, share: 0.2 }),
    'not enough data',
    /^0 hours after the change/,
  ],
  [
    'more of after than of before counts as the mean over the weeks',
    hours(weeks(1, 0.6), weeks(4, 0.2)),
    'reduced',
    /168 hours/,
  ],
]
for (const [why, sides, verdict, says] of cases)
  test(why, () => {
    const reading = settledReading({ ...sides, coverage: seen })
    equal(reading.verdict, verdict, reading.why)
    match(reading.why, says)
    equal(reading.change === null, verdict === 'not enough data')
    ok(!/NaN|Infinity|undefined/.test(JSON.stringify(reading)), reading.why)
  })

test('a service that always crossed and never does now is reduced, with an interval of what its hours can bear', () => {
  const side = (from: number, share: number) => steps(HOUR, from, WEEK, () => ({ bytes: 1e9, share }))
  const reading = settledReading({ before: side(CHANGE - WEEK * HOUR, 1), after: side(CHANGE, 0), coverage: seen })
  equal(reading.verdict, 'reduced')
  // The rule of three: 3 ÷ 168.
  deepEqual(reading.change, { estimate: -1, low: -1, high: -1 + 3 / WEEK })
  deepEqual(reading.after.interval, { estimate: 0, low: 0, high: 3 / WEEK })
})

test('a share that never crosses stays so: no clear change', () => {
  const side = (from: number) => steps(HOUR, from, WEEK, () => ({ bytes: 1e9, share: 0 }))
  const reading = settledReading({ before: side(CHANGE - WEEK * HOUR), after: side(CHANGE), coverage: seen })
  equal(reading.verdict, 'no clear change')
  deepEqual(reading.change, { estimate: 0, low: -3 / WEEK, high: 3 / WEEK })
})

test('what the week does to both sides cancels, however strong it is', () => {
  // By UTC hours only: the week of the change is one in which Europe puts its clocks forward.
  const nightly = (at: number) => (new Date(at).getUTCHours() < 6 ? 0.9 : 0.2)
  const sides = hours(weeks(1, 0), weeks(1, 0), ({ bytes, share }, at) => ({ bytes, share: share / 10 + nightly(at) }))
  const { change } = settledReading({ ...sides, coverage: seen })
  ok(change !== null && Math.abs(change.estimate) < 0.01 && change.high - change.low < 0.02, JSON.stringify(change))
})

const coverages: [why: string, before: number, after: number, verdict: string, says: RegExp][] = [
  ['a point less coverage is nothing', 0.99, 0.98, 'reduced', /^60/],
  [
    '10 points less cannot explain a fall of 40',
    1,
    0.9,
    'reduced',
    /It holds although agents saw 100\.0 % of the traffic before/,
  ],
  ['21 points less are another cluster', 1, 0.79, 'coverage changed', /79\.0 % after, which may be all that changed/],
]
for (const [why, before, after, verdict, says] of coverages)
  test(why, () => {
    const reading = settledReading({ ...hours(weeks(1, 0.6), weeks(1, 0.2)), coverage: { before, after } })
    equal(reading.verdict, verdict)
    match(reading.why, says)
  })

test('a fall of 8 points with 10 points less coverage is of the coverage', () => {
  const reading = settledReading({ ...hours(weeks(1, 0.6), weeks(1, 0.52)), coverage: { before: 1, after: 0.9 } })
  equal(reading.verdict, 'coverage changed')
})

test('steps that are no whole hours are a bug of the caller', () => {
  const { before, after } = hours(weeks(1, 0.6), weeks(1, 0.2))
  throws(
    () => settledReading({ before: { ...before, stepMs: MINUTE }, after, coverage: seen }),
    /not whole hours: 60000/,
  )
})
