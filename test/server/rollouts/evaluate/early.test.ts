import { equal, match, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { type EarlyQuestion, earlyReading } from '../../../../server/rollouts/evaluate/early.ts'
import { random } from '../../../random.ts'
import { CHANGE, DAY, MINUTE, type Step, seen, steps } from './made-steps.ts'

const draw = random(3)
const usual = (share: number): NonNullable<Step> => ({ bytes: 1e7 * (1 + draw()), share: share + 0.1 * (draw() - 0.5) })
const nothing = { bytes: 0, share: 0 }

function question(
  minutes: number,
  share: { before: number; after: number },
  other: Partial<EarlyQuestion> = {},
): EarlyQuestion {
  return {
    newConnections: steps(MINUTE, CHANGE, minutes, () => usual(share.after)),
    oldConnections: steps(MINUTE, CHANGE, minutes, () => nothing),
    before: steps(MINUTE, CHANGE - minutes * MINUTE, minutes, () => usual(share.before)),
    coverage: seen,
    ...other,
  }
}
const dayEarlier = (before: number, after: number, minutes: number) => ({
  before: steps(MINUTE, CHANGE - DAY - minutes * MINUTE, minutes, () => usual(before)),
  after: steps(MINUTE, CHANGE - DAY, minutes, () => usual(after)),
})
const cut = { before: 0.6, after: 0.2 }

const cases: [why: string, asked: EarlyQuestion, verdict: string, says: RegExp][] = [
  [
    'an hour is enough for a large fall',
    question(60, cut),
    'reduced',
    /connections opened in 60 minutes against all in as many before$/,
  ],
  [
    'what the same minutes did a day earlier is taken off',
    question(120, { before: 0.5, after: 0.6 }, { dayEarlier: dayEarlier(0.5, 0.6, 120) }),
    'no clear change',
    /120 minutes against all in as many before, less the \+(9|10)\.\d points of a day earlier/,
  ],
  ['without the day before only an hour is looked at', question(240, cut), 'reduced', /in 60 minutes/],
  [
    'a day before that was hardly watched is as none',
    question(240, cut, {
      dayEarlier: {
        before: steps(MINUTE, CHANGE - DAY - 240 * MINUTE, 240, (_, i) => (i < 130 ? undefined : usual(0.5))),
        after: steps(MINUTE, CHANGE - DAY, 240, () => usual(0.5)),
      },
    }),
    'reduced',
    /in 60 minutes against all in as many before$/,
  ],
  [
    '20 minutes are too few',
    question(20, cut),
    'not enough data',
    /^20 minutes since the change .* at least 30 are needed/,
  ],
  [
    'minutes that nobody watched do not count',
    question(60, cut, { newConnections: steps(MINUTE, CHANGE, 60, (_, i) => (i % 3 === 0 ? usual(0.2) : undefined)) }),
    'not enough data',
    /^20 minutes since the change/,
  ],
  [
    'nothing has been opened since',
    question(60, cut, { newConnections: steps(MINUTE, CHANGE, 60, () => nothing) }),
    'not enough data',
    /no traffic of connections opened since the change/,
  ],
  [
    'a handful of connections is chance',
    question(60, cut, {
      newConnections: { ...steps(MINUTE, CHANGE, 60, () => usual(0.2)), connections: new Float64Array(60).fill(1) },
    }),
    'not enough data',
    /60 connections opened since the change, at least 100 are needed/,
  ],
  [
    'one giant minute is no share of an hour',
    question(60, cut, {
      newConnections: steps(MINUTE, CHANGE, 60, (_, i) => (i === 30 ? { bytes: 1e12, share: 0 } : usual(0.2))),
    }),
    'not enough data',
    /a few minutes carry most of the traffic since the change/,
  ],
  [
    'most traffic is still on connections of before',
    question(60, cut, { oldConnections: steps(MINUTE, CHANGE, 60, () => usual(0.6)) }),
    'not enough data',
    /opened before the change still carry \d+\.\d % of what was carried before it; they must end first/,
  ],
  [
    'old ones that end within half of the time do not count as lasting',
    question(60, cut, { oldConnections: steps(MINUTE, CHANGE, 60, (_, i) => (i < 25 ? usual(0.6) : nothing)) }),
    'reduced',
    /./,
  ],
  [
    'coverage that fell by a quarter explains anything',
    question(60, cut, { coverage: { before: 1, after: 0.75 } }),
    'coverage changed',
    /75\.0 % after/,
  ],
]
for (const [why, asked, verdict, says] of cases)
  test(why, () => {
    const reading = earlyReading(asked)
    equal(reading.kind, 'early')
    equal(reading.verdict, verdict, reading.why)
    match(reading.why, says)
    equal(reading.change === null, verdict === 'not enough data')
    ok(!/NaN|Infinity|undefined/.test(JSON.stringify(reading)), reading.why)
  })

test('steps that are no whole minutes are a bug of the caller', () => {
  const asked = question(60, cut)
  throws(() => earlyReading({ ...asked, before: { ...asked.before, stepMs: 1000 } }), /not whole minutes: 1000/)
})
